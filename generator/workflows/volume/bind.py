"""What the front matter of a volume says: title, contents list, ranking."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import Finding, Refused, Span
from generator.exports.pdf import convert
from generator.exports.pdf.convert import open_office, pages_of
from generator.provenance.stamp import Stamp
from generator.word.merge.bind import PageLine, bookmark_of
from generator.workflows.volume import codes
from generator.workflows.volume.chapters import Chapter, Group, Place, rank

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


_LAYOUT = Path(__file__).with_name("汇编.docx")
_MEGABYTE = 1024 * 1024


class Bound(Struct, frozen=True):
    """A volume that is finished but not yet written: its title, its Word file, where it comes from, its reports."""

    title: str
    data: bytes
    stamp: Stamp
    count: int
    findings: tuple[Finding, ...] = ()


class Volume:
    """A volume that is bound; ``data`` gives its bytes, with page numbers in its contents list once they are known.

    Args:
        chapters: The reports, in order; at least one.
        names: The path of each report's input from the folder in which all of them lie.
        title: What the cover says; computed from the reports where blank.
        unit: Who publishes it; nobody is named where blank.
    """

    def __init__(self, chapters: Sequence[Chapter], names: Sequence[str], title: str = "", unit: str = "") -> None:
        from generator.word.layout import Layout  # noqa: PLC0415 - workers bind nothing
        from generator.word.merge.bind import Bindery  # noqa: PLC0415

        self.title = title or default_title(chapters)
        self._chapters, self._names = chapters, names
        layout = Layout.open(str(_LAYOUT))
        self._bindery = Bindery(layout.render(front_matter(chapters, self.title, unit)))
        for chapter in chapters:
            self._bindery.add(chapter.data, chapter.unit)

    def data(self, pages: Mapping[str, int] | None = None) -> bytes:
        """The Word file, with its provenance; the same reports and pages give the same bytes.

        Raises:
            Refused: It is too large to be opened again.
        """
        from generator.provenance.stamp import stamped  # noqa: PLC0415
        from generator.word.opc import too_large  # noqa: PLC0415

        sources = [source for pair in zip(self._names, self._chapters, strict=True) for source in _sources(*pair)]
        data = stamped(self._bindery.data(pages), self.stamp, sources)
        if large := too_large(data):
            entries, size = large
            count, megabytes = len(self._chapters), size // _MEGABYTE
            raise Refused([codes.TOO_LARGE.at(Span(self.title), count=count, megabytes=megabytes, entries=entries)])
        return data

    @property
    def stamp(self) -> Stamp:
        """Where the volume comes from: one digest over those of its reports, and the templates that they are of."""
        from generator.provenance.stamp import stamp_of_volume  # noqa: PLC0415

        return stamp_of_volume([chapter.stamp for chapter in self._chapters])


def bind(
    chapters: Sequence[Chapter], names: Sequence[str], *, title: str = "", unit: str = "", with_pages: bool = True
) -> Bound:
    """The volume as the bytes of a Word file; with page numbers where LibreOffice can be asked for them.

    Args:
        chapters: As for ``Volume``.
        names: As for ``Volume``.
        title: As for ``Volume``.
        unit: As for ``Volume``.
        with_pages: Whether LibreOffice is asked at all.

    Raises:
        Refused: The volume is too large to be opened again.
    """
    volume = Volume(chapters, names, title, unit)
    data, count = volume.data(), len(chapters)
    pages, why = _count_pages(data, count) if with_pages else ({}, "写了 --no-pages")
    if not pages:
        return Bound(volume.title, data, volume.stamp, count, (codes.NO_PAGES.at(Span(volume.title), why=why),))
    return Bound(volume.title, volume.data(pages), volume.stamp, count)


def _count_pages(data: bytes, count: int) -> tuple[Mapping[str, int], str]:

    try:
        return count_pages(data, count)
    except Refused:
        return {}, "没有找到 LibreOffice"


def _sources(name: str, chapter: Chapter) -> list[tuple[str, str]]:
    """The input and the files that it names, all by their path from the folder in which the inputs lie."""
    folder = name.rpartition("/")[0]
    beside = [(f"{folder}/{source}" if folder else source, digest) for source, digest in chapter.sources]
    return [(name, chapter.stamp.input_digest), *beside]


_SECONDS_A_REPORT = 20.0


def count_pages(data: bytes, reports: int) -> tuple[Mapping[str, int], str]:
    """The pages of the bookmarks of a volume, or why they are not known.

    Raises:
        Refused: LibreOffice is not installed.
    """
    pdf = as_pdf(data, reports)
    if isinstance(pdf, str):
        return {}, f"LibreOffice 没有转出 PDF：{pdf}"
    pages = pages_of(pdf)
    return pages, "" if pages else "这个版本的 LibreOffice 不报告页码，需要 7.4 或更新的"


def as_pdf(data: bytes, reports: int) -> bytes | str:
    """The volume as PDF with its blank pages, or why there is none; ``reports`` says how long it may take.

    Raises:
        Refused: LibreOffice is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder, open_office() as office:
        file = Path(folder) / "汇编.docx"
        file.write_bytes(data)
        return office.convert([file], convert.SECONDS + _SECONDS_A_REPORT * reports, as_book=True)[file]
