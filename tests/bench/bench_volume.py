"""What a report costs in a volume, as volumes grow: binding only, its inputs rendered before.

Run it with ``python -m tests.bench.bench_volume``; ``--times`` adds milliseconds. Processor time, each size the least
of three; a cost per report that stays the same is a cost that is linear.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from generator import volumes
from generator.batch import Job
from tests.batch.departments import write_province

SIZES = (10, 100, 300)
RUNS = 3
ROOT = Path(__file__).parents[2]


def chapters_of(folder: Path, count: int) -> tuple[list[volumes.Chapter], list[str]]:
    """So many sound reports of a made-up province."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    wanted = count * 21 // 20 + 10
    made = write_province(folder, wanted, ROOT / "inputs" / "meizhou-gxj-2021.yaml")
    sound = [file for file in made.inputs if file not in made.spoiled][:count]
    return volumes.chapters_of([volumes.make_chapter(Job(at, file, folder)) for at, file in enumerate(sound, 1)])


def cost(chapters: list[volumes.Chapter], names: list[str]) -> tuple[float, int]:
    """The seconds that binding takes, and the bytes of the volume."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        bound = volumes.bind(chapters, names, with_pages=False)
        times.append(time.process_time() - start)
    return min(times), len(bound.data)


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        chapters, names = chapters_of(Path(folder), SIZES[-1])
    volumes.bind(chapters[:1], names[:1], with_pages=False)  # what is loaded once is not counted
    made = {count: cost(chapters[:count], names[:count]) for count in SIZES}
    first = made[SIZES[0]][0] / SIZES[0]
    for count, (seconds, size) in made.items():
        each = seconds / count
        told = f"  {each * 1000:.1f} ms a report" if "--times" in sys.argv else ""
        print(f"{count:4} reports: {each / first:.2f} x the cost of one among {SIZES[0]}, {size >> 10:,} KB{told}")


if __name__ == "__main__":
    main()
