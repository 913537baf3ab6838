"""Finished Word files put behind a report: each on a new page under its title, with the pages that it has alone.

The parts are joined here and not by docxcompose, which loses the page of a single section and its headers, takes the
report's styles for the attachment's of the same name, and numbers lists by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from generator.base.diagnostics import why_not
from generator.base.errors import Refused
from generator.word import codes, names
from generator.word.inspecting import inspect
from generator.word.merging.grafting import Graft
from generator.word.merging.sections import (
    Margins,
    close_section,
    double_margins,
    start_on_new_page,
    turn_pages,
    turns_pages,
)
from generator.word.names import w
from generator.word.package import open_package
from generator.word.running.wording import plain_text
from generator.word.trees import make, parse_xml
from generator.word.volume import Volume

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from generator.base.diagnostics import Finding, Span
    from generator.word.names import Tree

__all__ = ["Attachment", "attach", "check_attachments"]

_MARK_STYLE: Final = "附件"
_TITLE_STYLE: Final = "附件标题"


class Attachment(Struct, frozen=True):
    """A Word file that someone finished.

    ``name`` and ``span`` are what the input calls it and where, ``path`` its place in the data.
    """

    file: Path
    name: str
    title: str
    span: Span
    path: str


def check_attachments(attachments: Sequence[Attachment]) -> list[Finding]:
    """What keeps the files from being attached: broken, or holding what a report may not."""
    found: list[Finding] = []
    for attachment in attachments:
        try:
            _open(attachment)
        except Refused as refused:
            found += refused.findings
    return found


def attach(report: bytes, attachments: Sequence[Attachment]) -> bytes:
    """The report with the attachments behind it; the same files give the same bytes.

    Args:
        report: A Word file, as ``Layout.render`` makes it.
        attachments: What comes behind it, in order.

    Raises:
        Refused: An attachment is broken or holds what a report may not; all such findings at once.
    """
    wrong = check_attachments(attachments)
    if wrong:
        raise Refused(wrong)
    host = Volume(report, attachments[0].span)
    guests = [_open(attachment) for attachment in attachments]
    turning = [turns_pages(volume) for volume in (host, *guests)]
    if any(turning):
        turn_pages(host)
        if not turning[0]:
            double_margins(list(host.body.iter(w("sectPr"))))
    margins = Margins(host)
    for number, (attachment, guest) in enumerate(zip(attachments, guests, strict=True), 1):
        label = f"附件{number}" if len(guests) > 1 else "附件"
        blocks = Graft(host, guest, number).blocks()
        if not blocks or blocks[-1].tag != w("sectPr"):
            blocks.append(make(w("sectPr")))
        close_section(host.body)
        host.body.extend([*_heading(host, label, attachment.title), *blocks])
        sections = [section for block in blocks for section in block.iter(w("sectPr"))]
        _settle_sections(sections, margins, doubled=any(turning) and not turning[number])
    return host.data()


def _settle_sections(sections: list[Tree], margins: Margins, *, doubled: bool) -> None:
    start_on_new_page(sections[0])
    if doubled:
        double_margins(sections)
    margins.part_from_others(sections)


def _open(attachment: Attachment) -> Volume:
    try:
        data = attachment.file.read_bytes()
        inspect(open_package(data, attachment.span), attachment.span, finished=True)
        return Volume(data, attachment.span)
    except OSError as error:
        raise _refused(attachment, why_not(error)) from error
    except Refused as refused:
        raise Refused([_told(attachment, finding.message, finding.hint) for finding in refused.findings]) from refused


def _refused(attachment: Attachment, why: str) -> Refused:
    return Refused([_told(attachment, why)])


def _told(attachment: Attachment, why: str, hint: str = "") -> Finding:
    return codes.ATTACHMENT.at(attachment.span, attachment.path, hint=hint, name=attachment.name, why=why.rstrip("。"))


def _heading(host: Volume, label: str, title: str) -> list[Tree]:
    """「附件1」 and the title: in the report's styles of that name, else in the official format.

    That is bold-face at the left of the first line for the one, the middle of the third line for the other.
    """
    lines = [_line(host, label, _MARK_STYLE, _Format("黑体", 32, "left"))]
    if title:
        lines.append(_line(host, title, _TITLE_STYLE, _Format("方正小标宋简体", 44, "center", before=480, after=240)))
    return lines


class _Format(Struct, frozen=True):
    """A line's look: its font, its size in half points, where it stands, the space around it."""

    font: str
    size: int
    place: str
    before: int = 0
    after: int = 0

    def properties(self) -> tuple[str, str]:
        """As those of a paragraph and of a run."""
        fonts = "".join(f' w:{script}="{self.font}"' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
        paragraph = (
            f'<w:pPr><w:keepNext/><w:spacing w:before="{self.before}" w:after="{self.after}"/>'
            f'<w:ind w:left="0" w:firstLineChars="0" w:firstLine="0"/><w:jc w:val="{self.place}"/></w:pPr>'
        )
        return paragraph, f'<w:rPr><w:rFonts{fonts}/><w:sz w:val="{self.size}"/><w:szCs w:val="{self.size}"/></w:rPr>'


def _line(host: Volume, text: str, name: str, usual: _Format) -> Tree:
    own = next((style for style in host.part("styles", "styles").iter(w("style")) if _name(style) == name), None)
    paragraph, run = usual.properties()
    if own is not None:
        paragraph, run = f'<w:pPr><w:pStyle w:val="{own.get(w("styleId"))}"/></w:pPr>', ""
    words = f'<w:r>{run}<w:t xml:space="preserve">{plain_text(text)}</w:t></w:r>'
    return parse_xml(f'<w:p xmlns:w="{names.WORD[1:-1]}">{paragraph}{words}</w:p>'.encode())


def _name(style: Tree) -> str:
    name = style.find(w("name"))
    return "" if name is None else str(name.get(w("val")))
