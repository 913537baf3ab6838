"""Sections of a report with attachments: each keeps its page, its headers and its footers."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lxml import etree

from generator.word import names
from generator.word.names import w
from generator.word.properties import PARAGRAPH, placed
from generator.word.trees import make, parse_xml
from generator.word.volume import RELATION, drop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.word.names import Tree
    from generator.word.volume import Volume

__all__ = ["Margins", "close_section", "double_margins", "start_on_new_page", "turn_pages", "turns_pages"]

_KINDS: Final = ("default", "even", "first")
_WORDML: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_BLOCKS: Final = {names.P, names.TBL, names.SDT}
_BEFORE_TURNING: Final = (
    "writeProtection", "view", "zoom", "removePersonalInformation", "removeDateAndTime",
    "doNotDisplayPageBoundaries", "displayBackgroundShape", "printPostScriptOverText",
    "printFractionalCharacterWidth", "printFormsData", "embedTrueTypeFonts", "embedSystemFonts", "saveSubsetFonts",
    "saveFormsData", "mirrorMargins", "alignBordersAndEdges", "bordersDoNotSurroundHeader",
    "bordersDoNotSurroundFooter", "gutterAtTop", "hideSpellingErrors", "hideGrammaticalErrors",
    "activeWritingStyle", "proofState", "formsDesign", "attachedTemplate", "linkStyles", "stylePaneFormatFilter",
    "stylePaneSortMethod", "documentType", "mailMerge", "revisionView", "trackRevisions", "doNotTrackMoves",
    "doNotTrackFormatting", "documentProtection", "autoFormatOverride", "styleLockTheme", "styleLockQFSet",
    "defaultTabStop", "autoHyphenation", "consecutiveHyphenLimit", "hyphenationZone", "doNotHyphenateCaps",
    "showEnvelope", "summaryLength", "clickAndTypeStyle", "defaultTableStyle",
)  # fmt: skip


def close_section(body: Tree) -> None:
    """Moves the page set-up at the end of a body into its last paragraph, so that more can follow it."""
    section = body.find(w("sectPr"))
    setup = make(w("sectPr")) if section is None else section
    drop(setup)
    blocks = [block for block in body if block.tag in _BLOCKS]
    last = blocks[-1] if blocks and blocks[-1].tag == names.P else None
    if last is None or last.find(f"{names.P_PR}/{w('sectPr')}") is not None:
        last = _hairline()
        body.append(last)
    properties = last.find(names.P_PR)
    if properties is None:
        properties = make(names.P_PR)
        last.insert(0, properties)
    placed(properties, setup, PARAGRAPH)


def _hairline() -> Tree:
    """A paragraph that takes no room: a full page must not run over for it."""
    text = (
        f'<w:p xmlns:w="{names.WORD[1:-1]}"><w:pPr><w:snapToGrid w:val="0"/>'
        '<w:spacing w:before="0" w:after="0" w:line="14" w:lineRule="exact"/>'
        '<w:rPr><w:sz w:val="2"/><w:szCs w:val="2"/></w:rPr></w:pPr></w:p>'
    )
    return parse_xml(text.encode())


def start_on_new_page(section: Tree) -> None:
    """Has a section begin on a page of its own."""
    kind = section.find(w("type"))
    if kind is not None and kind.get(w("val")) == "continuous":
        kind.set(w("val"), "nextPage")


def turns_pages(volume: Volume) -> bool:
    """Whether a file has headers and footers of their own for even pages."""
    settings = volume.related("settings")
    found = None if settings is None else volume.tree(settings).find(w("evenAndOddHeaders"))
    return found is not None and found.get(w("val")) not in {"0", "false", "off"}


def turn_pages(volume: Volume) -> None:
    """Gives a file headers and footers of their own for even pages; those that it has stay what they were."""
    settings = volume.part("settings", "settings")
    for old in settings.findall(w("evenAndOddHeaders")):
        drop(old)
    at = sum(names.local(one) in _BEFORE_TURNING for one in settings)
    settings.insert(at, make(w("evenAndOddHeaders")))


def double_margins(sections: Sequence[Tree]) -> None:
    """Shows on even pages what these sections show on odd ones."""
    for section in sections:
        for kind in ("header", "footer"):
            for old in _references(section, kind, "even"):
                drop(old)
            for usual in _references(section, kind, "default"):
                copy = deepcopy(usual)
                copy.set(w("type"), "even")
                usual.addnext(copy)


class Margins:
    """The headers and footers of sections that are put behind others.

    Args:
        host: The report, nothing attached to it yet.
    """

    def __init__(self, host: Volume) -> None:
        self._host = host
        self._empty: dict[str, str] = {}
        # A section without a footer shows that of the one before it.
        self._footers = {
            place: str(reference.get(f"{RELATION}id"))
            for section in host.body.iter(w("sectPr"))
            for place in _KINDS
            for reference in _references(section, "footer", place)
        }

    def part_from_others(self, sections: Sequence[Tree]) -> None:
        """Keeps an attachment from showing the headers and footers of what stands before it.

        Page numbers go on: where an attachment has no footer at all, it has the report's.
        """
        for kind in ("header", "footer"):
            own = any(_references(section, kind, place) for section in sections for place in _KINDS)
            known = self._footers if kind == "footer" and not own else {}
            for place in _KINDS:
                if not _references(sections[0], kind, place):
                    self._put(sections[0], kind, place, known.get(place) or self._nothing(kind))

    def _nothing(self, kind: str) -> str:
        """The relationship of an empty header or footer."""
        if kind not in self._empty:
            self._empty[kind] = f"rIdAnnexEmpty_{kind}"
            tag = {"header": "hdr", "footer": "ftr"}[kind]
            root = parse_xml(f'<w:{tag} xmlns:w="{names.WORD[1:-1]}"><w:p/></w:{tag}>'.encode())
            name = f"word/annex_empty_{kind}.xml"
            self._host.add(name, f"{_WORDML}{kind}+xml", root)
            self._host.relate(kind, name, self._empty[kind])
        return self._empty[kind]

    def _put(self, section: Tree, kind: str, place: str, key: str) -> None:
        reference = etree.Element(w(f"{kind}Reference"), nsmap={"w": names.WORD[1:-1], "r": RELATION[1:-1]})
        reference.set(w("type"), place)
        reference.set(f"{RELATION}id", key)
        section.insert(0, reference)


def _references(section: Tree, kind: str, place: str) -> list[Tree]:
    return [one for one in section.iterfind(w(f"{kind}Reference")) if one.get(w("type"), "default") == place]
