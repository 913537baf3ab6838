"""What the front matter of a volume says: title, contents list, ranking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.volumes.ranking import rank
from generator.word.merging.bindery import bookmark_of
from generator.word.merging.page_references import PageLine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.volumes.chapter import Chapter
    from generator.volumes.ranking import Group, Place

__all__ = ["RANKING", "default_title", "front_matter"]

RANKING = "绩效自评得分排名"
_PLACES = "省市县区州盟旗"
# The layout has a bookmark of that name at the ranking.
_RANKING_BOOKMARK = "ReportRanking"


def default_title(chapters: Sequence[Chapter]) -> str:
    """2021年度部门整体支出绩效自评报告汇编, as far as all reports are of one year and of one kind."""
    years = sorted({chapter.year for chapter in chapters if chapter.year})
    titles = sorted({chapter.title for chapter in chapters})
    year = f"{years[0]}—{years[-1]}年度" if len(years) > 1 else f"{years[0]}年度" if years else ""
    return f"{year}{titles[0] if len(titles) == 1 else _common_end(titles) or '绩效自评报告'}汇编"


def _common_end(titles: Sequence[str]) -> str:
    """What all titles end in, where that is a word of its own: two kinds of 部门整体支出绩效自评报告."""
    shortest = min(titles, key=len)
    ends = (shortest[start:] for start in range(len(shortest)))
    common = next((end for end in ends if all(title.endswith(end) for title in titles)), "")
    return common.lstrip(_PLACES) if "自评报告" in common else ""


def front_matter(chapters: Sequence[Chapter], title: str, unit: str) -> dict[str, object]:
    """Everything that the layout of the front matter prints, by name."""
    groups, rest = rank(chapters)
    contents = [PageLine(RANKING, _RANKING_BOOKMARK)]
    contents += [PageLine(f"{at}. {chapter.unit}", bookmark_of(at)) for at, chapter in enumerate(chapters, 1)]
    return {
        "标题": title,
        "单位": unit,
        "目录": contents,
        "排名": [_group(group) for group in groups],
        "不排名": [{"部门": chapter.unit, "报告": _report(chapter)} for chapter in rest],
    }


def _report(chapter: Chapter) -> str:
    return f"{chapter.year}年度{chapter.title}" if chapter.year else chapter.title


def _group(group: Group) -> dict[str, object]:
    counted = "、".join(f"{rating} {count} 个" for rating, count in group.ratings)
    said = f"其中{counted}；" if counted else ""
    year = f"{group.year}年度" if group.year else ""
    return {
        "名称": f"{year}{group.title}",
        "指标": list(group.indicators),
        "说明": (
            f"注：共 {len(group.places)} 个部门，{said}平均得分率 {group.mean}。"
            "按总分的得分率由高到低排列，相同的并列；最后各列是一级指标的得分率。"
        ),
        "行": [_row(place) for place in group.places],
    }


def _row(place: Place) -> dict[str, object]:
    scores = place.scores
    return {
        "名次": place.number,
        "部门": place.unit,
        "总分": scores.total,
        "满分": scores.full,
        "得分率": scores.rate_text,
        "等级": scores.rating,
        "指标": [rate for _, rate in scores.parts],
    }
