"""Whatever a report prints tells where it comes from."""

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from generator import pipeline
from generator.base.amount import Amount
from generator.base.passage import Day, Origin, Passage
from generator.scoring.model import trace_at
from generator.submission.model import facts_by_path

INPUTS = sorted((Path(__file__).parents[2] / "inputs").glob("*.yaml"))
TEMPLATE_OWN = ("分值", "满分")


def origins(value: object) -> Iterator[tuple[Origin, str]]:
    if isinstance(value, Passage):
        yield from ((one.origin, value[one.start : one.end]) for one in value.stretches)
    elif isinstance(value, Amount | Day) and value.origin is not None:
        yield value.origin, str(value)
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from origins(below)
    elif isinstance(value, list):
        for below in value:
            yield from origins(below)


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)
def test_every_origin_leads_to_a_fact_or_a_trace(file: Path) -> None:
    assessment = pipeline.assess(file)
    facts = facts_by_path(assessment.submission)
    seen = dict(origins(assessment.report.content))
    assert len(seen) > 200
    for origin, text in seen.items():
        if not origin.computed:
            assert origin.path in facts, (origin, text)
        elif origin.path.rpartition(".")[2] not in TEMPLATE_OWN:
            assert trace_at(assessment.scorecard, origin.path) is not None, (origin, text)


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)
def test_what_a_bureau_typed_stands_in_the_file(file: Path) -> None:
    """The text of a stretch is that of the line it points to, but for what is tidied: spaces, width, references."""
    assessment = pipeline.assess(file)
    facts = facts_by_path(assessment.submission)
    checked = 0
    for origin, text in origins(assessment.report.content):
        fact = facts.get(origin.path)
        if fact is None or origin.computed or isinstance(fact.value, str) is False or not isinstance(text, str):
            continue
        assert text in str(fact.value), origin
        checked += 1
    assert checked > 100


def test_a_text_with_references_is_woven() -> None:
    meizhou = INPUTS[0].with_name("meizhou-gxj-2021.yaml")
    narrative = pipeline.assess(meizhou).report.content["指标"]["采购合规性"]["叙述"][0]  # type: ignore[index]
    assert isinstance(narrative, Passage)
    paths = [one.origin.path for one in narrative.stretches]
    at = paths.index("年度")
    remark = "指标.采购合规性.要点.采购脱贫地区农副产品.说明"
    assert paths[at - 1 : at + 2] == [remark, "年度", remark]
