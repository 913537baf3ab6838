"""A real scheduler and two real workers on this machine; one of them is ended in the middle of a run."""

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.diagnostics import FileProblem
from generator.workflows import batch as lanes
from generator.workflows.batch import Writer, cluster_lanes, known_reports, run
from generator.workflows.jobs import Job, Outcome, Status, Summary, find_inputs, jobs_of
from tests.batch.cluster import Cluster, end
from tests.batch.departments import Province, make_report, write_province

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
COUNT = 12


@pytest.fixture(autouse=True)
def _distributed() -> None:
    pytest.importorskip("distributed", reason='needs: pip install "jixiao[cluster]"')


@pytest.fixture
def province(tmp_path: Path) -> Province:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return write_province(tmp_path, COUNT, ROOT / "inputs" / "meizhou-gxj-2021.yaml")


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    running = Cluster(tmp_path)
    try:
        yield running
    finally:
        running.stop()


def render(province: Province, cluster: Cluster, *, lose_a_worker_after: int = 0) -> Summary:
    folder = province.inputs[0].parent
    common = Job(0, Path(), folder.parent / "outputs", seconds=120)
    jobs = jobs_of(find_inputs([str(folder)]), known_reports(common.output), common)
    outcomes: list[Outcome] = []
    with cluster_lanes(cluster.address) as places:
        for outcome in Writer().write(run(jobs, places, make_report)):
            outcomes.append(outcome)
            if len(outcomes) == lose_a_worker_after:
                end(cluster.workers.pop())
    return Summary(outcomes, len(jobs), 1)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_the_loss_of_a_worker_loses_no_report(province: Province, cluster: Cluster) -> None:
    summary = render(province, cluster, lose_a_worker_after=5)
    spoiled = len(province.spoiled)
    assert summary.counts() == {"已生成": COUNT - spoiled, "未变": 0, "有错误": spoiled, "失败": 0, "中断": 0}
    found = {outcome.input: outcome.findings[0].code for outcome in summary.outcomes if not outcome.status.is_good}
    assert found == province.spoiled

    again = render(province, cluster)
    assert again.counts()["未变"] == COUNT - spoiled
    assert again.counts()["已生成"] == 0
    assert all(outcome.status in (Status.UNCHANGED, Status.REFUSED) for outcome in again.outcomes)


def test_a_cluster_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "_CONNECT_SECONDS", 0.2)
    with pytest.raises(FileProblem) as caught, cluster_lanes("tcp://127.0.0.1:9"):
        raise AssertionError
    assert caught.value.findings[0].code == "JX827"


def test_without_the_library_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(FileProblem) as caught, cluster_lanes("tcp://127.0.0.1:9"):
        raise AssertionError
    assert "没有安装" in caught.value.findings[0].message
    assert "jixiao[cluster]" in caught.value.findings[0].hint
