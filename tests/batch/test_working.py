"""What a worker does, in this process."""

import gc
import shutil
from pathlib import Path

import pytest

import generator
from generator import pipeline
from generator.provenance.write import Existing
from generator.workflows.batch import Writer, known_reports, make_report
from generator.workflows.jobs import Job, Outcome, Status, jobs_of


@pytest.fixture
def job(workplace: Path, meizhou: Path) -> Job:
    return Job(1, workplace / "inputs" / meizhou.name, workplace / "outputs")


def test_a_report_is_made_but_not_written(job: Job) -> None:
    outcome = make_report(job)
    assert outcome.status is Status.WRITTEN
    assert outcome.target is not None
    assert not outcome.target.exists()
    (data,) = outcome.files.values()
    assert data[:2] == b"PK"
    assert (outcome.score.total, outcome.score.full, outcome.score.rating) == ("102.34", "110", "优")


def test_a_report_that_was_made_is_freed_at_once(job: Job) -> None:
    """The memory of a worker must not grow until it next searches for garbage."""

    def left_over() -> int:
        make_report(job)
        return gc.collect()

    gc.disable()
    try:
        # The first leaves what other tests had dropped; other threads of the worker may drop something at any time.
        assert min([left_over() for _ in range(3)][1:]) < 100
    finally:
        gc.enable()


def test_what_has_not_changed_is_not_made_again(job: Job) -> None:
    rendered = generator.render(job.input, job.output)
    known = known_reports(job.output)
    (again,) = jobs_of([job.input], known, job)
    assert again.known == rendered.path
    outcome = make_report(again)
    assert (outcome.status, outcome.target, outcome.files) == (Status.UNCHANGED, rendered.path, {})


def test_it_is_made_again_when_asked_for(job: Job) -> None:
    rendered = generator.render(job.input, job.output)
    again = Job(1, job.input, job.output, known=rendered.path, existing=Existing.REPLACE)
    assert make_report(again).status is Status.WRITTEN


def test_it_is_made_again_when_the_template_changed(job: Job, workplace: Path) -> None:
    rendered = generator.render(job.input, job.output)
    manifest = workplace / "templates" / "meizhou" / "template.yaml"
    manifest.write_text(manifest.read_text("utf-8") + "\n# 修订\n", "utf-8")
    assert make_report(Job(1, job.input, job.output, known=rendered.path)).status is Status.WRITTEN


def test_errors_are_an_outcome(job: Job) -> None:
    job.input.write_text(job.input.read_text("utf-8").replace("年度: 2021", "年度: 二〇二一", 1), "utf-8")
    outcome = make_report(job)
    assert (outcome.status, outcome.findings[0].code) == (Status.REFUSED, "JX214")


def test_a_file_that_is_gone_is_an_outcome(job: Job) -> None:
    job.input.unlink()
    assert make_report(job).status is Status.FAILED


@pytest.mark.parametrize(
    ("fault", "code"),
    [(MemoryError(), "JX826"), (ZeroDivisionError("某处"), "JX828"), (OSError(28, "full"), "JX820")],
)
def test_faults_of_the_program_are_outcomes(
    job: Job, monkeypatch: pytest.MonkeyPatch, fault: Exception, code: str
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr(pipeline, "prepare", broken)
    outcome = make_report(job)
    assert (outcome.status, outcome.findings[0].code) == (Status.FAILED, code)


class TestSettling:
    def settle(self, *outcomes: Outcome, existing: Existing = Existing.KEEP) -> list[Outcome]:
        return list(Writer(existing).write(outcomes))

    def test_the_report_is_written(self, job: Job) -> None:
        (outcome,) = self.settle(make_report(job))
        assert outcome.target is not None
        assert outcome.target.read_bytes()[:2] == b"PK"
        assert outcome.files == {}

    def test_a_name_is_given_once(self, job: Job) -> None:
        other = job.input.with_name("另一份.yaml")
        shutil.copy(job.input, other)
        made = [make_report(job), make_report(Job(2, other, job.output))]
        for outcomes in (made, made[::-1]):
            writer = Writer()
            refused = writer.withdraw(list(writer.write(outcomes)))
            assert [(one.status, one.findings[0].code) for one in refused] == [(Status.REFUSED, "JX823")] * 2
            for one, named in zip(refused, (refused[1].input, refused[0].input), strict=True):
                assert str(named) in one.findings[0].message
            assert list(job.output.iterdir()) == []

    def test_no_folder_is_left_of_several_documents_of_one_name(self, job: Job, meizhou: Path) -> None:
        files = [job.input.with_name(f"{name}.yaml") for name in "甲乙"]
        for file in files:
            shutil.copy(meizhou.with_name("tongyong-whlj-2024.yaml"), file)
        writer = Writer()
        made = [
            make_report(Job(at, file, job.output, meizhou.parents[1] / "templates")) for at, file in enumerate(files)
        ]
        assert [one.status for one in writer.withdraw(list(writer.write(made)))] == [Status.REFUSED] * 2
        assert list(job.output.iterdir()) == []

    def test_what_was_there_before_two_of_one_name_stays(self, job: Job) -> None:
        made = make_report(job)
        self.settle(made)
        assert made.target is not None
        before = made.target.read_bytes()
        job.input.write_bytes(job.input.read_bytes() + b"\n# 2\n")
        other = job.input.with_name("另一份.yaml")
        shutil.copy(job.input, other)
        writer = Writer()
        writer.withdraw(list(writer.write([make_report(job), make_report(Job(2, other, job.output))])))
        assert made.target.read_bytes() == before

    def test_nor_in_the_next_run(self, job: Job) -> None:
        self.settle(make_report(job))
        other = job.input.with_name("另一份.yaml")
        other.write_bytes(job.input.read_bytes() + b"\n# \xe6\x94\xb9\n")
        (outcome,) = self.settle(make_report(Job(2, other, job.output)))
        assert (outcome.status, outcome.findings[0].code) == (Status.REFUSED, "JX823")
        (outcome,) = self.settle(make_report(Job(2, other, job.output)), existing=Existing.REPLACE)
        assert outcome.status is Status.WRITTEN

    def test_an_edited_report_stays(self, job: Job) -> None:
        made = make_report(job)
        assert made.target is not None
        made.target.parent.mkdir()
        made.target.write_bytes(b"a file of somebody else")
        (refused,) = self.settle(made)
        assert (refused.status, refused.findings[0].code) == (Status.REFUSED, "JX622")
        assert made.target.read_bytes() == b"a file of somebody else"
        (kept,) = self.settle(made, existing=Existing.BACK_UP)
        assert kept.status is Status.WRITTEN
        assert len(list(made.target.parent.iterdir())) == 2

    def test_a_folder_that_cannot_be_written_is_a_failure(self, job: Job) -> None:
        job.output.write_text("no folder", "utf-8")
        (outcome,) = self.settle(make_report(job))
        assert (outcome.status, outcome.findings[0].code) == (Status.FAILED, "JX601")

    def test_reports_of_others_are_not_known(self, job: Job) -> None:
        generator.render(job.input, job.output)
        (job.output / "别人的.docx").write_bytes(b"nothing")
        assert len({*known_reports(job.output).values()}) == 1
        assert known_reports(job.output / "没有") == {}
