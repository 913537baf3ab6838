"""The trace of a printed value, by the path of its origin."""

from pathlib import Path

import pytest

from generator import pipeline
from generator.scoring.model import trace_at

INPUT = Path(__file__).parents[2] / "inputs" / "meizhou-gxj-2021.yaml"


@pytest.fixture(scope="module")
def assessment() -> pipeline.Assessment:
    return pipeline.assess(INPUT)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("评分.总分", "102.34"),
        ("评分.得分率", "102.34"),
        ("指标.结转结余率.得分", "5"),
        ("指标.结转结余率.取值", "2.19%"),
        ("指标.结转结余率.控制线", "10%"),
        ("指标.采购合规性.采购制度.得分", "1"),
        ("专项资金合计.金额", "1,009.31"),
        ("年度", "2021"),
        ("指标.财务管理合规性.自评分", "5"),
    ],
)
def test_it_is_found(assessment: pipeline.Assessment, path: str, text: str) -> None:
    trace = trace_at(assessment.scorecard, path)
    assert trace is not None
    assert trace.text == text


def test_one_text_of_a_list_has_a_trace_of_its_own(assessment: pipeline.Assessment) -> None:
    first, second = (trace_at(assessment.scorecard, f"职责[15].分项[{number}]") for number in (1, 2))
    assert first is not None
    assert second is not None
    assert first.span.line < second.span.line


def test_what_is_not_there_has_none(assessment: pipeline.Assessment) -> None:
    assert trace_at(assessment.scorecard, "没有这一项") is None
    assert trace_at(pipeline.assess(INPUT.with_name("jiangmen-gxj-2021.yaml")).scorecard, "评分.总分") is None
