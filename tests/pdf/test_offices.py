"""LibreOffice that is slow, fails, writes half or hangs: what counts is the PDF."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base.diagnostics import Refused
from generator.exports import pdf as convert
from generator.exports import pdf as several
from generator.exports.pdf import convert_several, open_office
from generator.provenance.guard import read_seal, sealed, without_times
from tests.pdf.conftest import Program

# The stand-in gets the folder as its sixth argument and the files behind it.
PDF = "%%PDF-1.6\\n%%%%EOF\\n"
ALL = f'out="$6"; shift 6; for file in "$@"; do printf "{PDF}" > "$out/$(basename "$file" .docx).pdf"; done'


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    made = [tmp_path / f"{number}.docx" for number in range(3)]
    for file in made:
        file.write_bytes(b"word")
    return made


def test_several_files_in_one_call(program: Program, files: list[Path], tmp_path: Path) -> None:
    program("soffice", f'echo x >> "{tmp_path}/calls"; {ALL}')
    with open_office() as one:
        made = one.convert(files, 30)
    assert all(isinstance(data, bytes) and data.startswith(b"%PDF") for data in made.values())
    assert (tmp_path / "calls").read_text() == "x\n"


def test_one_that_fails_is_tried_again_alone_in_a_fresh_profile(
    program: Program, files: list[Path], tmp_path: Path
) -> None:
    skip = f'echo "$1 $#" >> "{tmp_path}/calls"; {ALL}; test $# -gt 1 && rm "$out/1.pdf"; exit 0'
    program("soffice", skip)
    with open_office() as one:
        made = one.convert(files, 30)
    assert all(isinstance(data, bytes) for data in made.values())
    calls = (tmp_path / "calls").read_text().splitlines()
    assert [call.split()[1] for call in calls] == ["9", "7"]
    assert calls[0].split()[0] != calls[1].split()[0]


def test_the_pdf_counts_and_not_the_exit_code(program: Program, files: list[Path]) -> None:
    program("soffice", f"{ALL}; exit 3")
    with open_office() as one:
        assert isinstance(one.convert(files, 30)[files[0]], bytes)
    program("soffice", 'printf "%%PDF-1.6\\nhalf" > "$6/0.pdf"; exit 3')
    with open_office() as one:
        assert one.convert(files[:1], 30)[files[0]] == "退出码 3"
    program("soffice", 'echo "something else" > "$6/0.pdf"')
    with open_office() as one:
        assert one.convert(files[:1], 30)[files[0]] == "没有写出文件"


@pytest.mark.usefixtures("program")
def test_no_office() -> None:
    with pytest.raises(Refused) as refused, open_office():
        pass
    assert "apt-get install" in refused.value.findings[0].hint
    with pytest.raises(Refused):
        list(convert_several([1], lambda _: b"word", 1))


def test_as_many_offices_as_are_wanted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "TOGETHER", 2)
    program("soffice", ALL)
    made = dict(convert_several(range(9), lambda number: b"" if number == 4 else b"word", 2))
    assert sorted(made) == list(range(9))
    assert made[4] is None
    assert all(isinstance(data, bytes) for number, data in made.items() if number != 4)


def test_not_more_is_taken_than_can_soon_be_converted(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(several, "TOGETHER", 1)
    program("soffice", ALL)
    taken: list[int] = []

    def things() -> Iterator[int]:
        for number in range(20):
            taken.append(number)
            yield number

    coming = convert_several(things(), lambda _: b"word", 1)
    next(coming)
    assert len(taken) <= 3
    coming.close()  # type: ignore[attr-defined]


def test_an_interruption_ends_what_runs(program: Program, tmp_path: Path) -> None:
    program("soffice", f'echo $$ > "{tmp_path}/pid"; sleep 60')

    def things() -> Iterator[int]:
        yield from range(several.TOGETHER)
        while not (tmp_path / "pid").is_file():
            time.sleep(0.01)
        raise KeyboardInterrupt

    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        list(convert_several(things(), lambda _: b"word", 1))
    assert time.monotonic() - start < 30


def test_one_that_was_stopped_converts_nothing(program: Program, files: list[Path]) -> None:
    program("soffice", "sleep 60")
    with open_office() as one:
        one.stop()
        assert one.convert(files, 30)[files[0]] == "退出码 -9"


def test_a_real_one(files: list[Path], to_pdf: object, meizhou: Path) -> None:
    assert to_pdf  # skipped where LibreOffice is missing
    from generator import pipeline

    files[0].write_bytes(pipeline.print_report(pipeline.assess(meizhou)))
    with open_office() as one:
        made = one.convert(files[:1], convert.SECONDS)[files[0]]
        archival = one.convert(files[:1], convert.SECONDS, archival=True)[files[0]]
    assert isinstance(made, bytes)
    assert isinstance(archival, bytes)
    assert b"/MarkInfo<</Marked true>>" in made
    assert re.search(rb"/StructTreeRoot \d+ 0 R\s+/Lang\(zh-CN\)", made)
    assert b"<pdfaid:part>2<" in archival
    assert b"<pdfaid:conformance>B<" in archival
    assert b"/OutputIntents" in archival
    assert archival.count(b"/FontFile") == archival.count(b"/Type/FontDescriptor") > 0
    assert not re.search(rb"CreateDate>\d", without_times(archival))
    assert read_seal(sealed(made, "0" * 64, "1" * 16)) == ("0" * 64, True, "1" * 16)
