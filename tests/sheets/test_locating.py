"""Which file is read: one inside the input's folder, of a format that can be read."""

from __future__ import annotations

import errno
import hashlib
import os
from pathlib import Path

import pytest

from generator.submission import grid as locating
from tests.sheets.conftest import Look, Save


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "/etc/表.xlsx",
        "../表.xlsx",
        "附表/../../表.xlsx",
        "..\\\\表.xlsx",
        "C:\\\\表.xlsx",
        "C:表.xlsx",
        "\\\\\\\\服务器\\\\共享\\\\表.xlsx",
        "\\\\表.xlsx",
    ],
)
def test_what_leads_outside_is_refused(look: Look, name: str) -> None:
    finding = look(f'{{来源: "{name}"}}').only
    assert finding.code == "JX234"
    assert (finding.span.file, finding.span.line, finding.path) == ("填报.yaml", 1, "专项资金")


def test_a_link_that_leads_outside_is_refused(look: Look, save: Save, tmp_path: Path) -> None:
    inside, outside = tmp_path / "填报", tmp_path / "别处.xlsx"
    save(["项目", "金额"], ["甲", "1 元"], name=outside.name)
    inside.mkdir()
    (tmp_path / "填报" / "表.xlsx").symlink_to(outside)
    assert look("{来源: 填报/表.xlsx}").rows, "a link inside the folder may be followed"
    (tmp_path / "圈.xlsx").symlink_to(tmp_path / "圈.xlsx")
    assert look("{来源: 圈.xlsx}").only.code == "JX235"
    (tmp_path / "外.xlsx").symlink_to(Path(__file__))
    assert look("{来源: 外.xlsx}").only.code == "JX234"


def test_a_folder_below_may_hold_the_file(look: Look, save: Save, tmp_path: Path) -> None:
    (tmp_path / "附表").mkdir()
    save(["项目", "金额"], ["甲", "1 元"], name="附表/表.xlsx")
    assert look("{来源: 附表/表.xlsx}").place(1, "项目") == "附表/表.xlsx!目标!A2"
    assert look('{来源: "附表\\\\表.xlsx"}').rows == [{"项目": "甲", "金额": "1 元"}]
    assert look("{来源: 附表/表格.xlsx}").only.hint == "是否为「附表/表.xlsx」？"


def test_a_missing_file_is_told_with_those_that_are_there(look: Look, save: Save, tmp_path: Path) -> None:
    save(["项目"], name="绩效目标.xlsx")
    save(["项目"], name="~$绩效目标表.xlsx")
    (tmp_path / "无关.docx").touch()
    finding = look("{来源: 绩效目标表.xlsx}").only
    assert (finding.code, str(finding.span)) == ("JX235", "填报.yaml:1:12")
    assert "「绩效目标表.xlsx」" in finding.message
    assert finding.hint == "是否为「绩效目标.xlsx」？"


@pytest.mark.parametrize("name", ["附表/表.xlsx", "表.xlsx", "坏\\u0001名.xlsx", "a\\0.xlsx", "x" * 300 + ".xlsx"])
def test_where_there_is_nothing_the_hint_says_what_to_do(look: Look, name: str) -> None:
    finding = look(f'{{来源: "{name}"}}').table.findings[-1]
    assert finding.code in ("JX235", "JX233")
    assert finding.hint


def test_a_folder_is_no_table(look: Look, tmp_path: Path) -> None:
    (tmp_path / "表.xlsx").mkdir()
    assert look().only.code == "JX235"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_no_table(look: Look, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "表.csv")
    assert look("{来源: 表.csv}").only.code == "JX235"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("表.et", "WPS 表格（.et）"),
        ("表.xlsm", "带宏的 Excel 工作簿（.xlsm）"),
        ("表.docx", ".docx 文件"),
        ("表", "没有扩展名的文件"),
    ],
)
def test_other_formats_are_to_be_saved_anew(look: Look, tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0")
    finding = look(f"{{来源: {name}}}").only
    assert (f"「{name}」" in finding.message, kind in finding.message) == (True, True)
    assert "另存为「Excel 工作簿（*.xlsx）」，再把「来源」改为「表.xlsx」" in finding.hint


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("{来源: }", "JX233", "「专项资金」的「来源」应当是文件名"),
        ("{来源: [表.xlsx]}", "JX233", "「来源」应当是文件名"),
        ("{来源: 表.xlsx, 工作表: [目标]}", "JX233", "「工作表」应当是工作表的名称"),
        ("{来源: 表.xlsx, 工作表: }", "JX233", "「工作表」应当是工作表的名称"),
        ("{来源: 表.csv, 工作表: 目标}", "JX256", "「表.csv」是 CSV 文件，没有工作表"),
        ("{来源: 表.xlsx, 工做表: 目标}", "JX232", "没有「工做表」这一项"),
    ],
)
def test_what_stands_beside_the_file_name(
    look: Look, save: Save, tmp_path: Path, *, source: str, code: str, words: str
) -> None:
    save(["项目", "金额"], ["甲", "1 元"])
    (tmp_path / "表.csv").write_text("项目,金额\n甲,1 元\n", encoding="utf-8")
    finding = look(source).only
    assert finding.code == code
    assert words in finding.message
    assert code != "JX232" or finding.hint == "是否为「工作表」？"


def test_a_file_that_cannot_be_opened(look: Look, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    save(["项目"])
    for error, reason in (
        (PermissionError(errno.EACCES, ""), "没有权限，或文件正被别的程序打开"),
        (OSError(), "系统无法读写"),
    ):
        with monkeypatch.context() as patched:
            patched.setattr(Path, "open", _raising(error))
            assert reason in look().only.message


def _raising(error: Exception) -> object:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


def test_a_file_that_is_too_large(look: Look, save: Save, monkeypatch: pytest.MonkeyPatch) -> None:
    save(["项目"])
    monkeypatch.setattr(locating, "MOST_BYTES", 1000)
    assert "0 MB" in look().only.message


def test_the_folder_that_cannot_be_listed_gives_no_near_misses(
    look: Look, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "绩效目标.xlsx").touch()
    monkeypatch.setattr(Path, "iterdir", _raising(PermissionError()))
    assert look("{来源: 绩效.xlsx}").only.hint.startswith("核对文件名")


def test_the_digest_is_that_of_the_bytes(look: Look, save: Save) -> None:
    file = save(["项目", "金额"], ["甲", "1 元"])
    assert look().table.sources == {"表.xlsx": hashlib.sha256(file.read_bytes()).hexdigest()}
    file.write_bytes(b"PK")
    assert look().table.sources == {"表.xlsx": hashlib.sha256(b"PK").hexdigest()}, "a damaged file is input as well"
    assert look("{来源: 无.xlsx}").table.sources == {}
