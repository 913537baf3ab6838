"""The shipped templates: nothing is found in them, and all their cases hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.authoring.cases import read_cases
from generator.authoring.check import check_template

SHIPPED = sorted(file.parent for file in (Path(__file__).parents[2] / "templates").glob("*/template.yaml"))


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_they_are_without_findings(folder: Path) -> None:
    # Cases that differ are findings as well.
    assert len(read_cases(folder)[0]) >= 15
    assert check_template(folder) == ()
