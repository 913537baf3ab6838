"""``jixiao check --fix-text`` as people use it: what it shows, asks, writes and leaves."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from tests.small_template import Small, small

FIELDS = "部门: {类型: 文字, 标签: 部门, 必填: 否}\n制度: {类型: 列表, 标签: 制度, 必填: 否}\n"
BAD = "部门: 某局;某科\n制度: [某发〔21〕3号]\n"


@pytest.fixture
def form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Small:
    monkeypatch.chdir(tmp_path)
    return small(tmp_path, FIELDS)


def run(*options: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, ["check", "填报.yaml", *options], prog_name="jixiao", input=answer)


def on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.cli.options.is_terminal", lambda: True)


def test_a_dry_run_shows_the_diff_and_writes_nothing(form: Small) -> None:
    file = form.write(BAD)
    before = file.read_bytes()
    result = run("--fix-text", "--dry-run")
    assert result.exit_code == 0
    assert "拟改正的文字（1 处" in result.stdout
    assert "@@ 填报.yaml:2  部门（半角标点） @@\n-部门: 某局;某科\n+部门: 某局；某科\n" in result.stdout
    assert "只列出改动，没有写入。" in result.stdout
    assert file.read_bytes() == before


def test_yes_writes_and_names_what_is_left_to_people(form: Small) -> None:
    file = form.write(BAD)
    result = run("--fix-text", "--yes")
    assert result.exit_code == 0
    assert "已改正 1 处，写入 填报.yaml。" in result.stdout
    assert "下面这些没有改" in result.stdout
    assert "JX456  填报.yaml:3:8  制度[1]" in result.stdout
    assert file.read_text("utf-8") == "模板: 小\n部门: 某局；某科\n制度: [某发〔21〕3号]\n"
    again = run("--fix-text", "--yes")
    assert "没有可以改正的文字。" in again.stdout


@pytest.mark.parametrize(("answer", "written"), [("是\n", True), ("y\n", True), ("否\n", False), ("\n", False)])
def test_on_a_terminal_it_asks(form: Small, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool) -> None:
    file = form.write(BAD)
    on_a_terminal(monkeypatch)
    result = run("--fix-text", answer=answer)
    assert result.exit_code == 0
    assert "写入填报文件吗？（是/否）" in result.stdout
    assert ("没有写入。" in result.stdout) is not written
    assert ("；" in file.read_text("utf-8")) is written


def test_elsewhere_it_wants_to_be_told(form: Small) -> None:
    file = form.write(BAD)
    result = run("--fix-text")
    assert result.exit_code == 2
    assert "确认要改时加上 --yes，只看改动时加上 --dry-run" in result.stderr
    assert ";" in file.read_text("utf-8")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--yes"], "「--yes」的值不对：只和 --fix-text 合用。"),
        (["--dry-run"], "「--dry-run」的值不对：只和 --fix-text 合用。"),
        (["--fix-text", "--yes", "--dry-run"], "「--dry-run」的值不对：不能和 --yes 合用"),
        (
            ["--fix-text", "--yes", "--format", "json"],
            "「--fix-text」的值不对：改动只列给人看，不和 --format json 合用。",
        ),
    ],
)
def test_options_that_do_not_go_together_are_refused(form: Small, options: list[str], said: str) -> None:
    form.write(BAD)
    result = run(*options)
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_clean_input_has_nothing_to_mend(form: Small) -> None:
    form.write("部门: 某局\n")
    result = run("--fix-text")
    assert (result.exit_code, result.stdout) == (0, "没有可以改正的文字。\n")


def test_a_plain_check_never_changes_the_file(form: Small) -> None:
    file = form.write(BAD)
    before = file.read_bytes()
    result = run()
    assert result.exit_code == 0
    assert "JX460" in result.stdout
    assert file.read_bytes() == before
