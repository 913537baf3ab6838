"""A real report to review, the same with errors, and their pages."""

from pathlib import Path

import pytest

from generator import pipeline
from generator.pipeline import Assessment
from generator.workflows.review import Review, review_page

ROOT = Path(__file__).parents[2]
INPUT = ROOT / "inputs" / "meizhou-gxj-2021.yaml"
FAULTS = (("年末: 1892499.62 元", "年末: 很多"), ("收入决算数: 82800287.60 元", "收入决算数:"))


def with_faults(folder: Path) -> Path:
    """The real input with one amount that is no amount and one that is missing, in a file of its own."""
    text = INPUT.read_text("utf-8")
    for old, new in FAULTS:
        assert text.count(old) == 1
        text = text.replace(old, new)
    file = folder / "有错误.yaml"
    file.write_text(text, "utf-8")
    return file


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    return pipeline.assess(INPUT)


@pytest.fixture(scope="session")
def page(assessment: Assessment) -> str:
    return review_page(assessment).html


@pytest.fixture(scope="session")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Review:
    file = with_faults(tmp_path_factory.mktemp("有错误"))
    return review_page(pipeline.assess(file, ROOT / "templates", pipeline.Mode.DRAFT))
