"""A made-up province: any number of departments' inputs, some of them faulty, for tests and benchmarks of many reports.

``write_province(folder, count)`` writes ``inputs/部门0001.yaml`` and so on, all of them valid inputs of a shipped
template that differ in name, figures and size (2 to 60 projects), and then spoils three in a hundred, each in one of
the ways of ``FAULTS``. What is made depends on the number alone: the same province every time.

``make_report`` is the workers' own, but for inputs named 挂起 (never ends) and 崩溃 (kills its process).
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from generator import pipeline
from generator.workflows import batch
from generator.workflows.jobs import Job, Outcome

__all__ = ["FAULTS", "Province", "make_measured", "make_report", "write_province"]

_SHARE_OF_FAULTS = 0.03
_CITIES = ("东", "南", "西", "北", "中")
_BUREAUS = ("财政局", "教育局", "卫生健康局", "水利局", "交通运输局", "农业农村局", "民政局", "审计局")


@dataclass(frozen=True)
class Province:
    """What was written: every input, and the spoiled ones among them with the code that each must be given."""

    inputs: tuple[Path, ...]
    spoiled: dict[Path, str]


def write_province(folder: Path, count: int, model: Path) -> Province:
    """Write so many inputs, made after a real one, into ``folder``/inputs."""
    (folder / "inputs").mkdir(parents=True, exist_ok=True)
    text = model.read_text(encoding="utf-8")
    inputs = [folder / "inputs" / f"部门{number:04}.yaml" for number in range(1, count + 1)]
    for number, file in enumerate(inputs, 1):
        file.write_text(_department(text, number), encoding="utf-8", newline="\n")
    return Province(tuple(inputs), dict(_spoil(inputs)))


def _department(text: str, number: int) -> str:
    """The real input with another name and other projects."""
    dice = Random(number)  # noqa: S311 - no secret
    name = f"{dice.choice(_CITIES)}市{dice.choice(_BUREAUS)}第{number}分局"
    before, _, rest = text.partition("\n专项资金:\n")
    rows, line = [], rest.split("\n")
    while line and (line[0].startswith("  - ") or not line[0].strip()):
        rows.append(line.pop(0))
    projects = [
        f"  - {{项目: 项目{place}, 金额: {dice.randint(1, 90_000) / 100:.2f} 万元, 自评分: {dice.randint(60, 100)}}}"
        for place in range(1, dice.randint(2, 60) + 1)
    ]
    whole = "\n".join([before, "专项资金:", *projects, "", *line])
    return whole.replace("名称: 梅州市工业和信息化局", f"名称: {name}", 1)


def _spoil(inputs: list[Path]) -> Iterator[tuple[Path, str]]:
    wanted = max(len(FAULTS), round(len(inputs) * _SHARE_OF_FAULTS))
    step = max(1, len(inputs) // wanted)
    for place in range(wanted):
        file = inputs[place * step]
        code, spoil = FAULTS[place % len(FAULTS)]
        file.write_bytes(spoil(file.read_bytes()))
        yield file, code


def _replaced(old: str, new: str) -> Callable[[bytes], bytes]:
    def spoil(data: bytes) -> bytes:
        assert old.encode() in data, old
        return data.replace(old.encode(), new.encode(), 1)

    return spoil


FAULTS: tuple[tuple[str, Callable[[bytes], bytes]], ...] = (
    ("JX103", lambda data: data.decode().encode("gbk", "replace")),
    ("JX109", _replaced("部门:\n", "部门:\n\t坏: [\n")),
    ("JX701", _replaced("模板: meizhou", "模板: meizhuo")),
    ("JX214", _replaced("年度: 2021", "年度: 二〇二一")),
    ("JX206", _replaced(" 万元, 自评分:", " 吨, 自评分:")),
    ("JX113", lambda data: data + b"\n\xe5\xb9\xb4\xe5\xba\xa6: 2022\n"),
    ("JX105", lambda _: b"\x00\x01\x02" * 200),
    ("JX107", lambda _: b""),
)


def make_report(job: Job) -> Outcome:
    """Make the report, but for the inputs that hang or kill."""
    with pytest.MonkeyPatch.context() as patch:
        if "挂起" in job.input.name:
            patch.setattr(pipeline, "prepare", lambda *_, **__: time.sleep(3600))
        if "崩溃" in job.input.name:
            patch.setattr(pipeline, "prepare", lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL))
        return batch.make_report(job)


def make_measured(job: Job) -> Outcome:
    """Make the report, and note in ``memory`` beside the output folder how many pages of memory the process has."""
    outcome = batch.make_report(job)
    pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    with (job.output.with_name("memory") / str(os.getpid())).open("a", encoding="ascii") as file:
        file.write(f"{pages}\n")
    return outcome
