"""The example input that the rules are tried on, with changes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding
from tests.changed_input import findings_of, tree

EXAMPLE = Path(__file__).parent / "示例"

Checked = Callable[[str], tuple[Finding, ...]]


@pytest.fixture(scope="session")
def example_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example template, to write inputs to."""
    place = tmp_path_factory.mktemp("例") / "示例"
    shutil.copytree(EXAMPLE, place)
    return place


@pytest.fixture
def checked(example_folder: Path) -> Checked:
    """What is found in the example input with changes, YAML by path: ``绩效目标[2].完成: 3家``."""

    def check(changes: str) -> tuple[Finding, ...]:
        return findings_of(EXAMPLE / "填报.yaml", tree(changes) if changes else None, example_folder / "改.yaml")

    return check
