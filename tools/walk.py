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
    "部门.名称": "柳溪县防震减灾中心",
    "部门.简称": "县防震减灾中心",
    "封面.填报日期": "2025年3月10日",
    "主要职责": "负责全县地震监测、震害防御、科普宣传和地震应急保障。",
    "人员.下属单位数": "0",
    "人员.核定编制": "9",
    "人员.实有人数": "8",
    "基本支出.年初预算数": "126.40万元",
    "基本支出.全年预算数": "131.85万元",
    "基本支出.全年执行数": "131.85万元",
    "项目支出.年初预算数": "58万元",
    "项目支出.全年预算数": "58万元",
    "项目支出.全年执行数": "49.30",
    "执行率说明": "科普馆布展尾款待验收后支付",
    "总体目标.预期目标": "保障6个地震台站稳定运行，开展科普活动12场，建成防震减灾科普馆。",
    "总体目标.完成情况": "6个地震台站全年稳定运行，开展科普活动9场，科普馆布展完工。",
}
# As the bureau's own table has them: other names, another order, merged cells.
_HEAD = "一级指标\t二级指标\t三级指标\t指标值\t分值\t实际完成值\t得分\t偏差原因及改进措施\n"
_ROWS = """\
产出指标	数量指标	地震台站运行维护	≥6个	10	6个
		防震减灾科普活动	≥12场	10	9场		汛期3场露天活动取消，2025年改在室内补办
	质量指标	观测数据连续率	≥98%	10	99.1%
	时效指标	震情速报用时	≤15分钟	10	不适用		全年没有发生3.0级以上地震
	成本指标	单台年运维费用	≤4.8万元	10	4.67万元
效益指标	社会效益指标	科普受众人次	≥8000人次	15	8640人次
	可持续影响指标	地震应急预案修订	按期修订	15	按期修订
满意度指标	服务对象满意度指标	群众满意度	≥90%	10	93.5%"""
_PROOFS = "台站巡检记录\n活动通知和照片\n数据质量通报\n年度震情通报\n运维合同\n活动签到统计\n修订后的预案"
_PROJECTS = [
    (
        "地震台站运行维护 县防震减灾中心 28万元 28万元 28万元 28万元 - 保证6个台站全年正常观测。 6个台站全年正常观测。",
        """\
产出指标	数量指标	维护台站	≥6个	20	6个
	质量指标	观测数据连续率	≥98%	15	99.1%
	时效指标	故障修复时间	≤48小时	15	36小时
效益指标	社会效益指标	震情信息	≥12期	30	12期
满意度指标	服务对象满意度指标	应急部门满意度	≥90%	10	95%""",
    ),
    (
        (
            "防震减灾科普馆布展 县防震减灾中心 30万元 30万元 21.3万元 21.3万元 尾款8.7万元待验收后支付 "
            "完成200平方米布展并试开放。 完成200平方米布展，12月试开放。"
        ),
        """\
产出指标	数量指标	布展面积	≥200平方米	20	200平方米
	质量指标	展品完好率	100%	15	100%
	时效指标	完工时间	2024年12月底前	15	2024年12月26日
效益指标	社会效益指标	试开放接待参观	≥1000人次	30	1120人次
满意度指标	服务对象满意度指标	参观群众满意度	≥90%	10	92%""",
    ),
]
_OF_PROJECT = "项目名称 实施单位 年初预算数 全年预算数 全年执行数 其中财政拨款 执行说明 预期目标 完成情况"
_PROBLEM = {
    "标题": "科普活动没有完成，布展尾款没有支付",
    "内容": "科普活动少3场，2025年改在室内补办；布展尾款8.7万元，2025年一季度验收后支付。",
}
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


_BEFORE = "return arguments[0].previousElementSibling"


class _Clerk:
    """Somebody at the page, who waits for what was asked and takes pictures."""

    def __init__(self, browser: Chrome, pictures: Path) -> None:
        self.browser, self.pictures = browser, pictures

    def fill(self, path: str, text: str, row: object = None) -> None:
        self.browser.execute_script(_FILL, self.browser.execute_script(_FIND, path, row), text)

    def add(self, path: str, row: object = None) -> object:
        """A new row of a table: its first box."""
        return self.browser.execute_script(_ADD, self.browser.execute_script(_FIND, path, row))

    def last_row(self, path: str) -> object:
        """The last row of a table."""
        last = "const rows = arguments[0].querySelectorAll('[data-row]'); return rows[rows.length - 1];"
        return self.browser.execute_script(last, self.browser.execute_script(_FIND, path, None))

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
            browser.find_element("id", "name").send_keys("防震中心2024\n")
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
            clerk.fill("项目支出.全年执行数", "49.30万元")
            browser.execute_script(_PASTE, clerk.add("指标表"), _HEAD + _ROWS)
            clerk.settled()
            clerk.shoot("演练-粘贴")
            yield f"粘贴指标：{browser.find_element('id', 'summary').text}"
            last = clerk.last_row("指标表")
            clerk.fill("达成情况", "达成预期指标 100%", browser.execute_script(_BEFORE, last))
            proofs = browser.execute_script(
                "return arguments[0].parentElement.querySelector('[aria-label=佐证材料]')", last
            )
            browser.execute_script(_PASTE, proofs, _PROOFS)
            for said, rows in _PROJECTS:
                card = browser.execute_script("return arguments[0].closest('[data-row]')", clerk.add("项目"))
                for path, text in zip(_OF_PROJECT.split(), said.split(), strict=True):
                    clerk.fill(path, text.strip("-"), card)
                browser.execute_script(_PASTE, clerk.add("指标表", card), _HEAD + rows)
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
            browser.execute_script(
                "document.querySelector('#dialog-body .how').textContent = '在文件夹「D:\\\\绩效自评\\\\outputs」里。'"
            )
            yield f"报告：{browser.find_element('id', 'total').text}"
            clerk.shoot("演练-生成")
        finally:
            page.terminate()
