"""A real report and score workbook, made once, and ways to change them as people and office programs do."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Callable
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest

import generator
from generator import pipeline
from generator.exports.scoring_form import prepare_scores
from generator.provenance.finished import open_finished
from generator.provenance.stamp import stamped_parts
from generator.word.opc import own_package

ROOT = Path(__file__).resolve().parents[2]
INPUT = "meizhou-gxj-2021.yaml"
Change = Callable[[Path, str, str, str], None]


@pytest.fixture(scope="session")
def _place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("place")
    shutil.copytree(ROOT / "templates", place / "templates")
    (place / "inputs").mkdir()
    shutil.copy(ROOT / "inputs" / INPUT, place / "inputs")
    generator.render(place / "inputs" / INPUT, place / "outputs" / "报告.docx")
    pipeline.publish(prepare_scores(place / "inputs" / INPUT, place / "outputs" / "评分表.xlsx"))
    return place


@pytest.fixture
def place(_place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with templates, inputs, and outputs as just written; the current one."""
    copy = Path(shutil.copytree(_place, tmp_path / "place"))
    monkeypatch.chdir(copy)
    return copy


@pytest.fixture
def report(place: Path) -> Path:
    """A report, as just written."""
    return (place / "outputs" / "报告.docx").relative_to(place)


@pytest.fixture
def scores(place: Path) -> Path:
    """A score workbook, as just written."""
    return (place / "outputs" / "评分表.xlsx").relative_to(place)


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a package, by name."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def stamped_as_before(report: bytes, filing: Path) -> bytes:
    """The report with the stamp that it had until 0.2.0, which named the file and its bytes."""
    finished = open_finished(report)
    assert finished.stamp is not None
    assert finished.record is not None
    digest = sha256(filing.read_bytes()).hexdigest()
    stamp = finished.stamp._replace(input_name=filing.name, input_digest=digest)
    return stamped_parts(own_package(report), stamp, finished.record.sources)


def package(content: dict[str, bytes]) -> bytes:
    """The package of these parts."""
    whole = BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in content.items():
            made.writestr(name, data)
    return whole.getvalue()


@pytest.fixture
def change() -> Change:
    """Replace a text in a part of an Office file, once."""

    def replace(file: Path, part: str, old: str, new: str) -> None:
        content = parts(file.read_bytes())
        assert old in content[part].decode()
        content[part] = content[part].decode().replace(old, new, 1).encode()
        file.write_bytes(package(content))

    return replace
