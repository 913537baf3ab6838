"""The faults of the two printed reports, typed back into their inputs: each is found, at its line."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding
from generator.yamlfile.build import Mapping, Scalar, Sequence
from generator.yamlfile.source import read_yaml
from tests.changed_input import findings_of, marked

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((Path(__file__).parent / "种子差错").glob("*.yaml"))


def faults() -> Iterator[object]:
    for file in FILES:
        root = read_yaml(file).root
        assert root is not None
        listed, given = root.get("差错"), root.get("填报")
        assert isinstance(listed, Sequence)
        assert isinstance(given, Scalar)
        for number, fault in enumerate(listed.items, 1):
            yield pytest.param(ROOT / given.text, fault, id=f"{file.stem}-{number}")


def text(fault: Mapping, key: str) -> str:
    node = fault.get(key)
    return node.text if isinstance(node, Scalar) else ""


def at(fault: Mapping, findings: tuple[Finding, ...]) -> list[Finding]:
    wanted = (text(fault, "代码"), text(fault, "位置"), text(fault, "片段"))
    return [finding for finding in findings if (finding.code, finding.path, marked(finding)) == wanted]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("种子")
    shutil.copytree(ROOT / "templates", place / "templates")
    return place


@pytest.mark.parametrize(("file", "fault"), list(faults()))
def test_a_fault_of_the_printed_report_is_found_where_it_stands(file: Path, fault: Mapping, folder: Path) -> None:
    changes = fault.get("改动")
    findings = findings_of(file, changes if isinstance(changes, Mapping) else None, folder / "改.yaml")
    (finding,) = at(fault, findings)
    assert text(fault, "改法") in finding.hint
    if changes is not None:
        assert not at(fault, findings_of(file, None, folder / "原.yaml"))


def test_the_page_of_the_faults_names_every_code(root: Path) -> None:
    page = (root / "docs" / "种子报告的差错.md").read_text("utf-8")
    for param in faults():
        assert text(param.values[1], "代码") in page  # type: ignore[attr-defined]
