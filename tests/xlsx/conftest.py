"""LibreOffice's own arithmetic, and scoring forms of every shape."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.office import Office

Computed = Callable[[Path], list[list[str]]]


@pytest.fixture
def computed(libreoffice: Office, tmp_path: Path) -> Computed:
    """The cells of a workbook as LibreOffice computes them."""

    def convert(file: Path) -> list[list[str]]:
        # 44, 34, 76: comma, quote, UTF-8. Cells as they are shown.
        kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
        with libreoffice(file, kind, tmp_path / "csv").open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))

    return convert
