"""The command jixiao new, as a user runs it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from generator.cli import main


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["new", *map(str, arguments)])


def test_an_empty_one(tmp_path: Path) -> None:
    result = run("meizhou", tmp_path / "填报.yaml")
    assert result.exit_code == 0
    assert f"新文件：{tmp_path / '填报.yaml'}\n模板：meizhou（" in result.output
    assert "meizhou.schema.json（和新文件放在一起）" in result.output
    assert "年度：" not in result.output
    assert "都已列出" in result.output


def test_the_next_year(workplace: Path, meizhou: Path) -> None:
    output = workplace / "inputs" / "2023.yaml"
    result = run("--from", workplace / "inputs" / meizhou.name, "--year", "2023", output)
    assert result.exit_code == 0
    text = output.read_text(encoding="utf-8")
    line = text[: text.index("\n  年末:")].count("\n") + 2
    assert f"  第 {line} 行  结转结余.年末  年末财政拨款结转和结余决算数（剔除后）\n" in result.output
    assert "年度：2023\n" in result.output
    assert "字段表" not in result.output
    assert "指标.数据质量.自评分  「自评分」（0 到 2）" in result.output


def test_what_was_wrong_last_year_is_told(workplace: Path, meizhou: Path) -> None:
    last = workplace / "inputs" / meizhou.name
    last.write_text(last.read_text(encoding="utf-8") + "生字段: 1\n", encoding="utf-8")
    result = run("--from", last, workplace / "新.yaml")
    assert result.exit_code == 0
    assert "JX201" in result.stderr


def test_an_existing_file_ends_with_3(tmp_path: Path) -> None:
    assert run("meizhou", tmp_path / "填报.yaml").exit_code == 0
    result = run("meizhou", tmp_path / "填报.yaml")
    assert result.exit_code == 3
    assert "JX811" in result.output
    assert "已经存在，没有改动它" in result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "要写模板的名称和新文件的名称"),
        (["meizhou"], "要写模板的名称和新文件的名称"),
        (["meizhou", "a.yaml", "b.yaml"], "要写模板的名称和新文件的名称"),
        (["--from", "去年.yaml"], "用 --from 时只写新文件的名称"),
        (["--from", "去年.yaml", "meizhou", "a.yaml"], "用 --from 时只写新文件的名称"),
        (["meizhou", "a.yaml", "--year", "22"], "「22」不是四位数的年份"),
        (["meizhou", "a.yaml", "--year", "二〇二二"], "不是四位数的年份"),
    ],
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.output
    assert list(tmp_path.iterdir()) == []
