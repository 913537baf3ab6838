"""``jixiao render`` for more than one input, as people and nightly jobs use it."""

import csv
import io
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import main
from generator.cli.many import followed
from generator.workflows.jobs import Outcome, Status

INPUT = "meizhou-gxj-2021.yaml"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="jixiao")


@pytest.fixture
def here(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(workplace)
    bad = workplace / "inputs" / "坏.yaml"
    bad.write_text("模板: meizhou\n年度: 二〇二一\n", "utf-8")
    return workplace


def test_a_folder_is_rendered_and_summed_up(here: Path) -> None:
    result = run("render", "inputs", "--jobs", "1", "--report", "汇总.json")
    assert result.exit_code == 1
    assert "有错误  inputs/坏.yaml" in result.stdout
    assert "JX202 第 1 行：缺少「部门」" in result.stdout
    assert "共 2 份：已生成 1 份，有错误 1 份。" in result.stdout
    assert result.stdout.endswith("汇总：汇总.json\n")
    whole = json.loads((here / "汇总.json").read_text("utf-8"))
    assert [entry["结果"] for entry in whole["明细"]] == ["已生成", "有错误"]
    assert len(list(Path("outputs").glob("*.docx"))) == 1

    Path("inputs/坏.yaml").unlink()
    again = run("render", "inputs/*.yaml", "--report", "汇总.csv")
    assert again.exit_code == 0
    assert "共 1 份：未变 1 份。" in again.stdout
    _, row = csv.reader(io.StringIO((here / "汇总.csv").read_text("utf-8-sig")))
    assert row[:2] == [f"inputs/{INPUT}", "未变"]


@pytest.mark.usefixtures("here")
def test_many_reports_do_not_go_to_one_file() -> None:
    result = run("render", "inputs", "-o", "一份.docx")
    assert result.exit_code == 2
    assert "文件夹" in result.stderr


@pytest.mark.usefixtures("here")
def test_what_is_not_there_is_named() -> None:
    result = run("render", "没有*.yaml")
    assert result.exit_code == 3
    assert "JX821" in result.stderr


@pytest.mark.usefixtures("here")
def test_ctrl_c_keeps_what_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(outcomes: Iterator[Outcome], _total: int) -> Iterator[Outcome]:
        yield next(iter(outcomes))
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.cli.many.followed", interrupted)
    result = run("render", "inputs", "--jobs", "1")
    assert result.exit_code == 130
    assert "没有做到的 1 份" in result.stdout
    assert "接着做" in result.stdout


class TestProgress:
    def outcomes(self) -> Iterator[Outcome]:
        for number, status in enumerate((Status.WRITTEN, Status.REFUSED, Status.WRITTEN), 1):
            yield Outcome(number, Path(f"{number}.yaml"), status)

    def test_a_log_names_what_failed_and_says_how_far_it_is(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        clock = iter(range(0, 1000, 31))
        monkeypatch.setattr(time, "monotonic", lambda: next(clock))
        assert len(list(followed(self.outcomes(), 3))) == 3
        said = capsys.readouterr().err
        assert "有错误  2.yaml" in said
        assert "已做 2/3 份" in said

    def test_a_terminal_has_a_bar(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Terminal(io.StringIO):
            def isatty(self) -> bool:
                return True

        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        assert len(list(followed(self.outcomes(), 3))) == 3
        assert "份/秒" in terminal.getvalue()
        assert "1 份没有生成" in terminal.getvalue()
        assert "3/3" in terminal.getvalue()
