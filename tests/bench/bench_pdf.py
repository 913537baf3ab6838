"""What a PDF costs: our reports with their PDFs beside LibreOffice's own conversion of the same Word files.

Run it with ``python -m tests.bench.bench_pdf``. Processor time with that of the children, one process each, the least
of three rounds by turns.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from generator.exports.pdf import find_office
from tests.batch.departments import write_province
from tests.bench.bench_whole import ROOT, seconds

COUNT = 12
ROUNDS = 3


def main() -> int:
    """Prints the table; says so where there is no LibreOffice."""
    office = find_office()
    if not office:
        print("LibreOffice is missing (Debian: apt-get install libreoffice-writer-nogui)")
        return 0
    with tempfile.TemporaryDirectory() as name:
        ways = _ways(Path(name), office)
        taken: dict[str, list[float]] = {what: [] for what in ways}
        for _ in range(ROUNDS):
            for what, way in ways.items():
                taken[what].append(seconds(way))
    least = {what: min(times) for what, times in taken.items()}
    own = least["LibreOffice by itself, all in one call"]
    print(f"| {COUNT} reports | against LibreOffice by itself |\n|---|---:|")
    for what, time in least.items():
        print(f"| {what} | {time / own:.2f} |")
    return 0


def _ways(folder: Path, office: str) -> dict[str, Callable[[], object]]:
    shutil.copytree(ROOT / "templates", folder / "templates")
    made = write_province(folder, COUNT * 2, ROOT / "inputs" / "meizhou-gxj-2021.yaml")
    inputs = [str(file) for file in made.inputs if file not in made.spoiled][:COUNT]
    render = [sys.executable, "-m", "generator", "render", *inputs, "--jobs", "1", "--force", "-o"]
    _run([*render, str(folder / "words")])
    words = [str(file) for file in sorted((folder / "words").glob("*.docx"))]
    assert len(words) == COUNT
    bare = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
    bare += ["--outdir", str(folder / "theirs")]
    _run([*bare, words[0]])  # a new profile is made once
    return {
        "LibreOffice by itself, all in one call": partial(_run, [*bare, *words]),
        "LibreOffice by itself, one call each": partial(_run, *([*bare, word] for word in words)),
        "jixiao render, without PDF": partial(_run, [*render, str(folder / "without")]),
        "jixiao render --pdf": partial(_run, [*render, str(folder / "with"), "--pdf"]),
    }


def _run(*commands: list[str]) -> None:
    for command in commands:
        subprocess.run(command, check=True, cwd=ROOT, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
