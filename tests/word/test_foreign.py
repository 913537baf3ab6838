"""Files of five programs open as layouts and as attachments and say there what they say alone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.word.foreign.compare import differences
from tests.word.foreign.programs import NPM, corpus
from tests.word.test_programs import check

PROGRAMS = ("python-docx", "npm", "pandoc", "odt", "html", "rtf", "hand")


@pytest.fixture
def profile(tmp_path: Path) -> Path:
    """LibreOffice's profile. Skipped where it or the npm package docx is missing, but never in CI."""
    missing = [] if shutil.which("soffice") else ["soffice (apt-get install libreoffice-writer-nogui)"]
    missing += [] if (NPM / "docx").is_dir() else ["docx (npm install --prefix .npm docx)"]
    if missing and os.environ.get("CI"):
        pytest.fail(f"missing in CI: {missing}")
    return pytest.skip(f"missing: {missing}") if missing else tmp_path / "profile"


@pytest.mark.parametrize("program", ["python-docx", "npm", "pandoc"])
def test_one_file_of_each_program(profile: Path, tmp_path: Path, program: str) -> None:
    jobs, write = corpus(profile)[program]
    write(tmp_path, jobs[-1:])
    check((tmp_path / jobs[-1][0]).read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS)
def test_pdf_of_every_file(profile: Path, tmp_path: Path, program: str) -> None:
    jobs, write = corpus(profile)[program]
    write(tmp_path, jobs)
    files = [tmp_path / name for name, _ in jobs]
    refused = [name for name, features in jobs if "form" in features]  # forms in HTML become ActiveX controls
    wrong = differences(files, tmp_path / "pdf", profile)
    assert [one for one in wrong if one.partition(" ")[0] not in refused] == []


def test_there_are_three_hundred(tmp_path: Path) -> None:
    assert sum(len(jobs) for jobs, _ in corpus(tmp_path).values()) == 300
