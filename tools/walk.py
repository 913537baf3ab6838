"""The page to fill in, walked through as docs/演练.md tells it: called by ``make pictures`` for its pictures.

Needs Chromium with its driver and selenium.
"""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.in_browser import open_browser

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

_BOXES = {
    "部门.名称": "云溪县档案馆",
    "部门.简称": "县档案馆",
    "封面.填报日期": "2025-03-20",
    "主要职责": (
        "接收、征集、整理和保管县直机关和乡镇的档案资料。\n开展档案利用服务和馆藏档案数字化。\n"
        "指导全县档案业务，开展档案宣传教育。"
    ),
    "人员.下属单位数": "0 个",
    "人员.核定编制": "12 名",
    "人员.实有人数": "11 名",
    "基本支出.年初预算数": "186.50 万元",
    "基本支出.全年预算数": "192.30 万元",
    "基本支出.全年执行数": "192.30 万元",
    "项目支出.年初预算数": "45.00 万元",
    "项目支出.全年预算数": "45.00 万元",
    "项目支出.全年执行数": "43.80",
    "执行率说明": "馆藏档案数字化招标节约1.20万元，结余收回财政。",
    "总体目标.预期目标": "完成馆藏档案数字化3万页，接收到期档案2000卷，档案查阅服务群众满意度不低于95%。",
    "总体目标.完成情况": "完成数字化31200页，接收到期档案2150卷，档案查阅服务群众满意度97%。",
}
_ROWS = """\
产出指标	数量指标	接收到期档案	≥2000卷	2150卷		15		档案接收登记册
产出指标	数量指标	馆藏档案数字化	≥30000页	31200页		15		数字化验收报告
产出指标	质量指标	数字化验收合格率	≥98%	99.2%		10		数字化验收报告
产出指标	时效指标	到期档案接收完成时间	2024年11月30日前	2024年11月12日		5		档案接收登记册
产出指标	成本指标	每页数字化成本	≤1.50元	1.40元		5		合同和结算单
效益指标	社会效益指标	档案查阅人次	≥1800人次	1930人次		15		查阅登记簿
效益指标	可持续影响指标	新建业务规范档案室	≥6个	6个		15		业务指导台账
满意度指标	服务对象满意度指标	查档群众满意度	≥95%	97%		10		满意度问卷汇总"""
_PROJECT = {
    "项目名称": "馆藏档案数字化",
    "实施单位": "云溪县档案馆",
    "年初预算数": "45.00 万元",
    "全年预算数": "45.00 万元",
    "全年执行数": "43.80 万元",
    "其中财政拨款": "43.80 万元",
    "执行说明": "招标节约1.20万元",
    "预期目标": "完成馆藏档案数字化3万页，验收合格率98%以上。",
    "完成情况": "完成数字化31200页，验收合格率99.2%。",
}
_PROJECT_ROWS = """\
产出指标	数量指标	数字化页数	≥30000页	31200页		25
产出指标	质量指标	验收合格率	≥98%	99.2%		15
产出指标	成本指标	项目总成本	≤45万元	43.8万元		10
效益指标	社会效益指标	可以在线查阅的档案	≥28000页	31200页		30
满意度指标	服务对象满意度指标	查档群众满意度	≥95%	97%		10"""
_PROBLEM = {"标题": "库房接近饱和", "内容": "库房已用九成，2025年与县财政局商定新库房的建设资金。"}
_FIND = """
const [path, row] = arguments;
const same = (one, name) => (JSON.parse(one.dataset[name] || "null") || []).join(".") === path;
const within = row || document;
const outside = (one) => row || !one.closest("[data-row]");
const all = (selector) => Array.from(within.querySelectorAll(selector)).filter(outside);
const named = (name) => all(`[data-${name}]`).find((one) => same(one, name));
const found = named("step") || named("grid");
const step = found.closest(".step");
if (step.hidden) document.querySelector(`.steps [data-goto=${step.id}]`).click();
return found;
"""
_FILL = "arguments[0].value = arguments[1]; arguments[0].dispatchEvent(new Event('input', {bubbles: true}));"
_PASTE = """
const data = new DataTransfer();
data.setData("text/plain", arguments[1]);
arguments[0].dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true}));
"""
_ADD = "arguments[0].querySelector(':scope > .grid-tools [data-add]').click(); return document.activeElement;"


class _Clerk:
    """Somebody at the page, who waits for what was asked and takes pictures."""

    def __init__(self, browser: Chrome, pictures: Path) -> None:
        self.browser, self.pictures = browser, pictures

    def fill(self, path: str, text: str, row: object = None) -> None:
        self.browser.execute_script(_FILL, self.browser.execute_script(_FIND, path, row), text)

    def add(self, path: str, row: object = None) -> object:
        """A new row of a table: its first box."""
        return self.browser.execute_script(_ADD, self.browser.execute_script(_FIND, path, row))

    def settled(self) -> None:
        """Wait until all is checked."""
        time.sleep(0.6)
        texts = ("saved", "summary")
        while "正在" in "".join(said := [self.browser.find_element("id", one).text for one in texts]) or not all(said):
            time.sleep(0.1)

    def shoot(self, name: str) -> None:
        self.browser.save_screenshot(str(self.pictures / f"{name}.png"))


def walk(program: Path, folder: Path, pictures: Path) -> Iterator[str]:
    """From an empty folder to the report; tells each step with what the page then says."""
    (folder / "填报").mkdir()
    words = [str(program), "open", "填报", "--no-browser"]
    with (
        open_browser(folder / "browser") as browser,
        subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE, text=True) as page,
    ):
        try:
            clerk = _Clerk(browser, pictures)
            address = next(found[0] for line in page.stdout or () if (found := re.search(r"http://127\S+", line)))
            browser.get(address)
            # Where the pictures are made is nobody's folder.
            browser.execute_script("document.querySelector('.meta').textContent = '文件夹：D:\\\\绩效自评\\\\填报'")
            clerk.shoot("演练-新建")
            browser.find_element("css selector", "#template option[value=tongyong]").click()
            browser.find_element("id", "year").send_keys("2024")
            browser.find_element("id", "name").send_keys("档案馆-2024\n")
            while "/w/" not in browser.current_url:
                time.sleep(0.1)
            clerk.settled()
            yield f"新建：{browser.find_element('id', 'summary').text}"
            for path, text in _BOXES.items():
                clerk.fill(path, text)
            clerk.settled()
            browser.execute_script(_FIND, "项目支出.全年执行数", None)
            clerk.shoot("演练-填写")
            yield f"单位漏写：{browser.find_element('id', 'summary').text}"
            clerk.fill("项目支出.全年执行数", "43.80 万元")
            browser.execute_script(_PASTE, clerk.add("指标表"), _ROWS)
            clerk.settled()
            clerk.shoot("演练-粘贴")
            yield f"粘贴指标：{browser.find_element('id', 'summary').text}"
            card = browser.execute_script("return arguments[0].closest('[data-row]')", clerk.add("项目"))
            for path, text in _PROJECT.items():
                clerk.fill(path, text, card)
            browser.execute_script(_PASTE, clerk.add("指标表", card), _PROJECT_ROWS)
            row = browser.execute_script("return arguments[0].closest('[data-row]')", clerk.add("问题"))
            for path, text in _PROBLEM.items():
                clerk.fill(path, text, row)
            clerk.settled()
            yield f"填完：{browser.find_element('id', 'summary').text}"
            browser.find_element("id", "show-report").click()
            time.sleep(3)
            clerk.shoot("演练-报告")
            browser.find_element("css selector", "[data-make=report]").click()
            while not browser.find_elements("css selector", "#dialog-body li, #dialog-body p"):
                time.sleep(0.1)
            yield f"报告：{browser.find_element('id', 'total').text}"
            clerk.shoot("演练-生成")
        finally:
            page.terminate()
