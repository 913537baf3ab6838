"""Finding the tags of a part: in its paragraphs, in attributes, in drawings, field codes and links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, cast

from generator.word import codes, names
from generator.word.compiling.joining import join_paragraph, mark
from generator.word.compiling.tags import Tag, literal, scan
from generator.word.links import tagged_target
from generator.word.names import Tree, ancestor, w
from generator.word.places import Places

if TYPE_CHECKING:
    from collections.abc import Iterable

    from generator.base.diagnostics import Finding, Span
    from generator.word.compiling.tags import Complaint

__all__ = ["Collector"]

_CODE: Final = w("instrText")
_FIELD: Final = w("instr")
# A field whose kind a value could decide might fetch or run something when the file is opened.
_KNOWN_FIELD = re.compile(r'\s*(=|[A-Za-z]+[\s"])')


class Collector:
    """Puts marks in the place of all tags of one part.

    Args:
        title: What people call the part.
        span: The layout's file, for findings.

    ``tags`` are what it finds, each numbered by its place in the list; ``noted`` is what is wrong, each with the number
    of the next tag.
    """

    def __init__(self, title: str, span: Span) -> None:
        self.tags: list[Tag] = []
        self.noted: list[tuple[int, Finding]] = []
        self._title = title
        self._span = span
        self._places: Places
        self._raw: Tag | None = None

    def collect(self, root: Tree) -> None:
        """Goes through the part."""
        self._places = Places(root, self._title)
        for paragraph in root.iter(names.P):
            self._in_paragraph(paragraph)
        if self._raw is not None:
            self._note(codes.UNCLOSED_BLOCK, self._raw.place, tag=self._raw.raw, closer="{% endraw %}")
        for link in root if names.local(root) == "Relationships" else ():
            self._in_link(link)
        self._in_codes(root)
        for element in root.iter():
            self._in_rest(element)

    def _note(self, code: Any, place: str, **words: str) -> None:
        self.noted.append((len(self.tags), code.at(self._span, place, **words)))

    def _complain(self, complaints: Iterable[Complaint], place: str, first: int) -> None:
        self.noted += [(first, wrong.code.at(self._span, place, **cast("Any", wrong.words))) for wrong in complaints]

    def _in_paragraph(self, paragraph: Tree) -> None:
        first, place = len(self.tags), self._places.of(paragraph)
        complaints, self._raw = join_paragraph(paragraph, self.tags, self._raw)
        self._complain(complaints, place, first)
        for tag in self.tags[first:]:
            tag.place = place
            if tag.kind == "{{" and not tag.scope and ancestor(paragraph, names.FALLBACK) is not None:
                tag.printer = "_copied"

    def _in_link(self, link: Tree) -> None:
        """The address of a link; what is printed of it goes through a check as a whole."""
        target, first = tagged_target(link), len(self.tags)
        if target:
            marked = self._marked(target, "_attribute", f"{self._title}「{target[:20]}」", strict=True)
            if len(self.tags) > first:
                start, end = (self._own(body) for body in ("filter _address", "endfilter"))
                link.set("Target", f"{mark(start)}{marked}{mark(end)}")

    def _own(self, body: str) -> Tag:
        """A tag of the engine's."""
        like = self.tags[-1]
        tag = Tag("{%", "", body, like.raw, like.place, number=len(self.tags), shape=("engine",))
        self.tags.append(tag)
        return tag

    def _in_codes(self, root: Tree) -> None:
        """Field codes, which may go over several runs; and fields in one element, whose code is an attribute."""
        open_fields: list[str] = []
        for node in root.iter(w("fldChar"), _CODE, w("fldSimple")):
            kind = node.get(w("fldCharType"))
            if kind == "begin":
                open_fields.append("")
            elif kind == "end" and open_fields:
                open_fields.pop()
            elif node.tag == w("fldSimple") and "{" in str(node.get(_FIELD)):
                node.set(_FIELD, self._code(node, str(node.get(_FIELD)), ""))
            elif node.tag == _CODE and open_fields:
                text, before = node.text or "", open_fields[-1]
                open_fields[-1] += text
                node.text = self._code(node, text, before) if "{" in text else node.text

    def _code(self, node: Tree, text: str, before: str) -> str:
        place, first = self._place(node), len(self.tags)
        marked = self._marked(text, "_code", place, strict=True)
        for tag in self.tags[first:]:
            if not _KNOWN_FIELD.match(before + text.partition(tag.raw)[0]):
                self._note(codes.FIELD_CODE, place, tag=tag.raw)
        return marked

    def _in_rest(self, element: Tree) -> None:
        """Attributes (a picture's description) and text outside ``w:t`` (drawings, core properties)."""
        for key, value in element.attrib.items():
            if "{" in value:
                element.set(key, self._marked(str(value), "_attribute", self._place(element)))
        if element.tag != names.T and "{" in (element.text or ""):
            element.text = self._marked(element.text or "", "_plain", self._place(element))

    def _place(self, element: Tree) -> str:
        paragraph = ancestor(element, names.P)
        return (self._places.of(paragraph) if paragraph is not None else "") or self._title

    def _marked(self, text: str, printer: str, place: str, *, strict: bool = False) -> str:
        """The text with marks; braces alone are often no slip in such places, unless ``strict``."""
        found, complaints, _ = scan(text)
        if found or strict:
            self._complain(complaints, place, len(self.tags))
        parts: list[str] = []
        at = 0
        for start, end, tag in found:
            tag.number, tag.place, tag.scope, tag.printer = len(self.tags), place, "", printer
            self.tags.append(tag)
            parts += (literal(text[at:start]), mark(tag))
            at = end
        return "".join((*parts, literal(text[at:])))
