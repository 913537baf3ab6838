"""Sections of a report with attachments: each keeps its page, its headers and its footers."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Final

from docx.enum.section import WD_HEADER_FOOTER
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.oxml import OxmlElement, parse_xml
from docx.settings import Settings

from generator.word import names
from generator.word.names import w
from generator.word.parts import RELATION, add_part, related, root_beside
from generator.word.properties import PARAGRAPH, placed
from generator.word.trees import drop, make

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from docx.parts.document import DocumentPart

    from generator.word.names import Tree

__all__ = [
    "Margins",
    "add_reference",
    "close_section",
    "double_margins",
    "references",
    "start_on_new_page",
    "turn_pages",
    "turns_pages",
]

_BLOCKS: Final = {names.P, names.TBL, names.SDT}
_PLACES: Final = {"default": WD_HEADER_FOOTER.PRIMARY, "even": WD_HEADER_FOOTER.EVEN_PAGE}
_PLACES["first"] = WD_HEADER_FOOTER.FIRST_PAGE
_PARTS: Final = {"header": ("w:hdr", CT.WML_HEADER, RT.HEADER), "footer": ("w:ftr", CT.WML_FOOTER, RT.FOOTER)}
# A paragraph that takes no room: a full page must not run over for it.
_HAIRLINE: Final = (
    f'<w:p xmlns:w="{names.WORD[1:-1]}"><w:pPr><w:snapToGrid w:val="0"/>'
    '<w:spacing w:before="0" w:after="0" w:line="14" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
)


def close_section(body: Tree) -> None:
    """Moves the page set-up at the end of a body into its last paragraph, so that more can follow it."""
    section = body.find(w("sectPr"))
    setup = make(w("sectPr")) if section is None else section
    drop(setup)
    last = next((block for block in reversed(body) if block.tag in _BLOCKS), None)
    if last is None or last.tag != names.P or last.find(f"{names.P_PR}/{w('sectPr')}") is not None:
        last = parse_xml(_HAIRLINE)
        body.append(last)
    properties = last.find(names.P_PR)
    if properties is None:
        properties = make(names.P_PR)
        last.insert(0, properties)
    placed(properties, setup, PARAGRAPH)


def start_on_new_page(section: Tree) -> None:
    """Has a section begin on a page of its own."""
    kind = section.find(w("type"))
    if kind is not None and kind.get(w("val")) == "continuous":
        kind.set(w("val"), "nextPage")


def turns_pages(main: DocumentPart) -> bool:
    """Whether a file has headers and footers of their own for even pages."""
    settings = None if related(main, RT.SETTINGS) is None else root_beside(main, RT.SETTINGS)
    found = None if settings is None else settings.find(w("evenAndOddHeaders"))
    return found is not None and found.get(w("val")) not in {"0", "false", "off"}


def turn_pages(main: DocumentPart) -> None:
    """Gives a file headers and footers of their own for even pages; those that it has stay what they were."""
    Settings(root_beside(main, RT.SETTINGS)).odd_and_even_pages_header_footer = True


def references(section: Tree, kind: str) -> dict[str, Tree]:
    """The references to headers, or to footers, of a section by their place."""
    return {str(one.get(w("type"), "default")): one for one in section.iterfind(w(f"{kind}Reference"))}


def add_reference(section: Any, kind: str, place: str, key: str) -> None:
    """Has a section show a header or footer on pages of a kind."""
    getattr(section, f"add_{kind}Reference")(_PLACES[place], key)


def double_margins(sections: Iterable[Tree]) -> None:
    """Shows on even pages what these sections show on odd ones."""
    for section in sections:
        for kind in _PARTS:
            found = references(section, kind)
            if "even" in found:
                drop(found["even"])
            if "default" in found:
                copy = deepcopy(found["default"])
                copy.set(w("type"), "even")
                found["default"].addnext(copy)


class Margins:
    """The headers and footers of sections that are put behind others.

    Args:
        host: The report, nothing attached to it yet.
    """

    def __init__(self, host: DocumentPart) -> None:
        self._host = host
        self._empty: dict[str, str] = {}
        # A section without a footer shows that of the one before it.
        self._footers = {
            place: str(one.get(f"{RELATION}id"))
            for section in host.element.iter(w("sectPr"))
            for place, one in references(section, "footer").items()
        }

    def part_from_others(self, sections: Sequence[Tree]) -> None:
        """Keeps an attachment from showing the headers and footers of what stands before it.

        Page numbers go on: where an attachment has no footer at all, it has the report's.
        """
        for kind in _PARTS:
            own = any(references(section, kind) for section in sections)
            known = self._footers if kind == "footer" and not own else {}
            for place in _PLACES:
                if place not in references(sections[0], kind):
                    add_reference(sections[0], kind, place, known.get(place) or self._nothing(kind))

    def _nothing(self, kind: str) -> str:
        """The relationship of an empty header or footer."""
        if kind not in self._empty:
            tag, content_type, reltype = _PARTS[kind]
            root = OxmlElement(tag)
            root.append(OxmlElement("w:p"))
            name = f"/word/annex_empty_{kind}.xml"
            self._empty[kind] = add_part(self._host, name, content_type, reltype, root)
        return self._empty[kind]
