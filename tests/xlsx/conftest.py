"""LibreOffice's own arithmetic, and scoring forms of every shape."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

Computed = Callable[[Path], list[list[str]]]


@pytest.fixture
def computed(tmp_path: Path) -> Computed:
    """The cells of a workbook as LibreOffice computes them. Skipped where it is missing, but never in CI."""
    office = os.environ.get("SOFFICE") or shutil.which("soffice")
    if office is None:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice is missing in CI")
        pytest.skip("LibreOffice is missing (Debian: apt-get install libreoffice-calc-nogui)")

    def convert(file: Path) -> list[list[str]]:
        where = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        # 44, 34, 76: comma, quote, UTF-8. Cells as they are shown.
        kind = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
        command = [office, where, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "csv"), str(file)]
        subprocess.run(command, check=False, capture_output=True, timeout=240)
        # LibreOffice exits 0 even when it wrote nothing: where Calc is not installed, it does.
        table = tmp_path / "csv" / f"{file.stem}.csv"
        if not table.is_file():
            if os.environ.get("CI"):
                pytest.fail("LibreOffice Calc is missing in CI")
            pytest.skip("LibreOffice Calc is missing (Debian: apt-get install libreoffice-calc-nogui)")
        with table.open(encoding="utf-8", newline="") as lines:
            return list(csv.reader(lines))

    return convert
