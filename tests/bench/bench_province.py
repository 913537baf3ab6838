"""A whole province: a thousand departments on one process, on two, and on a cluster that loses a worker.

Run it with ``python -m tests.bench.bench_province [COUNT]``. It stops if a report is missing, a planted fault is not
named with its cause, or the next run does any work twice. Times are those of the clock: that two processes do twice
the work of one can be seen in nothing else.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

from generator.workflows.batch import Lanes, Writer, cluster_lanes, known_reports, local_lanes, run
from generator.workflows.jobs import Job, Outcome, Summary, find_inputs, jobs_of
from tests.batch.cluster import Cluster, end
from tests.batch.departments import Province, make_measured, make_report, write_province

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "inputs" / "meizhou-gxj-2021.yaml"
LIMIT = 20.0
PARTS = 7
CAUSES = {"挂起.yaml": "JX824", "崩溃.yaml": "JX825"}


def main() -> int:
    """Prints the table; stops at the first thing that is not as it must be."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copytree(ROOT / "templates", folder / "templates")
        print(f"| {count:,} departments | found | wanted |\n|---|---:|---:|", flush=True)
        for what, found, wanted in _rows(folder, count):
            print(f"| {what} | {found} | {wanted} |", flush=True)
    return 0


def _rows(folder: Path, count: int) -> Iterator[tuple[str, str, str]]:
    province = _planted(folder, count)
    sound = [file for file in province.inputs if file not in province.spoiled]
    ratio, growth = _against_one(sound, folder)
    yield "two processes against one, reports per second", f"{ratio:.2f}", "≥ 1.7"
    yield "memory of a process after the last report against the hundredth", f"{growth:.2f}", "0.9 to 1.1"

    local: Callable[[], AbstractContextManager[Lanes]] = partial(local_lanes, 2, 2048)
    summary = _run(province, folder / "local", local)
    yield "two processes, one report hanging, one killing: as planted", _judged(summary, province, CAUSES), "all"
    again = _run(province, folder / "local", local)
    yield "the next run: made twice", str(again.counts()["已生成"]), "0"

    for planted in CAUSES:
        province.inputs[0].with_name(planted).unlink()
    cluster = Cluster(folder)
    try:
        remote = partial(cluster_lanes, cluster.address)
        loss = partial(end, cluster.workers[0])
        summary = _run(province, folder / "cluster", remote, count // 3, loss)
        yield "a cluster, a worker ended at a third: as planted", _judged(summary, province, {}), "all"
        again = _run(province, folder / "cluster", remote)
        yield "the next run: made twice", str(again.counts()["已生成"]), "0"
    finally:
        cluster.stop()


def _planted(folder: Path, count: int) -> Province:
    """So many departments, the hanging and the killing one among them."""
    province = write_province(folder, count - len(CAUSES), MODEL)
    sound = next(file for file in province.inputs if file not in province.spoiled).read_text("utf-8")
    for name in CAUSES:
        text = sound.replace("分局", f"分局{name.removesuffix('.yaml')}", 1)
        province.inputs[0].with_name(name).write_text(text, "utf-8")
    return province


def _against_one(inputs: list[Path], folder: Path) -> tuple[float, float]:
    """How many times as fast two processes are as one, and how the memory of the one grew.

    They take the parts of the province by turns, so that a busy moment hits both; the middle of the parts counts.
    """
    for name in ("one", "two"):
        (folder / name / "memory").mkdir(parents=True)
    ratios = []
    with local_lanes(1, 2048) as one, local_lanes(2, 2048) as two:
        for at in range(PARTS):
            part = inputs[at::PARTS]
            ratios.append(_seconds(part, folder / "one", one) / _seconds(part, folder / "two", two))
    return sorted(ratios)[PARTS // 2], _growth(folder / "one" / "memory")


def _seconds(inputs: list[Path], folder: Path, lanes: Lanes) -> float:
    began = time.monotonic()
    jobs = jobs_of(inputs, {}, Job(0, Path(), folder / "outputs", seconds=LIMIT))
    made = Counter(outcome.status.value for outcome in Writer().write(run(jobs, lanes, make_measured)))
    if made != {"已生成": len(inputs)}:
        sys.exit(f"not all were written: {dict(made)}")
    return time.monotonic() - began


def _growth(folder: Path) -> float:
    sizes = max((file.read_text("ascii").split() for file in folder.iterdir()), key=len)
    settled = min(100, len(sizes) // 2)
    return int(sizes[-1]) / int(sizes[settled])


def _run(
    province: Province,
    output: Path,
    lanes: Callable[[], AbstractContextManager[Lanes]],
    losing_at: int = 0,
    lose: Callable[[], object] = lambda: None,
) -> Summary:
    """Every input of the folder as the command would do it; after so many reports something is lost."""
    common = Job(0, Path(), output, seconds=LIMIT)
    inputs = find_inputs([str(province.inputs[0].parent)])
    jobs = jobs_of(inputs, known_reports(output), common)
    outcomes: list[Outcome] = []
    with lanes() as places:
        for outcome in Writer().write(run(jobs, places, make_report)):
            outcomes.append(outcome)
            if len(outcomes) == losing_at:
                lose()
    return Summary(outcomes, len(jobs), 1)


def _judged(summary: Summary, province: Province, causes: dict[str, str]) -> str:
    """How many of how many, if each is as it must be."""
    found = {outcome.input.name: outcome.findings[0].code for outcome in summary.outcomes if not outcome.status.is_good}
    wanted = {file.name: code for file, code in province.spoiled.items()} | causes
    if found != wanted:
        differ = {name: (found.get(name), wanted.get(name)) for name in found.keys() | wanted}
        sys.exit(f"not as planted: { {name: both for name, both in differ.items() if both[0] != both[1]} }")
    total = len(province.inputs) + len(causes)
    if sum(summary.counts().values()) != total or summary.counts()["已生成"] != total - len(wanted):
        sys.exit(f"the summary does not add up: {summary.counts()}")
    return f"{total - len(wanted):,} written, {len(wanted)} named ({len(set(wanted.values()))} kinds)"


if __name__ == "__main__":
    warnings.simplefilter("ignore", DeprecationWarning)
    sys.exit(main())
