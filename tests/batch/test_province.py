"""A province in small, on two processes: faulty, hanging and killing inputs cost themselves and nothing else."""

import json
import shutil
from pathlib import Path

import pytest

from generator.workflows.batch import Writer, known_reports, local_lanes, run
from generator.workflows.jobs import Job, Outcome, Status, Summary, find_inputs, jobs_of
from tests.batch.departments import Province, make_report, write_province

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COUNT = 24
LIMIT = 15.0


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Province:
    folder = tmp_path_factory.mktemp("province")
    shutil.copytree(ROOT / "templates", folder / "templates")
    made = write_province(folder, COUNT, ROOT / "inputs" / "meizhou-gxj-2021.yaml")
    sound = next(file for file in made.inputs if file not in made.spoiled).read_text("utf-8")
    for name in ("挂起", "崩溃"):
        made.inputs[0].with_name(f"{name}.yaml").write_text(sound.replace("分局", f"{name}分局"), "utf-8")
    return made


def render(province: Province) -> Summary:
    folder = province.inputs[0].parent
    common = Job(0, Path(), folder.parent / "outputs", seconds=LIMIT)
    jobs = jobs_of(find_inputs([str(folder)]), known_reports(common.output), common)
    outcomes: list[Outcome] = []
    with local_lanes(2, 2048) as lanes:
        outcomes.extend(Writer().write(run(jobs, lanes, make_report)))
    return Summary(outcomes, len(jobs), 1)


@pytest.fixture(scope="module")
def first(province: Province) -> Summary:
    return render(province)


def test_all_but_the_planted_ones_are_written(province: Province, first: Summary) -> None:
    spoiled = len(province.spoiled)
    assert first.counts() == {"已生成": COUNT - spoiled, "未变": 0, "有错误": spoiled, "失败": 0, "中断": 2}
    assert sum(first.counts().values()) == COUNT + 2
    assert len(list(province.inputs[0].parents[1].glob("outputs/*.docx"))) == COUNT - spoiled


def test_each_planted_one_is_named_with_its_cause(province: Province, first: Summary) -> None:
    found = {outcome.input.name: outcome.findings[0].code for outcome in first.outcomes if not outcome.status.is_good}
    expected = {file.name: code for file, code in province.spoiled.items()}
    assert found == expected | {"挂起.yaml": "JX824", "崩溃.yaml": "JX825"}


def test_every_report_has_its_own_total(first: Summary) -> None:
    totals = [outcome.score.total for outcome in first.outcomes if outcome.status is Status.WRITTEN]
    assert len(totals) > len(set(totals)) > 3


def test_the_next_run_makes_nothing_twice(province: Province, first: Summary) -> None:
    reports = {file: file.stat().st_mtime_ns for file in province.inputs[0].parents[1].glob("outputs/*.docx")}
    again = render(province)
    assert again.counts()["未变"] == first.counts()["已生成"]
    assert again.counts()["已生成"] == 0
    assert {file: file.stat().st_mtime_ns for file in reports} == reports
    assert json.loads(again.as_json())["总数"] == COUNT + 2
