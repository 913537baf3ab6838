"""jixiao template preview: once, and again on every save."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.authoring.check import check_template
from generator.authoring.generate import Preview, files_below, preview, saves, write_generated
from generator.base.diagnostics import Refused
from generator.cli import main
from generator.exports import pdf as convert
from generator.word.read.document import text_of_file

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(manifest.parent for manifest in (ROOT / "templates").glob("*/template.yaml"))
Change = Callable[[str, str, str], None]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["template", "preview", *arguments])


@pytest.fixture
def no_office(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer without LibreOffice."""
    monkeypatch.setattr(shutil, "which", lambda _name: None)


def program(folder: Path, name: str, lines: str) -> None:
    """A stand-in for a program of others."""
    file = folder / name
    file.write_text(f"#!/bin/sh\n{lines}\n", encoding="utf-8")
    file.chmod(0o755)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, the only one but the system's own that are found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setattr(shutil, "which", lambda name: str(folder / name) if (folder / name).is_file() else None)
    return folder


@pytest.mark.usefixtures("no_office")
def test_what_somebody_wrote_in_a_preview_is_kept(tmp_path: Path) -> None:
    folder = ROOT / "templates" / "meizhou"
    first = preview(folder, tmp_path).word
    printed = first.read_bytes()
    first.write_bytes(b"PK with notes")
    assert preview(folder, tmp_path).word.read_bytes() == printed
    assert (tmp_path / "预览.备份1.docx").read_bytes() == b"PK with notes"


@pytest.mark.usefixtures("no_office")
@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda folder: folder.name)
def test_the_shipped_templates_print_their_examples(folder: Path, tmp_path: Path) -> None:
    shown = preview(folder, tmp_path / "看")
    text = "\n".join(text_of_file(shown.word))
    assert "某某" in text
    assert "{{" not in text
    assert [finding.code for finding in shown.findings] == ["JX760"]


@pytest.mark.usefixtures("no_office")
def test_says_calmly_that_there_is_no_office(city: Path) -> None:
    result = run("某市")
    assert result.exit_code == 0
    assert "提示 JX760" in result.output
    assert "apt-get install libreoffice" in result.output
    assert "Word：outputs/预览/某市/预览.docx" in result.output.replace("\\", "/")
    assert "PDF：" not in result.output
    assert sorted(file.name for file in Path("outputs/预览/某市").iterdir()) == ["示例填报.yaml", "预览.docx"]
    assert city.is_dir()


@pytest.mark.slow
def test_pdf_and_pages_with_the_real_programs(city: Path, to_pdf: object) -> None:
    assert to_pdf  # skipped where LibreOffice is missing
    result = run("某市", "-o", "看")
    assert result.exit_code == 0, result.output
    assert Path("看/预览.pdf").read_bytes().startswith(b"%PDF")
    pages = sorted(Path("看").glob("页-*.png"))
    assert len(pages) >= 6
    assert f"页面图片：{pages[0]} 等 {len(pages)} 张" in result.output
    assert city.is_dir()


def test_an_older_preview_is_replaced_whole(city: Path, programs: Path) -> None:
    target = Path("看")
    target.mkdir()
    for name in ("预览.pdf", "页-1.png", "页-9.png", "笔记.png"):
        (target / name).write_bytes(b"old")
    program(programs, "soffice", 'echo "%PDF" > "$6/报告.pdf"')
    program(programs, "pdftoppm", 'echo png > "$5-1.png"')
    shown = preview(city, target)
    assert (shown.pdf, shown.pictures) == (target / "预览.pdf", (target / "页-1.png",))
    assert sorted(file.name for file in target.glob("*.png")) == ["笔记.png", "页-1.png"]
    assert shown.findings == ()
    assert f"页面图片：{target / '页-1.png'}\n" in run("某市", "-o", "看").output


@pytest.mark.parametrize(
    ("office_does", "pages_does", "code", "said"),
    [
        ("exit 0", None, "JX761", "没有写出文件"),
        (': > "$6/报告.pdf"', None, "JX761", "没有写出文件"),
        ("exit 7", None, "JX761", "退出码 7"),
        ("sleep 30 & wait", None, "JX761", "超过 0.5 秒"),
        ('echo "%PDF" > "$6/报告.pdf"', None, "JX762", "没有找到 pdftoppm"),
        ('echo "%PDF" > "$6/报告.pdf"', "exit 0", "JX762", "没有写出文件"),
        ('echo "%PDF" > "$6/报告.pdf"', "exit 3", "JX762", "退出码 3"),
    ],
)
def test_what_the_programs_of_others_fail_to_do_is_told(
    city: Path,
    programs: Path,
    monkeypatch: pytest.MonkeyPatch,
    office_does: str,
    pages_does: str | None,
    code: str,
    said: str,
) -> None:
    monkeypatch.setattr(convert, "SECONDS", 0.5 if "sleep" in office_does else 60)
    program(programs, "soffice", office_does)
    if pages_does is not None:
        program(programs, "pdftoppm", pages_does)
    start = time.monotonic()
    shown = preview(city, Path("看"))
    assert time.monotonic() - start < 20
    (finding,) = shown.findings
    assert finding.code == code
    assert said in finding.message
    assert shown.word.is_file()
    assert (shown.pdf is not None) == (code == "JX762")


def test_a_program_that_cannot_start(city: Path, programs: Path) -> None:
    (programs / "soffice").write_bytes(b"\x7fnonsense")
    (finding,) = preview(city, Path("看")).findings
    assert "无法启动" in finding.message


def test_an_interrupted_conversion_leaves_no_process(
    city: Path, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(programs, "soffice", "echo $$ > pid; sleep 60")

    def interrupted(self: subprocess.Popen[bytes], timeout: float | None = None) -> int:
        if timeout is None:
            return wait(self)
        while not Path("pid").is_file() or not Path("pid").read_text().strip():
            time.sleep(0.01)
        raise KeyboardInterrupt

    wait = subprocess.Popen.wait
    monkeypatch.setattr(subprocess.Popen, "wait", interrupted)
    with pytest.raises(KeyboardInterrupt):
        preview(city, Path("看"))
    with pytest.raises(ProcessLookupError):
        os.kill(int(Path("pid").read_text()), 0)


def test_where_processes_have_no_groups(city: Path, programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(programs, "soffice", "exec sleep 30")
    monkeypatch.delattr(os, "killpg")
    monkeypatch.setattr(convert, "SECONDS", 0.2)
    (finding,) = preview(city, Path("看")).findings
    assert finding.code == "JX761"


@pytest.mark.usefixtures("no_office")
def test_a_real_input(workplace: Path, meizhou: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    result = run("meizhou", "--input", f"inputs/{meizhou.name}")
    assert result.exit_code == 0
    assert "JX415" in result.output
    text = "\n".join(text_of_file(Path("outputs/预览/meizhou/预览.docx")))
    assert "102.34" in text
    assert not Path("outputs/预览/meizhou/示例填报.yaml").exists()


@pytest.mark.usefixtures("no_office")
def test_an_input_of_another_template(workplace: Path, meizhou: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(workplace)
    with pytest.raises(Refused) as refused:
        preview(workplace / "templates" / "jiangmen", Path("看"), workplace / "inputs" / meizhou.name)
    assert refused.value.findings[0].code == "JX759"


def test_every_save_is_noticed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "甲.yaml"
    events: list[str] = []

    def read() -> str:
        return file.read_text(encoding="utf-8") if file.is_file() else ""

    def edits() -> Iterator[None]:
        yield  # nothing was saved
        file.write_text("一", encoding="utf-8")
        yield
        (tmp_path / "~$甲.docx").write_text("锁", encoding="utf-8")
        (tmp_path / ".jixiao-x.tmp").write_text("半", encoding="utf-8")
        yield
        file.write_text("一二", encoding="utf-8")
        yield
        file.unlink()
        yield
        raise KeyboardInterrupt

    steps = edits()
    monkeypatch.setattr(time, "sleep", lambda _seconds: next(steps))
    with pytest.raises(KeyboardInterrupt):
        events.extend(read() for _ in saves(lambda: files_below(tmp_path)))
    assert events == ["", "一", "一二", ""]


def test_a_file_that_goes_while_it_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "有"
    file.touch()
    watched = saves(lambda: [file, tmp_path / "没有"])
    next(watched)
    file.unlink()
    assert next(watched) is None, "that it went is a change"


@pytest.mark.usefixtures("no_office")
def test_watching_goes_on_after_errors_and_ends_calmly(
    city: Path, change: Change, monkeypatch: pytest.MonkeyPatch
) -> None:
    def edits() -> Iterator[None]:
        change("报告.docx!document", "{{ 收入.合计 }}", "{{ 收入.合记 }}")
        yield
        change("报告.docx!document", "{{ 收入.合记 }}", "共{{ 收入.合计 }}")
        yield
        raise KeyboardInterrupt

    steps = edits()
    monkeypatch.setattr(time, "sleep", lambda _seconds: next(steps))
    result = run("某市", "--watch", "--input", str(city / "tests" / "示例填报.yaml"), "-o", "看")
    assert result.exit_code == 0
    assert "JX530" in result.output
    assert "共 1 个错误。" in result.output
    assert result.output.count("等待保存") == 3
    assert result.output.endswith("预览结束。\n")
    assert "收入决算共2000.00万元" in "\n".join(text_of_file(Path("看/预览.docx")))


def test_watching_goes_on_where_a_file_is_just_being_saved(city: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object) -> Preview:
        raise FileNotFoundError(2, "No such file", "fields.yaml")

    monkeypatch.setattr("generator.cli.authoring.make_preview", gone)

    def end(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", end)
    result = run("某市", "--watch")
    assert result.exit_code == 0
    assert "文件读不出，可能正在保存：fields.yaml" in result.output
    assert city.is_dir()


@pytest.mark.usefixtures("no_office")
def test_a_required_picture_has_a_sample(city: Path, change: Change, tmp_path: Path) -> None:
    with (city / "fields.yaml").open("a", encoding="utf-8") as fields:
        fields.write('\n现场图: {类型: 图片, 标签: "现场: 正面"}\n')
    change("报告.docx!document", "{{ 收入.合计 }}", "{{ 收入.合计 }}{{ 现场图 }}")
    write_generated(city)
    assert (city / "tests" / "示例图片.png").is_file()
    assert check_template(city) == ()
    word = preview(city, tmp_path / "看").word
    assert (tmp_path / "看" / "示例图片.png").is_file()
    with zipfile.ZipFile(word) as package:
        assert any(name.startswith("word/media/") for name in package.namelist())


@pytest.mark.usefixtures("no_office")
def test_a_required_document_has_a_sample(city: Path, tmp_path: Path) -> None:
    with (city / "fields.yaml").open("a", encoding="utf-8") as fields:
        fields.write("\n会议纪要: {类型: 文档, 标签: 会议纪要}\n")
    assert run("某市", "-o", "看").exit_code == 0
    assert (tmp_path / "看" / "示例文档.docx").is_file()
