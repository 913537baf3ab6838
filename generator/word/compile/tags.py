"""Finds the tags in the text of a layout, parses them and puts marks in their place."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, Final, cast

from msgspec import Struct, field

from generator.base.diagnostics import Code, Finding, Span
from generator.base.passage import UNSEEN
from generator.base.sandbox import CLOSERS, tag_spans
from generator.word import codes, names
from generator.word.inspect import Places, tagged_target
from generator.word.names import SENTINEL, XML_SPACE, Tree, ancestor, own, w
from generator.word.xml import drop_from_run, fields_of

_SCOPED = re.compile(r"(p|tr|tc|r)(?=\s)")
_WORD = re.compile(r"\w+")
_RAW = re.compile(r"\{%[-+]?((p|tr|tc|r)\s)?\s*raw\s*[-+]?%\}")
_RAW_END = re.compile(_RAW.pattern.replace("raw", "endraw"))
_STRAY = re.compile(r"\}\}|%\}")
_LONE = re.compile(r"(?<![{_])\{\s*([^\W\d_][\w.]*(?:\s*\|[^{}]*)?)\s*\}(?!\})")
# Tags of other programs, or meant ones: 【【年度】】, [[年度]], «年度», 【部门.名称】.
_OTHER = re.compile(
    r"(?:【【|\[\[|<<|《《|«)\s*([^\W\d_][\w.]*)\s*(?:】】|\]\]|>>|》》|»)|【\s*([^\W\d_]\w*\.[\w.]+)\s*】|【【|】】"
)
_SURE: Final = ("【【", "】】")
_MAYBE_OTHER: Final = ("【", "】】", "[[", "<<", "《《", "«")
_WIDE_END: Final = r"[｝%％#]\s*｝|｝\s*\}|％\s*\}"
_WIDE = re.compile(rf"(?:｛\s*[｛{{%％#]|\{{\s*[｛％])[^{{}}｛｝]{{0,40}}[｝}}]{{0,2}}|{_WIDE_END}")
_HALF_WIDE = re.compile(rf"[^{{}}｛]*?(?:{_WIDE_END})")
_NESTED = re.compile(r"\{\{\s*\{\{[^{}]*\}\}\s*\}\}")
_MAYBE_WIDE = re.compile(r"[｛｝％]")
# A text with more faults than this is no layout, and searching on would take quadratic time.
_MOST_COMPLAINTS: Final = 100
ESCAPES: Final = {"{_{": "{{", "}_}": "}}", "{_%": "{%", "%_}": "%}"}
_ESCAPED_FORMS: Final = {"}}": "}_}", "%}": "%_}"}
_DOUBLE: Final = '"“”„'
_SINGLE: Final = "'‘’"
# Blanks that Word and input methods insert.
_BLANKS: Final = "\u00a0\u3000\u2002\u2003\u2009\t\n\r"
# A string, preferably from straight quote to straight quote, or such a blank.
_QUOTED = re.compile(
    rf"\"(.*?)(?<!\\)\"|[{_DOUBLE}]([^{_DOUBLE}]*)[{_DOUBLE}]|'(.*?)(?<!\\)'|[{_SINGLE}]([^{_SINGLE}]*)[{_SINGLE}]|[{_BLANKS}]",
    re.DOTALL,
)
_HALF: Final = str.maketrans("｛｝％", "{}%")
_BLOCK = re.compile(r"\{%(?:p|tr|tc|r)?\s+(?:end)?(?:for|if)\b[^{}%]*")


class Tag(Struct, eq=False):
    """One tag of a layout.

    ``kind`` is ``{{``, ``{%`` or ``{#``; ``scope`` is the container it replaces (``p``, ``tr``, ``tc``, ``r``);
    ``body`` is the code between the braces, with plain quotes; ``printer`` is the engine's filter appended to it;
    ``home`` and ``shape`` are its place in the tree, equal for the tags of one block, or the XML between them would not
    be balanced. ``word`` is the first word of a statement: ``for`` in ``{%tr for x in y %}``.
    """

    kind: str
    scope: str
    body: str
    raw: str
    place: str = ""
    trim_left: bool = False
    trim_right: bool = False
    printer: str = ""
    number: int = -1
    node: Tree | None = None
    home: Tree | None = None
    shape: tuple[str, ...] = field(default=())
    word: str = ""

    def __post_init__(self) -> None:
        found = _WORD.match(self.body) if self.kind == "{%" else None
        self.word = found.group() if found else ""

    @property
    def rest(self) -> str:
        """What follows the first word."""
        return self.body[len(self.word) :].strip()


class Complaint(Struct, frozen=True):
    """A fault in a text, without its place."""

    code: Code
    words: dict[str, str]

    @property
    def name(self) -> str:
        """The name in brackets that are a tag only if it is known, else text; blank for other faults."""
        is_unsure = self.code in (codes.LONE_BRACE, codes.OTHER_BRACKETS) and self.words["tag"][:2] not in _SURE
        return re.split(r"[.\s|]", self.words["value"])[0] if is_unsure else ""


def scan(text: str, raw: Tag | None = None) -> tuple[list[tuple[int, int, Tag]], list[Complaint], Tag | None]:
    """The tags of a paragraph's text as (start, end, tag), its faults, and the ``{% raw %}`` that it leaves open.

    ``raw`` is the one left open by the paragraphs before.
    """
    found: list[tuple[int, int, Tag]] = []
    complaints: list[Complaint] = []
    at = 0
    while len(complaints) < _MOST_COMPLAINTS:
        if raw is not None:
            closing = _RAW_END.search(text, at)
            if closing is None:
                return found, complaints, raw
            found.append((*closing.span(), _raw_tag(closing.group())))
            at, raw = closing.end(), None
        start, end = next(tag_spans(text, at), (len(text), len(text)))
        for near, near_start, near_end in _near_tags(text, at, start):
            complaints.append(near)
            found += _intended(text, near_start, near_end) if near.code is codes.FULL_WIDTH else ()
        if start == len(text):
            break
        if end < 0:
            wrong, end = _without_end(text, start)
            complaints.append(wrong)
            found += _intended(text, start, end) if wrong.code is not codes.SYNTAX else ()
        else:
            raw = _raw_tag(text[start:end]) if _RAW.fullmatch(text, start, end) else None
            found.append((start, end, raw or _read(text[start:end])))
        at = end
    return found, complaints, raw


def _without_end(text: str, start: int) -> tuple[Complaint, int]:
    """The fault of a tag without an end, and where it was meant to end."""
    wide, opener = _HALF_WIDE.match(text, start + 2), text[start : start + 2]
    if nested := _NESTED.match(text, start):
        words = {"tag": nested[0], "why": "标记里又写了标记", "mend": "去掉里面的花括号。"}
        return Complaint(codes.SYNTAX, words), nested.end()
    if wide:
        return Complaint(codes.FULL_WIDTH, {"tag": text[start : wide.end()]}), wide.end()
    words = {"tag": text[start : start + 24], "opener": opener, "closer": CLOSERS[opener]}
    block = _BLOCK.match(text, start)
    return Complaint(codes.UNCLOSED_TAG, words), block.end() if block else start + 2


def _intended(text: str, start: int, end: int) -> list[tuple[int, int, Tag]]:
    """The tag that a misspelt one was meant to be, to avoid follow-up findings."""
    half = text[start:end].translate(_HALF)
    half = half if half.endswith("}") else half + " %}"
    if half[:2] not in CLOSERS or not half.endswith(CLOSERS[half[:2]]):
        return []
    tag = _read(half)
    tag.raw = text[start:end]
    return [(start, end, tag)]


def _raw_tag(raw: str) -> Tag:
    """``{% raw %}`` or its end: prints nothing, and replaces its container like other tags of that scope."""
    return Tag("{#", _read(raw).scope, "", raw)


def _read(raw: str) -> Tag:
    kind, inside = raw[:2], raw[2:-2]
    # Statements may have a plus in place of the minus, which keeps blanks, the default.
    signs = "-+" if kind == "{%" else "-"
    left, right = inside[:1] in signs, len(inside) > 1 and inside[-1] in signs
    trim_left, trim_right = inside.startswith("-"), right and inside.endswith("-")
    inside = inside[left : len(inside) - right]
    scoped = _SCOPED.match(inside)
    scope = scoped.group() if scoped else ""
    body = plain_quotes(inside[len(scope) :].translate(UNSEEN)).strip() if kind != "{#" else ""
    return Tag(kind, scope, body, raw, trim_left=trim_left, trim_right=trim_right)


def plain_quotes(code: str) -> str:
    """Straightens curly quotes and replaces odd blanks outside strings."""
    return _QUOTED.sub(_plain_quoted, code)


def _plain_quoted(found: re.Match[str]) -> str:
    if found.lastindex is None:
        return " "
    quote = _DOUBLE[0] if found[0][0] in _DOUBLE else _SINGLE[0]
    return quote + found[found.lastindex].replace("\n", " ") + quote


def _near_tags(text: str, start: int, end: int) -> Iterator[tuple[Complaint, int, int]]:
    """The almost-tags in a stretch of text, each with its start and end."""
    wide = list(_WIDE.finditer(text, start, end)) if _MAYBE_WIDE.search(text, start, end) else []
    for one in wide:
        yield Complaint(codes.FULL_WIDTH, {"tag": one.group()}), *one.span()
    for stray in _STRAY.finditer(text, start, end):
        if not any(one.start() <= stray.start() < one.end() for one in wide):
            words = {"tag": stray.group(), "escaped": _ESCAPED_FORMS[stray.group()]}
            yield Complaint(codes.STRAY_END, words), *stray.span()
    for lone in _LONE.finditer(text, start, end) if "{" in text else ():
        yield Complaint(codes.LONE_BRACE, {"tag": lone.group(), "value": lone.group(1)}), *lone.span()
    for other in _OTHER.finditer(text, start, end) if any(sign in text for sign in _MAYBE_OTHER) else ():
        words = {"tag": other.group(), "value": other[1] or other[2] or "名称"}
        yield Complaint(codes.OTHER_BRACKETS, words), *other.span()


def near_tags(text: str, known: Container[str]) -> Iterator[Complaint]:
    """The faults of almost-tags in a text, which would be printed as they are; plain text in brackets is none."""
    for one in scan(text)[1]:
        if one.code is not codes.UNCLOSED_TAG and (not one.name or one.name in known):
            yield one


def quoted(text: str) -> str:
    """A text as a string literal for a tag's code."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n")
    return f"'{escaped}'"


def literal(text: str) -> str:
    """Resolves escapes in text outside tags: ``{_{`` stands for ``{{``."""
    if "_" in text:
        for written, meant in ESCAPES.items():
            text = text.replace(written, meant)
    return text


_BREAKS: Final = {names.TAB: "\t", names.BR: "\n", names.CR: "\n"}


def engine_tag(tags: list[Tag], kind: str, body: str, printer: str = "", like: Tag | None = None) -> Tag:
    """Appends a tag of the engine's own to ``tags``, with the place of another one if that is given."""
    raw, place = ("", "") if like is None else (like.raw, like.place)
    tags.append(Tag(kind, "", body, raw, place, printer=printer, number=len(tags), shape=("engine",)))
    return tags[-1]


def print_in(  # noqa: PLR0913, PLR0917 - a tag and its place
    tags: list[Tag], element: Tree, key: str, printer: str, body: str = "0", like: Tag | None = None
) -> None:
    """Makes one of the engine's filters print an attribute."""
    element.set(key, tag_mark(engine_tag(tags, "{{", body, printer, like)))


def own_block(tags: list[Tag], filter_: str, like: Tag | None) -> list[Tag]:
    """Appends the two tags of a block with one of the engine's filters to ``tags``; returns them."""
    return [engine_tag(tags, "{%", body, like=like) for body in (f"filter {filter_}", "endfilter")]


def tag_mark(tag: Tag) -> str:
    """The text that marks the place of a tag."""
    return f"{SENTINEL}{tag.number}{SENTINEL}"


def join_paragraph(paragraph: Tree, tags: list[Tag], raw: Tag | None) -> tuple[list[Complaint], Tag | None]:
    """Replaces a paragraph's tags by marks; numbers the tags and appends them to ``tags``.

    Returns the faults and the ``{% raw %}`` left open; ``raw`` is that of the paragraphs before.
    """
    pieces = [(piece, _text(piece)) for piece in own(paragraph) if _text(piece)]
    text = "".join(part for _, part in pieces)
    if not any(brace in text for brace in ("{", "}", "｛", *_MAYBE_OTHER)):
        return [], raw
    found, complaints, raw = scan(text, raw)
    for _, _, tag in found:
        tag.number = len(tags)
        tags.append(tag)
    # Each piece keeps its characters outside tags, and gets the marks of the tags that begin in it.
    start = first = 0
    for piece, part in pieces:
        end = start + len(part)
        while first < len(found) and found[first][1] <= start:
            first += 1
        last = first
        while last < len(found) and found[last][0] < end:
            last += 1
        touching = found[first:last]
        if piece.tag == names.T:
            _rewrite(piece, part, start, touching)
        elif any(begin < start for begin, _, _ in touching):
            drop_from_run(piece)
        start = end
    return complaints, raw


def _text(piece: Tree) -> str:
    if piece.tag == names.T:
        return piece.text or ""
    parent = piece.getparent()
    return _BREAKS.get(piece.tag, "") if parent is not None and parent.tag == names.R else ""


def _rewrite(piece: Tree, part: str, start: int, touching: list[tuple[int, int, Tag]]) -> None:
    kept: list[str] = []
    at = 0
    for first, last, tag in touching:
        kept.append(literal(part[at : max(at, first - start)]))
        if first >= start:
            kept.append(tag_mark(tag))
            tag.node = piece
        at = last - start
    kept.append(literal(part[at:]))
    piece.text = "".join(kept)
    if piece.text != part:
        piece.set(XML_SPACE, "preserve")
    if not piece.text:
        drop_from_run(piece)


_FIELD: Final = w("instr")
# The kind of a field must be fixed: a value could choose one that fetches or runs something.
_KNOWN_FIELD = re.compile(r'\s*(=|[A-Za-z]+[\s"])')
_DRAWN: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_RUNS: Final = {f"{_DRAWN}r": f"{_DRAWN}t", f"{_MATH}r": f"{_MATH}t"}
_TAG_START: Final = re.compile(r"\{[{%#]")


def _join(texts: list[Tree]) -> list[Tree]:
    """Moves texts into the first of them where they split tags; returns them."""
    whole = "".join(one.text or "" for one in texts)
    # The sets of equations, as {x∈R}, keep their runs.
    if _TAG_START.search(whole) and any((one.text or "").count("{") != (one.text or "").count("}") for one in texts):
        texts[0].text = whole
        for one in texts[1:]:
            one.text = ""
    return texts


class Collector:
    """Replaces all tags of one part by marks; ``title`` names the part in findings.

    ``noted`` are the findings, each with the number of the next tag; ``lone`` those of names in single braces, which
    count if there is a value of that name.
    """

    def __init__(self, title: str, span: Span) -> None:
        self.tags: list[Tag] = []
        self.noted: list[tuple[int, Finding]] = []
        self.lone: list[tuple[int, str, Finding]] = []
        self._title = title
        self._span = span
        self._places: Places
        self._raw: Tag | None = None

    def collect(self, root: Tree) -> None:
        """Collects all tags of the part."""
        self._places = Places(root, self._title)
        cut = ""
        for paragraph in root.iter(names.P):
            first, place = len(self.tags), self._places.of(paragraph)
            complaints, self._raw = join_paragraph(paragraph, self.tags, self._raw)
            # The end of a tag that is split over two paragraphs is reported at its beginning.
            if complaints and complaints[0].code is codes.STRAY_END and complaints[0].words["tag"] == cut:
                complaints = complaints[1:]
            last = complaints[-1] if complaints else None
            cut = last.words["closer"] if last is not None and last.code is codes.UNCLOSED_TAG else ""
            self._complain(complaints, place, first)
            for tag in self.tags[first:]:
                tag.place = place
                if tag.kind == "{{" and not tag.scope and ancestor(paragraph, names.FALLBACK) is not None:
                    tag.printer = "_copied"
        if self._raw is not None:
            self._note(codes.UNCLOSED_BLOCK, self._raw.place, tag=self._raw.raw, closer="{% endraw %}")
        for link in root if names.local(root) == "Relationships" else ():
            target, first = tagged_target(link), len(self.tags)
            marked = self._marked(target, "_attribute", f"{self._title}「{target[:20]}」", strict=True)
            if len(self.tags) > first:
                # The block checks the printed address.
                start, end = own_block(self.tags, "_address", self.tags[-1])
                link.set("Target", f"{tag_mark(start)}{marked}{tag_mark(end)}")
        self._in_codes(root)
        self._in_rest(root)

    def _note(self, code: Any, place: str, **words: str) -> None:
        self.noted.append((len(self.tags), code.at(self._span, place, **words)))

    def _complain(self, complaints: Iterable[Complaint], place: str, first: int) -> None:
        for wrong in complaints:
            finding = wrong.code.at(self._span, place, **cast("Any", wrong.words))
            if wrong.name:
                self.lone.append((first, wrong.name, finding))
            else:
                self.noted.append((first, finding))

    def _in_codes(self, root: Tree) -> None:
        """Collects tags in field codes, which may span several runs, and in those of simple fields."""
        for coded in fields_of(root):
            before = ""
            for node in (node for piece in coded.pieces for node in _join(piece)):
                text = node.text or ""
                # Citation managers store JSON in ADDIN fields.
                if "{" in text and not (before + text).lstrip().upper().startswith("ADDIN"):
                    node.text = self._code(node, text, before)
                before += text
        for simple in root.iter(w("fldSimple")):
            if "{" in str(simple.get(_FIELD)):
                simple.set(_FIELD, self._code(simple, str(simple.get(_FIELD)), ""))

    def _code(self, node: Tree, text: str, before: str) -> str:
        place, first = self._place(node), len(self.tags)
        marked = self._marked(text, "_code", place, strict="{{" in text or "{%" in text)
        for tag in self.tags[first:]:
            if not _KNOWN_FIELD.match(before + text.partition(tag.raw)[0]):
                self._note(codes.FIELD_CODE, place, tag=tag.raw)
        return marked

    def _in_rest(self, root: Tree) -> None:
        """Collects tags in attributes (descriptions of pictures) and text outside ``w:t`` (drawings, properties)."""
        # Paragraphs in drawings, and equations, have runs of their own.
        for home in dict.fromkeys(home for run in root.iter(*_RUNS) if (home := run.getparent()) is not None):
            _join([text for run in home if run.tag in _RUNS for text in run.iter(_RUNS[run.tag])])
        for element in root.iter():
            for key, value in element.attrib.items():
                if "{" in value:
                    element.set(key, self._marked(str(value), "_attribute", self._place(element), home=element))
            if element.tag != names.T and "{" in (element.text or ""):
                element.text = self._marked(element.text or "", "_plain", self._place(element), home=element)

    def _place(self, element: Tree) -> str:
        paragraph = ancestor(element, names.P)
        return (self._places.of(paragraph) if paragraph is not None else "") or self._title

    def _marked(self, text: str, printer: str, place: str, *, strict: bool = False, home: Tree | None = None) -> str:
        """The text with marks; without ``strict``, faults in a text without tags are ignored."""
        found, complaints, _ = scan(text)
        if found or strict:
            self._complain(complaints, place, len(self.tags))
        parts: list[str] = []
        at = 0
        for start, end, tag in found:
            tag.number, tag.place, tag.scope, tag.printer = len(self.tags), place, "", printer
            tag.home, tag.shape = home, ("attribute",)
            self.tags.append(tag)
            parts += (literal(text[at:start]), tag_mark(tag))
            at = end
        return "".join((*parts, literal(text[at:])))
