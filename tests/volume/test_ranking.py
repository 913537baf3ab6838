"""Places: the same form only, ties shared, none for reports without a form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from msgspec.structs import replace

from generator.base.amount import Placeholder
from generator.provenance.stamp import Stamp
from generator.workflows.jobs import Score
from generator.workflows.volume import Chapter, default_title, front_matter

STAMP = Stamp("", "", "", "", "", "", "", "")


def chapter(unit: str, rate: Fraction | None, form: str = "甲", year: str = "2021", rating: str = "优") -> Chapter:
    scores = None if rate is None else Score("1", "2", rating, "50%", rate, (("预算", "50%"), ("效益", "40%")))
    return Chapter(unit, year, f"{form}市部门整体支出绩效自评报告", f"{form}{year}", b"", STAMP, (), scores)


def rankings(*chapters: Chapter) -> list[dict[str, Any]]:
    said: dict[str, Any] = front_matter(chapters, "题", "单位")
    return list(said["排名"])


def test_ties_share_a_place_and_the_next_is_left_out() -> None:
    rates = [Fraction(1, 2), Fraction(2, 3), Fraction(1, 2), Fraction(1, 3)]
    (group,) = rankings(*(chapter(name, rate) for name, rate in zip("甲乙丙丁", rates, strict=True)))
    assert [(row["名次"], row["部门"]) for row in group["行"]] == [(1, "乙"), (2, "甲"), (2, "丙"), (4, "丁")]
    assert group["说明"].startswith("注：共 4 个部门，其中优 4 个；平均得分率 50%。")
    assert group["指标"] == ["预算", "效益"]


def test_rates_are_compared_exactly() -> None:
    (group,) = rankings(chapter("低", Fraction(10**20 - 1, 10**20)), chapter("高", Fraction(1)))
    assert [(row["名次"], row["部门"]) for row in group["行"]] == [(1, "高"), (2, "低")]


def test_only_one_form_is_compared() -> None:
    groups = rankings(
        chapter("一", Fraction(1), "甲"),
        chapter("二", Fraction(1, 2), "乙"),
        chapter("三", None, "丙"),
        chapter("四", Fraction(1, 4), "甲", year="2022"),
        chapter("五", Fraction(1, 4), "甲", rating="中"),
    )
    assert [[row["部门"] for row in group["行"]] for group in groups] == [["一", "五"], ["二"], ["四"]]
    assert "其中优 1 个、中 1 个；" in groups[0]["说明"]


def test_titles_that_are_thought_up() -> None:
    one = chapter("一", Fraction(1))
    assert default_title([one]) == "2021年度甲市部门整体支出绩效自评报告汇编"
    assert default_title([one, chapter("二", None, "乙")]) == "2021年度部门整体支出绩效自评报告汇编"
    assert default_title([one, chapter("二", None, year="2023")]) == "2021—2023年度甲市部门整体支出绩效自评报告汇编"
    other = Chapter("三", "", "重点项目评价", "", b"", STAMP, ())
    assert default_title([one, other]) == "2021年度绩效自评报告汇编"
    assert default_title([other]) == "重点项目评价汇编"


def test_what_the_front_matter_says() -> None:
    said: dict[str, Any] = front_matter(
        [chapter("一", Fraction(1), rating=""), chapter("二", None, year="")], "题", "单位"
    )
    (group,) = said["排名"]
    assert group["名称"] == "2021年度甲市部门整体支出绩效自评报告"
    assert group["说明"].startswith("注：共 1 个部门，平均得分率 100%。")
    assert group["行"][0]["指标"] == ["50%", "40%"]
    assert said["不排名"] == [{"部门": "二", "报告": "甲市部门整体支出绩效自评报告"}]


def test_what_is_not_rated_has_no_place() -> None:
    """Not even where others score nothing."""
    unrated = Score("—", "2", "不评", "—", Placeholder("—"), (("预算", "—"), ("效益", "—")))
    (group,) = rankings(
        *(replace(chapter(name, Fraction(0)), scores=unrated) for name in "甲乙"),
        *(chapter(name, rate, rating="差") for name, rate in (("丙", Fraction(0)), ("丁", Fraction(1, 4)))),
    )
    assert [(row["名次"], row["部门"]) for row in group["行"]] == [(1, "丁"), (2, "丙"), ("—", "甲"), ("—", "乙")]
    assert group["说明"].startswith("注：共 4 个部门，其中差 2 个、不评 2 个；平均得分率 12.50%。")
