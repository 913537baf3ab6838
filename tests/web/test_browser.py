"""A clerk's path in a real browser, with the program as it is started: from an empty filing to its report."""

from __future__ import annotations

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from generator import pipeline
from generator.submission.filing import said_by
from generator.template.load import named_template
from generator.web.form import Box, Grid, IndicatorPart, steps_of
from generator.yamlfile.source import read_yaml
from tests.every_command import started
from tests.in_browser import open_browser, serious
from tests.web.conftest import ROOT

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

MEIZHOU = ROOT / "inputs" / "meizhou-gxj-2021.yaml"
# Fills a box as typing does, without waiting for every key.
FILL = """
const fire = (one) => one.dispatchEvent(new Event('input', {bubbles: true}));
arguments[0].forEach(([step, value]) => {
  const boxes = Array.from(document.querySelectorAll('[data-step]')).filter((box) => !box.closest('[data-row]'));
  const one = boxes.find((box) => box.dataset.step === step);
  one.value = value;
  fire(one);
});
"""
PASTE = """
const grid = Array.from(document.querySelectorAll('[data-grid]')).find((one) => one.dataset.grid === arguments[0]);
grid.querySelector('[data-add]').click();
const cell = document.activeElement, data = new DataTransfer();
data.setData('text/plain', arguments[1]);
cell.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
"""


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome]:
    with open_browser(tmp_path_factory.mktemp("browser")) as started:
        started.set_script_timeout(60)
        yield started


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The folder that the program serves, and its address."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "填报").mkdir()
    shutil.copy(MEIZHOU, folder / "填报")
    words, environment = started(tmp_path_factory.mktemp("home"))
    words += ["open", "填报", "--no-browser"]
    with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, encoding="utf-8", env=environment) as program:
        assert program.stdout is not None
        lines = [program.stdout.readline() for _ in range(3)]
        address = re.search(r"http://127\.0\.0\.1:\d+/\?key=\S+", "".join(lines))
        assert address is not None
        yield folder, address[0]
        program.terminate()


def until(browser: Chrome, wanted: Callable[[], Any]) -> Any:
    from selenium.common.exceptions import WebDriverException
    from selenium.webdriver.support.ui import WebDriverWait

    # While a page is loaded it may lack what is looked for.
    return WebDriverWait(browser, 60, 0.1, [WebDriverException]).until(lambda _: wanted())


def text_of(browser: Chrome, name: str) -> str:
    return str(browser.find_element("id", name).text)


def path(steps: tuple[str | int, ...]) -> str:
    return msgspec.json.encode(steps).decode()


def cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if "\n" in text else text


def boxes_of(part: Any) -> list[Box]:
    """The single boxes of one part of the form."""
    if isinstance(part, IndicatorPart):
        return [*part.boxes, *(box for _, boxes in part.points for box in boxes)]
    return [part] if isinstance(part, Box) else []


def paste(browser: Chrome, grid: Grid) -> None:
    """A table, as pasted from a sheet: the head was copied with the rows, as people do."""
    head = "\t".join(box.field.label for box in grid.rows[0].boxes) + "\n" if len(grid.rows[0].boxes) > 1 else ""
    block = head + "\n".join("\t".join(cell(box.value) for box in row.boxes) for row in grid.rows)
    browser.execute_script(PASTE, path(grid.path), block)


def test_from_nothing_to_the_report(browser: Chrome, desk: tuple[Path, str]) -> None:
    folder, address = desk
    browser.get(address)
    assert serious(browser) == []
    browser.find_element("css selector", "#template option[value=meizhou]").click()
    browser.find_element("id", "name").send_keys("新局-2021\n")
    until(browser, lambda: "/w/" in browser.current_url and "项必填" in text_of(browser, "summary"))
    lacking = int(text_of(browser, "summary").partition(" ")[0])
    assert "【待算" in text_of(browser, "total")

    browser.find_element("css selector", ".steps [data-goto=s2]").click()
    name = browser.find_element("css selector", "#s2 [aria-required]")
    found = browser.find_element("css selector", "#s2 [data-box] .found")
    assert found.text == "还没有填"
    name.send_keys("梅州市工业和信息化局")
    until(browser, lambda: not found.text)
    assert text_of(browser, "summary").startswith(f"{lacking - 1} 项必填")

    source = read_yaml(MEIZHOU)
    assert source.root is not None
    template = named_template(source.root, MEIZHOU)
    steps = steps_of(template, said_by(source.root, template))
    boxes = [box for step in steps for part in step.parts for box in boxes_of(part) if box.value]
    browser.execute_script(FILL, [[path(box.path), box.value] for box in boxes])
    for step in steps:
        browser.execute_script(f"document.querySelector('.steps [data-goto={step.key}]').click()")
        for part in step.parts:
            grid = part.evidence if isinstance(part, IndicatorPart) else part
            if isinstance(grid, Grid) and grid.rows:
                paste(browser, grid)
    until(browser, lambda: text_of(browser, "total") == "总分 102.34 / 110，等级 优")
    assert "项必填" not in text_of(browser, "summary")

    browser.find_element("css selector", "[data-make=report]").click()
    link = until(browser, lambda: browser.find_elements("css selector", "#dialog-body a"))[0]
    assert text_of(browser, "saved") == "已保存"
    [report] = (folder / "outputs").glob("*.docx")
    assert report.name in link.find_element("xpath", "..").text
    assert report.read_bytes() == next(iter(pipeline.prepare(folder / "填报" / "新局-2021.yaml").files.values()))
    # But for the stamp, which names the filing, it is the report of the filing that was typed as YAML.
    (folder / "原.docx").write_bytes(next(iter(pipeline.prepare(folder / "填报" / MEIZHOU.name).files.values())))
    with zipfile.ZipFile(report) as made, zipfile.ZipFile(folder / "原.docx") as wanted:
        assert made.read("word/document.xml") == wanted.read("word/document.xml")


def test_a_block_is_pasted_by_its_head_and_what_is_said_stands_below_its_row(
    browser: Chrome, desk: tuple[Path, str]
) -> None:
    browser.get(desk[1])
    browser.find_element("css selector", "#template option[value=tongyong]").click()
    browser.find_element("id", "name").send_keys("新馆-2024\n")
    until(browser, lambda: "/w/" in browser.current_url and "项必填" in text_of(browser, "summary"))
    browser.find_element("css selector", ".steps [data-goto=s8]").click()
    # The columns in another order, one too many, and cells that were merged.
    lines = ["序号 一级指标 二级指标 三级指标 分值（权重） 指标值 上年实际完成值 本年实际完成值 责任股室"]
    lines += ["1 产出指标 数量指标 讲座 20 ≥6场 4场 6场 甲", "2   展览 30 ≥2个 1个 2个 甲"]
    browser.execute_script(PASTE, '["指标表"]', "\n".join(lines).replace(" ", "\t"))
    said = "return Array.from(document.querySelectorAll('[data-grid] tbody:last-child [data-step]')).map(b => b.value)"
    cells = ["产出指标", "数量指标", "展览", "≥2个", "", "", "30", "", ""]
    until(browser, lambda: browser.execute_script(said)[-len(cells) :] == cells)
    notice = text_of(browser, "notice")
    assert [word in notice for word in ("「指标值」填在「年度指标值」", "责任股室", "上年实际完成值", "2 格")] == [
        True
    ] * 4
    below = """
        const said = document.querySelector(arguments[0]).getAttribute("aria-describedby");
        return document.getElementById(said.split(" ")[0]).innerText;
    """
    actual = "#s8 tbody:last-child [aria-label=实际完成值]"
    until(browser, lambda: browser.execute_script(below, actual) == "实际完成值：还没有填")
    assert "缺少「部门整体绩效指标」第 1 行的「实际完成值」" in text_of(browser, "found")
    from selenium.webdriver.common.keys import Keys

    # A block is undone as one step, wherever the cursor is.
    browser.switch_to.active_element.send_keys(Keys.CONTROL, "z")
    until(browser, lambda: not browser.find_elements("css selector", "#s8 tbody"))


def test_a_row_that_was_typed_in_and_removed_comes_back_and_no_pasted_value_is_lost_in_silence(
    browser: Chrome, desk: tuple[Path, str]
) -> None:
    browser.get(desk[1])
    browser.find_element("css selector", "#template option[value=hunan]").click()
    browser.find_element("id", "name").send_keys("水利局-2024\n")
    until(browser, lambda: "/w/" in browser.current_url and "项必填" in text_of(browser, "summary"))
    grid = """[data-grid='["项目"]']"""
    step = browser.find_element("css selector", grid).find_element("xpath", "ancestor::*[contains(@class, 'step')]")
    browser.find_element("css selector", f".steps [data-goto={step.get_attribute('id')}]").click()
    said = f"""return Array.from(document.querySelectorAll(`{grid} tbody`))
        .map(row => Array.from(row.querySelectorAll("[data-step]")).map(box => box.value).join())"""
    lines = [
        "项目名称 上年决算数（万元） 本年预算数（单位：元） 本年决算数",
        "甲 1,180.00 无 3 万元 多的",
        "乙 5 6 7 万元",
    ]
    browser.execute_script(PASTE, '["项目"]', "\n".join(lines).replace(" ", "\t").replace("\t万元", " 万元"))
    pasted = ["甲,1,180.00 万元,无,3 万元", "乙,5 万元,6 元,7 万元"]
    until(browser, lambda: browser.execute_script(said) == pasted)
    assert "加上了「万元」「元」" in text_of(browser, "notice")
    assert "有 1 个值没有粘贴" in text_of(browser, "notice")
    until(browser, lambda: browser.find_element("id", "undo").is_enabled())
    first = browser.find_element("css selector", f"{grid} tbody")
    first.find_element("css selector", "[data-step]").click()
    browser.execute_script("arguments[0].click()", first.find_element("css selector", "[data-remove]"))
    until(browser, lambda: "改动" in text_of(browser, "saved") and "检查" not in text_of(browser, "saved"))
    assert browser.execute_script(said) == pasted[1:]
    browser.find_element("id", "undo").click()
    until(browser, lambda: browser.execute_script(said) == pasted)


def test_a_figure_leads_to_its_field_and_keys_do_all(browser: Chrome, desk: tuple[Path, str]) -> None:
    browser.get(desk[1])
    browser.find_element("css selector", f"[data-open='{MEIZHOU.name}']").click()
    until(browser, lambda: browser.find_elements("id", "show-report"))
    browser.find_element("id", "show-report").click()
    frame = browser.find_element("id", "frame")
    until(browser, lambda: frame.get_attribute("src"))
    browser.switch_to.frame(frame)
    values = until(browser, lambda: browser.find_elements("css selector", "main .fact"))
    browser.execute_script("arguments[0].click()", next(one for one in values if one.text == "梅州市工业和信息化局"))
    browser.switch_to.default_content()
    active = "return document.activeElement.dataset.step"
    until(browser, lambda: browser.execute_script(active) == '["部门","名称"]')
    browser.switch_to.frame(frame)
    shown = "return document.querySelector('.target')?.textContent"
    until(browser, lambda: browser.execute_script(shown) == "梅州市工业和信息化局")
    browser.switch_to.default_content()
    box = browser.switch_to.active_element
    box.send_keys("试")
    until(browser, lambda: browser.find_element("id", "undo").is_enabled())
    browser.find_element("id", "undo").click()
    until(
        browser,
        lambda: (
            browser.execute_script(active) == '["部门","名称"]' and not browser.find_element("id", "undo").is_enabled()
        ),
    )
    assert browser.switch_to.active_element.get_attribute("value") == "梅州市工业和信息化局"


def test_it_is_used_on_a_narrow_screen_and_printed_whole(browser: Chrome, desk: tuple[Path, str]) -> None:
    fits = "return document.documentElement.scrollWidth <= innerWidth"
    size = {"width": 400, "height": 700, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.get(desk[1])
        button = browser.find_element("css selector", f"[data-open='{MEIZHOU.name}']")
        assert browser.execute_script(fits)
        assert browser.execute_script("return arguments[0].getBoundingClientRect().right <= innerWidth", button)
        assert serious(browser) == []
        button.click()
        until(browser, lambda: browser.find_elements("id", "show-report"))
        assert browser.execute_script(fits)
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        browser.execute_script("window.dispatchEvent(new Event('beforeprint'))")
        shown = [one.is_displayed() for one in browser.find_elements("css selector", ".step")]
        assert (len(shown) > 20, all(shown)) == (True, True)
        assert [one.text for one in browser.find_elements("css selector", "button") if one.is_displayed()] == []
        assert browser.find_elements("css selector", "details[data-row]:not([open])") == []
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_it_is_used_at_twice_the_size(browser: Chrome, desk: tuple[Path, str]) -> None:
    browser.get(desk[1])
    browser.find_element("css selector", f"[data-open='{MEIZHOU.name}']").click()
    until(browser, lambda: browser.find_elements("id", "show-report"))
    size = {"width": 640, "height": 400, "deviceScaleFactor": 2, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        for step in ("s1", "s15", "s26"):
            browser.execute_script(f"document.querySelector('.steps [data-goto={step}]').click()")
            assert browser.execute_script("return document.documentElement.scrollWidth <= innerWidth")
            top = f"return document.getElementById('{step}').getBoundingClientRect().top"
            assert 0 <= browser.execute_script(top) < 50
        assert serious(browser) == []
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    log = browser.get_log("browser")  # type: ignore[no-untyped-call]
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []
