"""``jixiao pull``: what it prints, asks and writes, and how it ends."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from tests.pull.conftest import Edited, Office


def pull(*arguments: object, **more: object) -> Result:
    return CliRunner().invoke(main, ["pull", *map(str, arguments)], **more)  # type: ignore[arg-type]


@pytest.fixture
def document(edited: Edited) -> Path:
    edited.as_word("8280.03", "8281.00")
    edited.as_word("二是指导行业。", "二是指导全行业。")
    return edited.save()


def test_lists_the_edits_and_writes_them(office: Office, document: Path) -> None:
    result = pull(document, office.input, "--yes")
    assert result.exit_code == 0
    assert f"收支.收入（收入决算数）  {office.input}:7:10\n    原：8280.03 万元\n    改：8281.00 万元" in result.output
    assert "改稿位置：第 3 段「本局2021年收入8281.00万元，人…」、第 4 段" in result.output
    assert result.output.endswith(f"已写入 2 处：{office.input}\n")
    assert "8281.00 万元" in office.text
    assert "二是指导全行业。   # 核对过" in office.text


def test_a_new_report_takes_the_place_of_one_whose_edits_were_taken(office: Office, document: Path) -> None:
    office.report.write_bytes(document.read_bytes())
    command = ["render", str(office.input), "-o", str(office.report)]
    assert "JX621" in CliRunner().invoke(main, command).output
    pull(office.report, office.input, "--yes")
    assert CliRunner().invoke(main, command).exit_code == 0


def test_edits_that_stand_in_the_new_report_need_no_note(
    office: Office, edited: Edited, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIXIAO_NO_CACHE", "1")
    edited.as_word("二是指导行业。", "二是指导全行业。")
    office.report.write_bytes(edited.save().read_bytes())
    pull(office.report, office.input, "--yes")
    assert CliRunner().invoke(main, ["render", str(office.input), "-o", str(office.report)]).exit_code == 0


def test_a_new_report_takes_no_place_while_an_edit_is_left(office: Office, edited: Edited) -> None:
    edited.as_word("8280.03", "8281.00")
    edited.replace("一、基本情况", "一、概况")
    office.report.write_bytes(edited.save().read_bytes())
    pull(office.report, office.input, "--yes")
    assert "JX621" in CliRunner().invoke(main, ["render", str(office.input), "-o", str(office.report)]).output


def test_a_new_report_takes_no_place_of_one_with_struck_text(office: Office, edited: Edited) -> None:
    """It is no edit of the text, but somebody's work."""
    edited.as_word("8280.03", "8281.00")
    edited.paragraph("二、职责")[-1].insert(0, edited.made("<w:rPr><w:strike/></w:rPr>"))
    office.report.write_bytes(edited.save().read_bytes())
    pull(office.report, office.input, "--yes")
    assert "JX621" in CliRunner().invoke(main, ["render", str(office.input), "-o", str(office.report)]).output


def test_only_looks(office: Office, document: Path) -> None:
    before = office.text
    result = pull(document, office.input, "--dry-run")
    assert (result.exit_code, office.text) == (0, before)
    assert result.output.endswith("没有写入。\n")


def test_asks_on_a_terminal(office: Office, document: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.cli.options.is_terminal", lambda: True)
    before = office.text
    result = pull(document, office.input, input="\n")
    assert (result.exit_code, office.text) == (0, before)
    assert f"把这 2 处写入 {office.input} 吗？（是/否）" in result.output
    assert pull(document, office.input, input="是\n").exit_code == 0
    assert office.text != before


def test_does_not_ask_elsewhere(office: Office, document: Path) -> None:
    before = office.text
    result = pull(document, office.input)
    assert (result.exit_code, office.text) == (2, before)
    assert "加上 --yes" in result.output


def test_both_at_once(office: Office, document: Path) -> None:
    result = pull(document, office.input, "--yes", "--dry-run")
    assert result.exit_code == 2
    assert "不能和 --yes 合用" in result.output


def test_nothing_was_edited(office: Office) -> None:
    result = pull(office.report, office.input)
    assert (result.exit_code, result.output) == (0, "改稿里没有改动。\n\n")


def test_what_cannot_be_written(office: Office, edited: Edited) -> None:
    edited.as_word("48名", "很多")
    edited.as_word("8280.03", "8281.00")
    edited.replace("一、基本情况", "一、概况")
    result = pull(edited.save(), office.input, "--yes")
    assert result.exit_code == 1
    assert "错误 JX857" in result.output
    assert "警告 JX860" in result.output
    assert "共 1 个错误、1 个警告。" in result.output
    assert "已写入 1 处" in result.output
    assert "8281.00 万元" in office.text


def test_warnings_alone_are_no_failure(office: Office, edited: Edited) -> None:
    edited.replace("一、基本情况", "一、概况")
    result = pull(edited.save(), office.input)
    assert result.exit_code == 0
    assert "写入" not in result.output.replace("没有写入", "").replace("重新生成", "")


def test_consequences_come_without_lines_of_the_old_file(office: Office, edited: Edited) -> None:
    edited.as_word("7000.00", "0.00")
    result = pull(edited.save(), office.input, "--yes")
    assert result.exit_code == 1
    assert "写入后检查会多出（行号是写入以后的）" in result.output
    assert "不能作除数" in result.output
    assert " | " not in result.output.partition("写入后检查")[2]
    assert result.output.endswith("没有写入。\n")


def test_refused_document(office: Office) -> None:
    result = pull(office.input, office.input)
    assert result.exit_code == 1 or isinstance(result.exception, Exception)


def test_old_input_from_git(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(office.folder)
    office.render()
    edited = office.edited()
    edited.replace("编制48名", "编制49名")
    document = edited.save()
    name = ["-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "init.defaultBranch=main"]
    for command in (["init", "-q"], ["add", "填报.yaml"], ["commit", "-q", "-m", "x"]):
        subprocess.run(["git", *name, *command], check=True, capture_output=True)
    office.change_input("74家", "80家")
    result = pull(document.name, "填报.yaml", "--base", "HEAD:填报.yaml", "--yes")
    assert result.exit_code == 0, result.output
    assert "49名" in office.text
    assert "80家" in office.text


def test_old_input_with_errors(office: Office, document: Path) -> None:
    old = office.folder / "旧.yaml"
    old.write_text(office.text.replace("48名", "48台"), "utf-8")
    result = pull(document, office.input, "--base", old, "--dry-run")
    assert result.exit_code != 0


def test_many_places_are_counted(office: Office) -> None:
    from tests.word.conftest import package, paragraph

    layout = office.folder / "templates" / "小" / "报告.docx"
    layout.write_bytes(package("".join(paragraph(f"第{n}处：{{{{ 部门.名称 }}}}") for n in range(8))))
    office.render()
    edited = office.edited()
    edited.as_word("某局", "某某局")
    assert " 等 8 处" in pull(edited.save(), office.input, "--dry-run").output


def test_help_is_chinese() -> None:
    result = pull("--help")
    assert "把在 Word 里对报告的改动取回填报文件" in result.output
