"""What a report costs in a volume, as volumes grow: binding only, its inputs rendered before.

Run it with ``python -m tests.bench.bench_volume``; ``--times`` adds milliseconds. Processor time, each size the least
of three; a cost per report that stays the same is a cost that is linear. The largest volume is then looked through by
openxml-audit, which takes some minutes; it stops at an error there.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

import openxml_audit.context
from openxml_audit import OpenXmlValidator

from generator.workflows.jobs import Job
from generator.workflows.volume import Chapter, bind, make_chapter
from generator.workflows.volume import chapters_of as chapters_of_outcomes
from tests.batch.departments import write_province

SIZES = (10, 100, 300)
RUNS = 3
ROOT = Path(__file__).parents[2]


def chapters_of(folder: Path, count: int) -> tuple[list[Chapter], list[str]]:
    """So many sound reports of a made-up province."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    wanted = count * 21 // 20 + 10
    made = write_province(folder, wanted, ROOT / "inputs" / "meizhou-gxj-2021.yaml")
    sound = [file for file in made.inputs if file not in made.spoiled][:count]
    return chapters_of_outcomes([make_chapter(Job(at, file, folder)) for at, file in enumerate(sound, 1)])


def cost(chapters: list[Chapter], names: list[str]) -> tuple[float, bytes]:
    """The seconds that binding takes, and the volume."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        bound = bind(chapters, names, with_pages=False)
        times.append(time.process_time() - start)
    return min(times), bound.data


def errors_in(data: bytes, folder: Path) -> list[str]:
    """What openxml-audit finds in a volume."""
    # Counting an element among its like only tells where an error is, and goes through the whole body for each.
    openxml_audit.context._sibling_position = lambda _element: 1
    file = folder / "汇编.docx"
    file.write_bytes(data)
    return [str(error) for error in OpenXmlValidator().validate(file).errors]


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        chapters, names = chapters_of(Path(folder), SIZES[-1])
    bind(chapters[:1], names[:1], with_pages=False)  # what is loaded once is not counted
    made = {count: cost(chapters[:count], names[:count]) for count in SIZES}
    first = made[SIZES[0]][0] / SIZES[0]
    for count, (seconds, data) in made.items():
        each = seconds / count
        told = f"  {each * 1000:.1f} ms a report" if "--times" in sys.argv else ""
        print(f"{count:4} reports: {each / first:.2f} x the cost of one among {SIZES[0]}, {len(data) >> 10:,} KB{told}")
    with tempfile.TemporaryDirectory() as folder:
        errors = errors_in(made[SIZES[-1]][1], Path(folder))
    print(f"openxml-audit, {SIZES[-1]} reports: {len(errors)} errors", *errors[:10], sep="\n  ")
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
