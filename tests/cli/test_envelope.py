"""What every command prints for programs, held against docs/接口.schema.json; SARIF against what readers of it need."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
from click.testing import CliRunner

from generator.cli import main

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "接口.schema.json").read_text("utf-8"))
# Good ones and bad ones of every command that has --format json; the last test holds that none is forgotten.
# Of an audit that finds something: tests/audit.
ASKED = [
    "audit 没有.yaml",
    "check 好.yaml 坏.yaml",
    "check 没有.yaml",
    "diff 好.yaml 坏.yaml",
    "diff 好.yaml 没有.yaml",
    "explain 好.yaml 结转结余率",
    "explain 坏.yaml",
    "explain 好.yaml 没有",
    "score 好.yaml",
    "score 好.yaml 坏.yaml",
    "score 坏.yaml",
    "template check 没有",
    "template fields meizhou",
    "template fields 没有",
    "template list",
    "template list --templates 没有",
    "verify 报告.docx 好.yaml",
    "verify 没有.docx",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("接口")
    filing = (ROOT / "inputs" / "meizhou-gxj-2021.yaml").read_text("utf-8")
    (place / "好.yaml").write_text(filing, "utf-8")
    (place / "坏.yaml").write_text(filing.replace("年度: 2021", "年度: 二〇二一", 1), "utf-8")
    assert CliRunner().invoke(main, ["render", str(place / "好.yaml"), "-o", str(place / "报告.docx")]).exit_code == 0
    return place


@pytest.mark.parametrize("asked", ASKED)
def test_every_answer_is_the_documented_one(asked: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    answer = json.loads(CliRunner().invoke(main, [*asked.split(), "--format", "json"], prog_name="jixiao").stdout)
    jsonschema.validate(answer, SCHEMA)
    assert asked.startswith(answer["command"])
    assert answer["findings"] if "没有" in asked else answer["result"] is not None or "坏" in asked


@pytest.mark.parametrize("asked", ["check 好.yaml 坏.yaml", "check 没有.yaml", "template check 没有"])
def test_sarif_has_what_its_readers_need(asked: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    log = json.loads(CliRunner().invoke(main, [*asked.split(), "--format", "sarif"], prog_name="jixiao").stdout)
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert run["tool"]["driver"]["name"] == "jixiao"
    assert len(rules) == len(set(rules))
    for result in run["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        place = result["locations"][0]["physicalLocation"]
        assert place["artifactLocation"]["uri"]
        assert all(number >= 1 for number in place.get("region", {}).values())
    assert run["results"]


def formats(command: click.Command, name: str = "") -> Iterator[tuple[str, Any]]:
    """Every command with the choices of its --format."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for below in command.list_commands(context):
            found = command.get_command(context, below)
            assert found is not None
            yield from formats(found, f"{name} {below}".strip())
    for option in command.params:
        if "--format" in option.opts and isinstance(option.type, click.Choice):
            yield name, option.type.choices


def test_no_command_is_forgotten() -> None:
    commands = {name for name, choices in formats(main) if "json" in choices}
    assert commands == {name for asked in ASKED for name in commands if asked.startswith(name)}
