"""PDFs of a run: a report without its PDF stays, and is named."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from generator.cli import main
from generator.provenance.finished import open_finished
from generator.provenance.guard import is_current_pdf
from generator.provenance.write import Existing
from generator.workflows.batch import Portable, Writer, make_report
from generator.workflows.jobs import Job, Outcome, Status, Summary
from tests.pdf.conftest import Program, program

__all__ = ["program"]

PDF = "%%PDF-1.6\\ntrailer\\nstartxref\\n9\\n%%%%EOF\\n"
ALL = f'out="$6"; shift 6; for file in "$@"; do printf "{PDF}" > "$out/$(basename "$file" .docx).pdf"; done'


@pytest.fixture
def made(workplace: Path, meizhou: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.chdir(workplace)
    outcome = make_report(Job(1, Path("inputs") / meizhou.name, Path("outputs"), pdf=True))
    return next(Writer().write([outcome]))


def test_the_pdf_is_made_of_the_report(made: Outcome, program: Program) -> None:
    program("soffice", ALL)
    assert made.target is not None
    assert made.words == {made.target: made.target.read_bytes()}
    (done,) = Portable(1).add([made])
    assert done.pdf == made.target.with_suffix(".pdf")
    assert done.words == {}
    stamp = open_finished(made.target.read_bytes()).stamp
    assert stamp is not None
    assert is_current_pdf(done.pdf, stamp)


def test_one_that_is_current_is_not_made_again(made: Outcome, program: Program) -> None:
    program("soffice", ALL)
    list(Portable(1).add([made]))
    job = Job(1, made.input, Path("outputs"), known=made.target, pdf=True)
    again = make_report(job)
    assert (again.status, again.words) == (Status.UNCHANGED, {})
    assert make_report(replace(job, archival=True)).words
    assert again.pdf is not None
    again.pdf.unlink()
    once_more = make_report(job)
    assert once_more.status is Status.UNCHANGED
    assert once_more.words
    (done,) = Portable(1).add([once_more])
    assert done.pdf == again.pdf


def test_a_pdf_of_others_stays(made: Outcome, program: Program) -> None:
    program("soffice", ALL)
    assert made.target is not None
    path = made.target.with_suffix(".pdf")
    path.write_bytes(b"%PDF somebody's")
    (done,) = Portable(1).add([made])
    assert (done.lacks_pdf, done.findings[0].code) == (True, "JX622")
    assert path.read_bytes() == b"%PDF somebody's"
    (done,) = Portable(1, Existing.BACK_UP).add([made])
    assert not done.lacks_pdf
    assert path.with_name(f"{path.stem}.备份1.pdf").read_bytes() == b"%PDF somebody's"
    path.write_bytes(path.read_bytes().replace(b"trailer", b"TRAILER"))
    (done,) = Portable(1).add([made])
    assert done.findings[0].code == "JX621"
    (done,) = Portable(1, Existing.REPLACE).add([made])
    assert not done.lacks_pdf


def test_files_that_the_filing_is_made_of_stay(made: Outcome, program: Program) -> None:
    program("soffice", ALL)
    assert made.target is not None
    proof = made.target.with_suffix(".pdf")
    proof.write_bytes(b"%PDF proof")
    (done,) = Portable(1, Existing.REPLACE).add([replace(made, sources=(*made.sources, proof))])
    assert (done.lacks_pdf, done.findings[0].code, proof.read_bytes()) == (True, "JX625", b"%PDF proof")
    (layout,) = Path("templates").glob("meizhou/*.docx")
    before = layout.read_bytes()
    code, said = run("render", "inputs", "--jobs", "1", "--force", "--report", str(layout))
    assert (code, "JX625" in said, layout.read_bytes() == before) == (1, True, True), said


def test_no_room_for_temporary_files(made: Outcome, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    program("soffice", ALL)
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if path.is_relative_to(tempfile.gettempdir()) and path.parent.name.startswith("jixiao-"):
            raise OSError(errno.ENOSPC, "full")
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    (done,) = Portable(1).add([made])
    assert (done.status, done.lacks_pdf, done.findings[0].code) == (Status.WRITTEN, True, "JX761")
    assert "放临时文件的文件夹" in done.findings[0].message
    for command in (["volume", "inputs", "--jobs", "1", "-o", "册.docx", "--pdf"], ["bundle", str(made.input)]):
        code, said = run(*command)
        assert (code, f"JX606  {tempfile.gettempdir()}" in said) == (3, True), said
    assert not list(Path.cwd().rglob("*.zip"))


def test_a_report_whose_pdf_fails_stays_and_is_named(made: Outcome, program: Program) -> None:
    program("soffice", "exit 5")
    (done,) = Portable(1).add([made])
    assert (done.status, done.lacks_pdf, done.pdf) == (Status.WRITTEN, True, None)
    assert done.target is not None
    assert done.target.is_file()
    summary = Summary([done], 1, 1)
    assert not summary.is_good
    assert "没有 PDF" in summary.as_text()
    assert "没有转出 PDF 的 1 份" in summary.as_text()
    assert "退出码 5" in summary.as_text()
    assert "退出码 5" in summary.as_csv()


def test_what_was_refused_has_no_pdf(made: Outcome, program: Program) -> None:
    program("soffice", ALL)
    assert made.target is not None
    made.target.write_bytes(b"somebody's")
    refused = next(Writer().write([make_report(Job(1, made.input, Path("outputs"), pdf=True))]))
    assert (refused.status, refused.words) == (Status.REFUSED, {})
    assert list(Portable(1).add([refused])) == [refused]


def test_fonts_are_told_once(made: Outcome, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.workflows import batch as pdf

    program("soffice", ALL)
    monkeypatch.setattr(pdf, "missing_fonts", lambda _word, _pdf: (("仿宋",), ("Noto",)))
    portable = Portable(1)
    list(portable.add([made]))
    assert [one.code for one in portable.findings()] == ["JX769"]
    assert Portable(1).findings() == []


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, list(words))
    return result.exit_code, result.output


def test_one_report_on_the_command_line(made: Outcome, program: Program, meizhou: Path) -> None:
    program("soffice", ALL)
    code, said = run("render", f"inputs/{meizhou.name}", "--pdf")
    assert code == 0, said
    assert "PDF：outputs" in said
    assert made.target is not None
    assert made.target.with_suffix(".pdf").is_file()
    program("soffice", "exit 5")
    code, said = run("render", f"inputs/{meizhou.name}", "--pdf", "-o", "别处")
    assert (code, "JX761" in said, len(list(Path("别处").glob("*.docx")))) == (1, True, 1)


def test_many_reports_on_the_command_line(made: Outcome, program: Program) -> None:
    program("soffice", ALL)
    code, said = run("render", "inputs", "--pdf", "--jobs", "1")
    assert code == 0, said
    assert made.target is not None
    assert made.target.with_suffix(".pdf").is_file()


@pytest.mark.usefixtures("program")
def test_many_reports_without_an_office(made: Outcome) -> None:
    code, said = run("render", "inputs", "--pdf", "--jobs", "1", "-o", "别处")
    assert code == 1
    assert "JX760" in said
    assert made.target is not None
    assert len(list(Path("别处").glob("*.docx"))) == 1


def test_a_volume_on_the_command_line(made: Outcome, program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    assert made
    program("soffice", ALL)
    Path("inputs/坏.yaml").write_text("模板: meizhou\n", "utf-8")
    code, said = run("volume", "inputs", "-o", "册.docx", "--title", "本册", "--jobs", "1", "--pdf")
    assert code == 1
    assert "《本册》，共 1 份报告，1 份填报有问题，没有编入" in said
    assert "PDF：册.pdf" in said
    assert "坏.yaml" in said
    code, said = run("volume", "inputs", "-o", "严.docx", "--strict", "--jobs", "1")
    assert (code, "JX882" in said, Path("严.docx").exists()) == (1, True, False)
    Path("inputs/坏.yaml").unlink()
    code, said = run("volume", "inputs", "-o", "册2.docx", "--no-pages", "--jobs", "1")
    assert (code, "F9" in said) == (0, True)
    Path("inputs/旧.yaml").write_bytes(made.input.read_bytes())
    monkeypatch.setattr("generator.workflows.volume.count_pages", lambda *_: ({"Report000001": 3}, ""))
    code, said = run("volume", "inputs", "-o", "册3.docx", "--jobs", "1")
    assert (code, "JX885" in said, "目录页码：按 LibreOffice" in said) == (0, True, True)
