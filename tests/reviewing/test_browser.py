"""The review page in a real browser: every figure answers a click, keys work, nothing is asked of the network.

Needs Debian's chromium and chromium-driver (apt-get install chromium chromium-driver).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

webdriver = pytest.importorskip("selenium.webdriver", reason="needs: pip install selenium")

QUIET = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1400,1000"
)
CLICK_ALL = """
const panel = document.getElementById("panel"), content = document.getElementById("content");
return Array.from(document.querySelectorAll("[data-node]:not(#panel)")).map((value) => {
  value.click();
  return [value.dataset.node, panel.hidden, panel.dataset.node, content.querySelector("h2").textContent,
          content.textContent.length];
});
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    program, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if program is None or driver is None:
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing in CI")
        pytest.skip("Chromium is missing (Debian: apt-get install chromium chromium-driver)")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for word in (*QUIET.split(), f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(word)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    started = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver))
    try:
        yield started
    finally:
        started.quit()


@pytest.fixture
def opened(browser: Chrome, page: str, tmp_path: Path) -> Chrome:
    file = tmp_path / "审核.html"
    file.write_text(page, "utf-8")
    browser.get(file.as_uri())
    return browser


def run(browser: Chrome, script: str) -> object:
    return browser.execute_script(script)


def press(browser: Chrome, *keys: str) -> None:
    webdriver.ActionChains(browser).send_keys(*keys).perform()


def test_every_figure_answers_a_click_with_its_trace(opened: Chrome) -> None:
    answers = opened.execute_script(CLICK_ALL)
    assert len(answers) > 500
    nodes = opened.execute_script("return JSON.parse(document.getElementById('nodes').textContent)")
    for wanted, hidden, shown, heading, length in answers:
        node = nodes[int(wanted)]
        assert not hidden
        assert shown == wanted
        assert heading.startswith(node["名"])
        assert heading.endswith(f"= {node['值']}")
        assert length > len(heading) + len(str(node["处"]))


def test_a_real_click_shows_formula_figures_and_lines(opened: Chrome) -> None:
    values = opened.find_elements("css selector", "main .value.computed")
    value = next(one for one in values if one.text == "2.19%")
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", value)
    value.click()
    content = opened.find_element("id", "content").text
    for words in ("公式", "结转结余.年末 ÷ 结转结余.可用资金", "1892499.62/86559961.25", "meizhou-gxj-2021.yaml:"):
        assert words in content


def test_keys_open_close_and_step_through_the_findings(opened: Chrome) -> None:
    opened.execute_script("document.querySelector('main .value').focus()")
    press(opened, "\ue007")
    assert run(opened, "return document.getElementById('panel').hidden") is False
    press(opened, "\ue00c")
    assert run(opened, "return document.getElementById('panel').hidden") is True
    assert run(opened, "return document.activeElement.matches('main .value')") is True
    press(opened, "j")
    first = run(opened, "return document.activeElement.textContent")
    press(opened, "j")
    assert run(opened, "return document.activeElement.matches('.finding')") is True
    assert run(opened, "return document.activeElement.textContent") != first
    press(opened, "k")
    assert run(opened, "return document.activeElement.textContent") == first
    assert run(opened, "return document.querySelectorAll('.target').length") == 1


def test_findings_can_be_hidden_by_severity(opened: Chrome) -> None:
    opened.find_element("css selector", "input[data-kind=warning]").click()
    shown = "return Array.from(document.querySelectorAll('.finding')).filter((one) => one.offsetHeight > 0).length"
    every = run(opened, "return document.querySelectorAll('.finding').length")
    warnings = run(opened, "return document.querySelectorAll('.finding.warning').length")
    assert run(opened, shown) == int(str(every)) - int(str(warnings))


def test_light_and_dark(opened: Chrome) -> None:
    ground = "return getComputedStyle(document.body).backgroundColor"
    before = run(opened, ground)
    press(opened, "t")
    turned = run(opened, ground)
    press(opened, "t")
    assert turned != before == run(opened, ground)
    opened.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    opened.refresh()
    assert run(opened, ground) == turned
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_print_shows_the_report_alone(opened: Chrome) -> None:
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert run(opened, "return getComputedStyle(document.querySelector('.tools')).display") == "none"
        assert run(opened, "return document.querySelector('main').offsetHeight > 1000") is True
    finally:
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_nothing_is_loaded_and_nothing_fails(opened: Chrome) -> None:
    assert run(opened, "return performance.getEntriesByType('resource').length") == 0
    log = opened.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []
