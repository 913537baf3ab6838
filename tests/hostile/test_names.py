"""Names that lead elsewhere, or that a system does not take; places that are no files; disks that are full."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from generator.provenance.write import safe_name
from tests.hostile.confined import Attempt, assert_withstood
from tests.small_template import Small, small

pytestmark = pytest.mark.slow

FIELDS = (
    "部门: {类型: 文字, 标签: 部门, 必填: 否}\n"
    "款: {类型: 表, 标签: 款, 必填: 否, 列: {项目: {类型: 文字, 标签: 项目}}}\n"
)
NAMES = (
    "../外.ENDING",
    "材料/../../外.ENDING",
    "..\\\\外.ENDING",
    "/etc/passwd",
    "/dev/zero.ENDING",
    "C:\\\\外.ENDING",
    "\\\\\\\\server\\\\share\\\\外.ENDING",
    "链接.ENDING",
    "环.ENDING",
    "管道.ENDING",
    "文件夹.ENDING",
    "CON.ENDING",
    "x" * 5_000 + ".ENDING",
    "局" * 100 + ".ENDING",
    "a/" * 3_000 + "b.ENDING",
    "报\\u0000告.ENDING",
    "~root/外.ENDING",
    "file:///etc/passwd.ENDING",
)
OUTPUTS = (
    "CON",
    "nul.txt",
    "a/../../b",
    "..",
    "/etc/passwd",
    "局" * 300,
    "x\u202ecod",
    "a\x1b[2J",
    "com¹",
    " . ",
    "\\\\a\\b",
)


@pytest.fixture
def form(tmp_path: Path) -> Small:
    """A template, and a folder full of what is no file."""
    made = small(tmp_path, FIELDS)
    (tmp_path / "外").mkdir()
    for ending in ("docx", "xlsx", "pdf"):
        (tmp_path / f"链接.{ending}").symlink_to("/etc/passwd")
        (tmp_path / f"环.{ending}").symlink_to(f"环.{ending}")
        os.mkfifo(tmp_path / f"管道.{ending}")
        (tmp_path / f"文件夹.{ending}").mkdir()
    return made


def test_files_that_an_input_names(form: Small) -> None:
    attempts = []
    for number, name in enumerate(NAMES):
        for part, line in (("附件", '附件: ["{}"]'), ("表", '款: {{来源: "{}"}}')):
            ending = "docx" if part == "附件" else "xlsx"
            text = line.format(name.replace("ENDING", ending))
            (form.folder / f"{part}{number}.yaml").write_text(f"模板: 小\n年度: 2021\n{text}\n", "utf-8")
            attempts.append(Attempt.of(f"check {part}{number}.yaml", "JX2|JX1", f"{part}{number}.yaml"))
    assert_withstood(form.folder, attempts)


def test_evidence_that_an_input_names(workplace: Path, meizhou: Path) -> None:
    text = meizhou.read_text("utf-8")
    (workplace / "链接.pdf").symlink_to("/etc/passwd")
    os.mkfifo(workplace / "管道.pdf")
    attempts = []
    for number, name in enumerate(NAMES):
        evidence = f'  数据质量:\n    佐证: {{标题: 甲, 文件: "{name.replace("ENDING", "pdf")}"}}\n'
        changed = text.replace("  数据质量:\n", evidence)
        assert changed != text
        (workplace / f"{number}.yaml").write_text(changed, "utf-8")
        attempts.append(Attempt.of(f"check {number}.yaml", "JX2|JX1", f"{number}.yaml"))
    assert_withstood(workplace, attempts)


def test_inputs_that_are_no_files(workplace: Path) -> None:
    os.mkfifo(workplace / "管道.yaml")
    (workplace / "环.yaml").symlink_to("环.yaml")
    places = ("管道.yaml", "/dev/zero", "/dev/tty", "templates", "环.yaml", "没有.yaml", "x" * 5_000, "a/b/c.yaml")
    commands = ("check", "render", "verify", "explain")
    # Of a folder, only explain wants a file; the others take the files in it.
    calls = [
        (command, place) for place in places for command in commands if place != "templates" or command == "explain"
    ]
    attempts = [Attempt.of(" ".join(call), "JX", exit_code=3) for call in calls]
    assert_withstood(workplace, attempts)


def test_outputs_that_cannot_be_written(workplace: Path, meizhou: Path) -> None:
    os.mkfifo(workplace / "管道")
    (workplace / "占用").write_text("一个文件", "utf-8")
    (workplace / "文件夹.docx").mkdir()
    places = ("占用", "占用/下/甲.docx", "/dev/full", "/dev/null/甲.docx", "/proc/甲.docx", "x" * 300 + ".docx", "管道")
    attempts = [Attempt.of(f"render inputs/{meizhou.name} -o {place}", "JX6", exit_code=3) for place in places]
    assert_withstood(workplace, attempts)


def test_a_full_disk_keeps_the_old_report(workplace: Path, meizhou: Path) -> None:
    old = workplace / "outputs" / "梅州市工业和信息化局2021年度部门整体支出绩效自评报告.docx"
    old.parent.mkdir()
    old.write_bytes("上一次的报告".encode())
    line = f"inputs/{meizhou.name}"
    attempts = [
        Attempt.of(f"render {line} --force", "JX601", exit_code=3),
        Attempt.of(f"score {line} --format xlsx", "JX612|JX601", exit_code=3),
    ]
    assert_withstood(workplace, attempts, file_size=2_000)
    assert old.read_bytes() == "上一次的报告".encode()


@pytest.mark.skipif(getattr(os, "geteuid", int)() == 0, reason="root may write into every folder")
def test_a_read_only_folder(workplace: Path, meizhou: Path) -> None:
    (workplace / "outputs").mkdir(mode=0o555)
    assert_withstood(workplace, [Attempt.of(f"render inputs/{meizhou.name}", "JX601", exit_code=3)])


def test_a_locked_input_is_read_all_the_same(workplace: Path) -> None:
    import fcntl  # only where the tests run at all

    with (workplace / "锁着.yaml").open("w+", encoding="utf-8") as file:
        file.write("模板: meizhou\n年度: 21\n")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        assert_withstood(workplace, [Attempt.of("check 锁着.yaml", "JX214", "锁着.yaml")])


@pytest.mark.parametrize("text", OUTPUTS)
def test_the_name_of_a_report_is_one_that_every_system_takes(text: str) -> None:
    name = safe_name(text, ".docx")
    assert len(name.encode()) <= 200
    assert re.fullmatch(r'[^<>:"/\\|?*\x00-\x1f\u202a-\u202e]+\.docx', name)
    assert not re.match(r"(con|nul|com[0-9¹²³])\.", name, re.IGNORECASE)
    assert name.strip(" .") == name
