"""Binding reports into a volume."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.diagnostics import Span
from generator.base.errors import Refused
from generator.volumes import codes
from generator.volumes.front import default_title, front_matter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from generator.base.diagnostics import Finding
    from generator.provenance import Stamp
    from generator.volumes.chapter import Chapter

__all__ = ["Bound", "Volume", "bind"]

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
        from generator.word import Layout  # noqa: PLC0415 - workers bind nothing
        from generator.word.merging.bindery import Bindery  # noqa: PLC0415

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
        from generator import provenance  # noqa: PLC0415
        from generator.word.opc import too_large  # noqa: PLC0415

        sources = [source for pair in zip(self._names, self._chapters, strict=True) for source in _sources(*pair)]
        data = provenance.stamped(self._bindery.data(pages), self.stamp, sources)
        if large := too_large(data):
            entries, size = large
            count, megabytes = len(self._chapters), size // _MEGABYTE
            raise Refused([codes.TOO_LARGE.at(Span(self.title), count=count, megabytes=megabytes, entries=entries)])
        return data

    @property
    def stamp(self) -> Stamp:
        """Where the volume comes from: one digest over those of its reports, and the templates that they are of."""
        from generator import provenance  # noqa: PLC0415

        return provenance.stamp_of_volume([chapter.stamp for chapter in self._chapters])


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
    from generator.volumes.pages import count_pages  # noqa: PLC0415 - not every volume needs LibreOffice

    try:
        return count_pages(data, count)
    except Refused:
        return {}, "没有找到 LibreOffice"


def _sources(name: str, chapter: Chapter) -> list[tuple[str, str]]:
    """The input and the files that it names, all by their path from the folder in which the inputs lie."""
    folder = name.rpartition("/")[0]
    beside = [(f"{folder}/{source}" if folder else source, digest) for source, digest in chapter.sources]
    return [(name, chapter.stamp.input_digest), *beside]
