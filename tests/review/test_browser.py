"""The review page in a real browser: every figure answers a click, keys work, nothing is asked of the network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.in_browser import open_browser, serious

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

    from generator.workflows.review import Review

webdriver = pytest.importorskip("selenium.webdriver", reason="needs: pip install selenium")

CLICK_ALL = """
const panel = document.getElementById("panel"), content = document.getElementById("content");
const shown = Array.from(document.querySelectorAll("[data-node]:not(#panel)"));
return [...new Map(shown.map((value) => [value.dataset.node, value])).values()].map((value) => {
  value.click();
  return [value.dataset.node, panel.hidden, panel.dataset.node, content.querySelector("h2").textContent,
          content.textContent.length];
});
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def opened(browser: Chrome, page: str, tmp_path: Path) -> Chrome:
    return visit(browser, page, tmp_path)


@pytest.fixture
def opened_draft(browser: Chrome, draft: Review, tmp_path: Path) -> Chrome:
    return visit(browser, draft.html, tmp_path)


def visit(browser: Chrome, page: str, folder: Path) -> Chrome:
    file = folder / "审核.html"
    file.write_text(page, "utf-8")
    browser.get(file.as_uri())
    return browser


def run(browser: Chrome, script: str) -> object:
    return browser.execute_script(script)


def press(browser: Chrome, *keys: str) -> None:
    webdriver.ActionChains(browser).send_keys(*keys).perform()


@pytest.mark.parametrize("shown", ["opened", "opened_draft"])
def test_every_figure_answers_a_click_with_its_trace(shown: str, request: pytest.FixtureRequest) -> None:
    opened: Chrome = request.getfixturevalue(shown)
    answers = opened.execute_script(CLICK_ALL)
    assert len(answers) > 500
    nodes = opened.execute_script("return JSON.parse(document.getElementById('nodes').textContent)")
    for wanted, hidden, answered, heading, length in answers:
        node = nodes[int(wanted)]
        assert not hidden
        assert answered == wanted
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
    assert run(opened, "return document.activeElement.id") == "panel"
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


def test_a_gap_says_what_it_lacks(opened_draft: Chrome) -> None:
    gaps = opened_draft.find_elements("css selector", "#scores mark.gap")
    opened_draft.execute_script("arguments[0].closest('li').querySelector('[data-node]').click()", gaps[0])
    content = opened_draft.find_element("id", "content")
    assert "还算不出来，要用到：" in content.text
    opener = "document.querySelectorAll('#content details:not([open]) > summary').forEach((one) => one.click())"
    for _ in range(6):
        run(opened_draft, opener)
        webdriver.ActionChains(opened_draft).pause(0.1).perform()
    assert "预决算.收入决算数（收入决算数） = （未填）" in content.text


def test_g_steps_through_the_gaps(opened_draft: Chrome) -> None:
    count = int(str(run(opened_draft, "return document.querySelectorAll('main mark.gap').length")))
    assert count > 10
    target = "return Array.from(document.querySelectorAll('.target')).map((one) => one.id)"
    press(opened_draft, "g")
    first = run(opened_draft, target)
    press(opened_draft, "g")
    assert run(opened_draft, target) != first
    for _ in range(count - 1):
        run(opened_draft, "document.getElementById('gap').click()")
    assert run(opened_draft, target) == first


@pytest.mark.parametrize("medium", ["", "print"])
def test_a_draft_says_so_on_the_screen_and_in_print(opened_draft: Chrome, medium: str) -> None:
    opened_draft.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": medium})
    try:
        for which, words in (("#draft", "填报有 2 个错误"), (".stamp", "草稿")):
            element = opened_draft.find_element("css selector", which)
            assert element.is_displayed()
            assert words in element.text
        # Chromium prints what is fixed on every page.
        assert run(opened_draft, "return getComputedStyle(document.querySelector('.stamp')).position") == "fixed"
        if medium:
            assert run(opened_draft, "return getComputedStyle(document.querySelector('.side')).maxHeight") == "none"
    finally:
        opened_draft.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


def test_print_shows_the_report_alone_and_light(opened: Chrome) -> None:
    dark = [{"name": "prefers-color-scheme", "value": "dark"}]
    opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print", "features": dark})
    try:
        for theme in ("", "dark", "light"):
            run(opened, f"document.documentElement.className = '{theme}'")
            look = (
                "const one = getComputedStyle(document.querySelector('main')); return one.color + one.backgroundColor"
            )
            assert run(opened, look) == "rgb(0, 0, 0)rgb(255, 255, 255)"
        assert run(opened, "return getComputedStyle(document.querySelector('.tools')).display") == "none"
        assert run(opened, "return document.querySelector('main').offsetHeight > 1000") is True
    finally:
        opened.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "", "features": []})


@pytest.mark.parametrize("shown", ["opened", pytest.param("opened_draft", marks=pytest.mark.slow)])
def test_nobody_is_kept_out(shown: str, request: pytest.FixtureRequest) -> None:
    page: Chrome = request.getfixturevalue(shown)
    run(page, "document.querySelector('main .computed').click()")
    assert serious(page) == []
    press(page, "t")
    assert serious(page, "color-contrast") == []


def test_nothing_is_loaded_and_nothing_fails(opened: Chrome) -> None:
    assert run(opened, "return performance.getEntriesByType('resource').length") == 0
    log = opened.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []
