"""A real report to review, and the two seeds' pages."""

from pathlib import Path

import pytest

from generator import pipeline, reviewing
from generator.pipeline import Assessment

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    return pipeline.assess(ROOT / "inputs" / "meizhou-gxj-2021.yaml")


@pytest.fixture(scope="session")
def page(assessment: Assessment) -> str:
    return reviewing.review_page(assessment)
