"""Redlines of the real reports: what a correction changes and nothing else, by the book and by LibreOffice."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from openxml_audit import OpenXmlValidator

from generator.pipeline import assess, print_report
from generator.word.redline.compare import Redline, redline
from tests.conftest import ROOT
from tests.tracked import W, accepted, content, part, plain, rejected, tracked_texts

pytestmark = pytest.mark.slow

TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
AUTHOR, DATE = "某局", "2022-05-20T00:00:00Z"
MEIZHOU, JIANGMEN = "meizhou-gxj-2021.yaml", "jiangmen-gxj-2021.yaml"
FIRST_OF_A_GROUP = "新增认定总部企业数量"
WATCH = "全年派出监测人员508人次、监测车153车次，保障34场重要考试的无线电安全；"
ROW = "  - {{项目: {}, 金额: 20.00 万元, 自评分: 99}}\n"
TARGET = (
    "  - {{一级项目: 工业扶持专项资金, 二级项目: 总部经济扶持资金, 指标类型: 社会效益, "
    "指标: {}, 目标值: ≥100人, 实际完成值: 120人}}\n"
)


@dataclass(frozen=True)
class Case:
    """A correction: in which input what gives way to what; each must be there."""

    input: str
    pairs: tuple[tuple[str, str], ...] = ()
    drop: str = ""
    without: tuple[str, str] = ("", "")
    gone: tuple[str, ...] = field(default=())
    came: tuple[str, ...] = field(default=())

    def apply(self, text: str) -> str:
        for old, new in self.pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        if self.drop:
            lines = [line for line in text.splitlines(keepends=True) if self.drop not in line]
            assert len(lines) == text.count("\n") - 1
            text = "".join(lines)
        start, end = self.without
        if start:
            text = text[: text.index(start)] + text[text.index(end) :]
        return text


CASES = {
    "一个事实": Case(MEIZHOU, (("进展: 推进中", "进展: 已完成"),), came=("102.62",)),
    "一处文字": Case(MEIZHOU, (("预算编制遵循市财政", "预算编制严格遵循市财政"),), gone=(), came=("严格",)),
    "中间加一行": Case(
        MEIZHOU, (("  - {项目: 阿里云", f"{ROW.format('某某示例项目')}  - {{项目: 阿里云"),), came=("某某示例项目",)
    ),
    "中间删一行": Case(MEIZHOU, drop="{项目: 阿里云创新中心项目", gone=("阿里云创新中心项目",)),
    "拆成两段": Case(MEIZHOU, ((WATCH, f"{WATCH}\n      - "),)),
    "前面加一段": Case(
        MEIZHOU,
        (("  - 内容: 指导、协调行业人才", "  - 内容: 承担信息安全的协调。\n  - 内容: 指导、协调行业人才"),),
        came=("（13）承担信息安全的协调。",),
    ),
    "一节没有了": Case(MEIZHOU, without=("# 受表彰情况", "# 存在问题"), came=("98.34",)),
    "合并单元格的首行删去": Case(JIANGMEN, drop=f"指标: {FIRST_OF_A_GROUP}, ", gone=(FIRST_OF_A_GROUP,)),
    "合并单元格的中间加行": Case(
        JIANGMEN,
        (
            (
                TARGET.partition("指标: {}")[0].replace("{{", "{") + "指标: 财政贡献额度增长额度",
                TARGET.format("新增就业的人数")
                + TARGET.partition("指标: {}")[0].replace("{{", "{")
                + "指标: 财政贡献额度增长额度",
            ),
        ),
        came=("新增就业的人数",),
    ),
    "首项任务删去": Case(JIANGMEN, (("  - 内容: 对2个5G产业公共服务平台给予扶持。\n    完成: 是\n", ""),)),
    "好几处": Case(
        MEIZHOU,
        (
            ("进展: 推进中", "进展: 已完成"),
            ("预算编制遵循市财政", "预算编制严格遵循市财政"),
            ("  - {项目: 阿里云", f"{ROW.format('某某示例项目')}  - {{项目: 阿里云"),
            (WATCH, f"{WATCH}\n      - "),
        ),
        drop="{项目: 无线电监测设备运行维护费",
        gone=("无线电监测设备运行维护费",),
    ),
}

_PRINTED: dict[str, bytes] = {}


def printed(text: str, name: str, folder: Path) -> bytes:
    """The report of an input, as it is printed."""
    if text not in _PRINTED:
        file = folder / name
        file.write_text(text, "utf-8")
        _PRINTED[text] = print_report(assess(file, ROOT / "templates"))
    return _PRINTED[text]


def reports(case: Case, folder: Path) -> tuple[bytes, bytes]:
    text = (ROOT / "inputs" / case.input).read_text("utf-8")
    return printed(text, "旧.yaml", folder), printed(case.apply(text), "新.yaml", folder)


@pytest.mark.parametrize("name", CASES)
def test_it_leads_to_both_reports_and_is_valid(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    old, new = reports(case, tmp_path)
    made = redline(old, new, AUTHOR, DATE)
    root = part(made.data)
    assert set(case.gone) <= set(tracked_texts(root, "del"))
    assert set(case.came) <= set(tracked_texts(root, "ins"))
    assert content(accepted(part(made.data))) == content(part(new))
    assert content(rejected(part(made.data))) == content(part(old))
    file = tmp_path / "稿.docx"
    file.write_bytes(made.data)
    assert [str(error) for error in OpenXmlValidator().validate(file).errors] == []


def test_one_fact_changes_itself_its_score_the_sums_and_nothing_else(tmp_path: Path) -> None:
    """One more finished key task: 85.71 %, 1.71, and a total of 102.62."""
    made = redline(*reports(CASES["一个事实"], tmp_path), AUTHOR, DATE)
    root = part(made.data)
    gone, came = tracked_texts(root, "del"), tracked_texts(root, "ins")
    assert len(gone) == len(came)
    assert set(zip(gone, came, strict=True)) == {
        ("4", "5"),  # finished tasks
        ("2", "1"),  # those still under way
        ("71.43%", "85.71%"),
        ("1.43", "1.71"),
        ("6.83", "7.11"),  # 效率性
        ("85.38%", "88.88%"),
        ("28.68", "28.96"),  # 预算使用效益
        ("102.34", "102.62"),
        ("93.04%", "93.29%"),
    }
    assert made.remarks == ("图表有变化，修订稿里只有新的",)
    in_tables = {text for table in root.iter(f"{W}tbl") for text in tracked_texts(table, "ins")}
    assert {"1.71", "7.11", "102.62", "93.29%", "88.88%"} <= in_tables
    in_prose = "".join(tracked_texts(root, "ins")).count("1.71") - sum(
        tracked_texts(table, "ins").count("1.71") for table in root.iter(f"{W}tbl")
    )
    assert in_prose > 0
    assert marks_besides_text(made) == set()


def marks_besides_text(made: Redline) -> set[str]:
    """What is marked other than words: formats, paragraphs, rows."""
    named = (one.tag.removeprefix(W) for one in part(made.data).iter() if one.get(f"{W}author"))
    rest = {name for name in named if name not in ("ins", "del")}
    flagged = [one for path in (f".//{W}pPr/{W}rPr", f".//{W}trPr") for one in part(made.data).findall(path)]
    return rest | {child.tag for one in flagged for child in one if child.tag in (f"{W}ins", f"{W}del")}


def test_a_paragraph_cut_in_two_is_one_mark(tmp_path: Path) -> None:
    made = redline(*reports(CASES["拆成两段"], tmp_path), AUTHOR, DATE)
    assert made.count == 1


def test_the_same_report_has_none(tmp_path: Path) -> None:
    for name in (MEIZHOU, JIANGMEN):
        report = reports(Case(name), tmp_path)[0]
        made = redline(report, report, AUTHOR, DATE)
        assert (made.count, made.remarks) == (0, ())


Office = Callable[[dict[str, tuple[bytes, str]]], dict[str, bytes]]

_LIBRARY = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE library:library PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "library.dtd">
<library:library xmlns:library="http://openoffice.org/2000/library" library:name="Standard" library:readonly="false"
 library:passwordprotected="false"><library:element library:name="Tracked"/></library:library>"""
_MODULE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE script:module PUBLIC "-//OpenOffice.org//DTD OfficeDocument 1.0//EN" "module.dtd">
<script:module xmlns:script="http://openoffice.org/2000/script" script:name="Tracked" script:language="StarBasic">
Sub SettleAll(folder As String)
  jobs = Split("{jobs}", ";")
  For Each job In jobs
    words = Split(job, ",")
    Settle(folder &amp; words(0), folder &amp; words(1), words(2), words(3))
  Next
End Sub
Sub Settle(source As String, target As String, command As String, filter As String)
  Dim hidden(0) As New com.sun.star.beans.PropertyValue
  hidden(0).Name = "Hidden"
  hidden(0).Value = True
  document = StarDesktop.loadComponentFromURL(source, "_blank", 0, hidden())
  If command &lt;&gt; "" Then
    dispatcher = createUnoService("com.sun.star.frame.DispatchHelper")
    dispatcher.executeDispatch(document.CurrentController.Frame, ".uno:" &amp; command, "", 0, Array())
  End If
  Dim kind(0) As New com.sun.star.beans.PropertyValue
  kind(0).Name = "FilterName"
  kind(0).Value = filter
  document.storeToURL(target, kind())
  document.close(True)
End Sub
</script:module>"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A profile of LibreOffice of our own, for macros of our own. Skipped where it is missing, but never in CI."""
    if shutil.which("soffice") is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing in CI")
        pytest.skip("LibreOffice is missing (Debian: apt-get install libreoffice-writer-nogui)")
    folder = tmp_path_factory.mktemp("office")
    # The first start fills the profile, and would overwrite a macro that were there before.
    run(folder, "--terminate_after_init")
    (folder / "user" / "basic" / "Standard").mkdir(parents=True, exist_ok=True)
    return folder


def run(folder: Path, *arguments: str) -> None:
    where = f"-env:UserInstallation={folder.as_uri()}"
    subprocess.run(["soffice", where, "--headless", *arguments], check=True, capture_output=True, timeout=240)


@pytest.fixture
def office(profile: Path, tmp_path: Path) -> Office:
    """Loads Word files, carries out a command on each, and gives what LibreOffice saves of them."""

    def settle(files: dict[str, tuple[bytes, str]]) -> dict[str, bytes]:
        jobs = []
        for number, (data, command) in enumerate(files.values()):
            (tmp_path / f"in{number}.docx").write_bytes(data)
            ending, kind = (
                ("fodt", "OpenDocument Text Flat XML") if command == "-" else ("docx", "Office Open XML Text")
            )
            jobs.append(f"/in{number}.docx,/out{number}.{ending},{command.strip('-')},{kind}")
        library = profile / "user" / "basic" / "Standard"
        (library / "script.xlb").write_text(_LIBRARY, "utf-8")
        (library / "Tracked.xba").write_text(_MODULE.replace("{jobs}", ";".join(jobs)), "utf-8")
        run(profile, f'macro:///Standard.Tracked.SettleAll("{tmp_path.as_uri()}")')
        # LibreOffice exits 0 even when it wrote nothing.
        return {name: next(tmp_path.glob(f"out{number}.*")).read_bytes() for number, name in enumerate(files)}

    return settle


def as_read(data: bytes) -> list[str]:
    """The lines of a file that LibreOffice saved; what it writes of fields anew at each saving left out."""
    return [re.sub(r"instr:.|〔\w+〕", "", line) for line in plain(part(data))]


@pytest.mark.parametrize("name", ["好几处", "一节没有了", "合并单元格的首行删去", "前面加一段"])
def test_libreoffice_accepts_to_the_newer_and_rejects_to_the_older(name: str, office: Office, tmp_path: Path) -> None:
    old, new = reports(CASES[name], tmp_path)
    made = redline(old, new, AUTHOR, DATE).data
    saved = office(
        {
            "old": (old, ""),
            "new": (new, ""),
            "accepted": (made, "AcceptAllTrackedChanges"),
            "rejected": (made, "RejectAllTrackedChanges"),
        }
    )
    lines = {key: as_read(data) for key, data in saved.items()}
    assert list(difflib.unified_diff(lines["new"], lines["accepted"], n=0)) == []
    assert list(difflib.unified_diff(lines["old"], lines["rejected"], n=0)) == []
    assert lines["old"] != lines["new"]


def test_libreoffice_shows_the_same_changes(office: Office, tmp_path: Path) -> None:
    """It reads as many deletions, of the same words, in the name of the same author."""
    made = redline(*reports(CASES["一个事实"], tmp_path), AUTHOR, DATE)
    root = ET.fromstring(office({"shown": (made.data, "-")})["shown"])  # noqa: S314 - it was just made
    regions = {str(one.get(f"{TEXT}id")): one for one in root.iter(f"{TEXT}changed-region")}
    shown: dict[str, list[str]] = {"deletion": [], "insertion": []}
    for key, words in _changed(root).items():
        shown[next(iter(regions[key])).tag.removeprefix(TEXT)].append(words)
    tree = part(made.data)
    assert shown == {"deletion": tracked_texts(tree, "del"), "insertion": tracked_texts(tree, "ins")}
    authors = {
        one.text for region in regions.values() for one in region.iter("{http://purl.org/dc/elements/1.1/}creator")
    }
    assert authors == {AUTHOR}


def _changed(root: ET.Element) -> dict[str, str]:
    """The words between the two ends of each change, by its number, in the order of the document."""
    found: dict[str, str] = {}
    open_now: set[str] = set()

    def read(element: ET.Element) -> None:
        key = str(element.get(f"{TEXT}change-id"))
        if element.tag == f"{TEXT}change-start":
            open_now.add(key)
            found[key] = ""
        elif element.tag == f"{TEXT}change-end":
            open_now.discard(key)
        for one in open_now:
            found[one] += element.text or ""
        for child in element:
            read(child)
            for one in open_now:
                found[one] += child.tail or ""

    read(root)
    return found
