"""Blocks of a layout: checks nesting, trims blanks around them, binds values to runs, numbers copies in loops."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import takewhile
from typing import Final

from msgspec import Struct, field

from generator.word import codes, names
from generator.word.compile.cells import Report, instruction, tag_at
from generator.word.compile.tags import Tag, engine_tag, print_in, quoted, tag_mark
from generator.word.names import SENTINEL, Tree, ancestor, own, value, w
from generator.word.xml import drop, keyword

OPENERS: Final = frozenset({"if", "for", "set", "macro", "call", "filter", "with", "block", "autoescape"})
"""Statements that a matching ``end…`` closes (``set`` only without ``=``)."""

# The engine's own blocks are balanced; tags outside any table are reported already.
_SPARED: Final = {("engine",), ("nowhere",)}
_LOOP = re.compile(r"(?<![\w.'\"])loop\.\w")
REPEATED: Final = frozenset({"for", "macro", "call"})
"""Statements whose block may be printed many times; a macro may be called from a loop."""

_MIDDLES: Final = {"else": ("if", "for"), "elif": ("if",)}
_ENDS: Final = frozenset(f"end{word}" for word in OPENERS)


def opens(tag: Tag) -> bool:
    """Whether the tag begins a block."""
    return tag.word in OPENERS and not (tag.word == "set" and "=" in tag.body)


def deepest(ordered: Iterable[Tag]) -> tuple[Tag | None, int]:
    """The most deeply nested tag and its depth."""
    found: tuple[Tag | None, int] = (None, 0)
    depth = 0
    for tag in ordered:
        if tag.shape not in _SPARED:
            depth += opens(tag) - tag.word.startswith("end")
            found = (tag, depth) if depth > found[1] else found
    return found


def check_blocks(ordered: Iterable[Tag], report: Report, lost: Collection[int]) -> None:
    """Reports blocks that are not closed, closed too often, crossed, or spread over containers.

    ``ordered`` are the tags in the order of the text; ``lost`` the numbers of openers that could not be parsed and are
    reported already.
    """
    stack: list[Tag] = []
    crossed: list[Tag] = []
    for tag in ordered:
        if _LOOP.search(tag.body) and not any(opener.word in REPEATED for opener in stack):
            report(codes.NOT_IN_LOOP, tag)
        if tag.shape in _SPARED:
            continue
        if opens(tag):
            stack.append(tag)
        elif tag.word in _MIDDLES and (not stack or stack[-1].word not in _MIDDLES[tag.word]):
            report(codes.STRAY_BLOCK_END, tag, opener=_written(tag, "if"))
        elif tag.word in _MIDDLES:
            _same_container(stack[-1], tag, report)
        elif tag.word.startswith("end"):
            _close(tag, stack, crossed, report, lost)
    for tag in (tag for tag in stack if tag.number not in lost):
        report(codes.UNCLOSED_BLOCK, tag, closer=_written(tag, "end" + tag.word))


def _written(like: Tag, words: str) -> str:
    return f"{{%{like.scope} {words} %}}"


def check_rows(asked: Iterable[tuple[Tag, Tag, bool]], report: Report) -> None:
    """Reports table rows in a loop over rows that print values, but none of the loop's.

    ``asked`` are the tags that use values there, each with the innermost loop, and whether it uses a loop's value.
    """
    rows: dict[Tree, list[tuple[Tag, Tag, bool]]] = {}
    for tag, opener, is_of_loop in asked:
        first, row = (ancestor(one.node, w("tr")) for one in (opener, tag))
        while row is not None and first is not None and row.getparent() is not first.getparent():
            row = ancestor(row, w("tr"))
        if row is not None and row is not first:
            rows.setdefault(row, []).append((tag, opener, is_of_loop))
    for found in rows.values():
        printed = next(((tag, loop) for tag, loop, _ in found if tag.kind == "{{"), None)
        if printed is not None and not any(is_of_loop for _, _, is_of_loop in found):
            tag, loop = printed
            report(codes.SAME_ROW, tag, loop=loop.raw, loop_place=loop.place, name=loop.rest.partition(" in ")[0])


def _close(tag: Tag, stack: list[Tag], crossed: list[Tag], report: Report, lost: Collection[int]) -> None:
    # A misspelt end (reported when the tag is parsed) counts for the open block.
    word = stack[-1].word if stack and tag.word not in _ENDS else tag.word.removeprefix("end")
    late = [inner for inner in crossed if (inner.word, inner.home, inner.shape) == (word, tag.home, tag.shape)]
    if late:
        crossed.remove(late[-1])
        return
    if not any(opener.word == word for opener in stack):
        if tag.word in _ENDS:
            report(codes.STRAY_BLOCK_END, tag, opener=_written(tag, word))
        return
    while stack[-1].word != word:
        inner = stack.pop()
        crossed.append(inner)
        report(codes.CROSSED, inner, other=tag.raw, other_place=tag.place)
    opener = stack.pop()
    if opener.number not in lost:
        _same_container(opener, tag, report)


def _same_container(opener: Tag, tag: Tag, report: Report) -> None:
    first, last = (ancestor(one.node, names.P) for one in (opener, tag))
    parted = tag.word == "endfilter" and not tag.scope and first is not last
    if opener.home is not tag.home or opener.shape != tag.shape or parted:
        words = {"other": tag.raw, "other_place": tag.place}
        if opener.scope == tag.scope == "tr":
            words["hint"] = "开头和结尾要在同一张表里：一张表拆成两张的，每张各写一对；一行套了内容控件的，去掉控件。"
        report(codes.SPLIT_BLOCK, opener, **words)


_BLANKS: Final = {names.BR, names.CR, names.TAB}


def trim(tags: list[Tag]) -> None:
    """Strips the blanks beside ``{%-`` and ``-%}``, and joins paragraphs where such a statement begins or ends one."""
    lifted = {ancestor(tag.node, names.P) for tag in tags if tag.scope in {"p", "tr", "tc"}}
    for tag in [tag for tag in tags if not tag.scope and tag.node is not None]:
        for asked, before in ((tag.trim_left, True), (tag.trim_right, False)):
            if not (asked and _strip(tag, before=before) and tag.kind == "{%"):
                continue
            paragraph = ancestor(tag.node, names.P)
            neighbour = None if paragraph is None else paragraph.getprevious() if before else paragraph.getnext()
            # A neighbour that a tag is to replace stays apart.
            if paragraph is None or neighbour is None or neighbour.tag != names.P or neighbour in lifted:
                continue
            first, second = (neighbour, paragraph) if before else (paragraph, neighbour)
            first.extend([child for child in second if child.tag != names.P_PR])
            drop(second)


def _strip(tag: Tag, *, before: bool) -> bool:
    """Strips blanks, tabs and line breaks on one side of a tag; returns whether it reached the paragraph's edge."""
    paragraph = ancestor(tag.node, names.P)
    if paragraph is None or tag.node is None:
        return False
    left, sign, right = (tag.node.text or "").partition(tag_mark(tag))
    left, right = (left.rstrip(), right) if before else (left, right.lstrip())
    tag.node.text = left + sign + right
    if left if before else right:
        return False
    for piece in _beside(tag.node, paragraph, before=before):
        if piece.tag == names.T:
            piece.text = (piece.text or "").rstrip() if before else (piece.text or "").lstrip()
            if piece.text:
                return False
        elif piece.tag in _BLANKS and piece.get(w("type")) not in {"page", "column"}:
            drop(piece)
        elif piece.tag != names.R_PR:
            return False
    return True


def _beside(piece: Tree, paragraph: Tree, *, before: bool) -> Iterator[Tree]:
    """The children of runs on one side of a child of a run, from the nearest to the paragraph's edge."""
    yield from list(piece.itersiblings(preceding=before))
    for around in takewhile(lambda one: one is not paragraph, piece.iterancestors()):
        for sibling in around.itersiblings(preceding=before):
            inside = [one for one in own(sibling) if getattr(one.getparent(), "tag", "") == names.R]
            yield from reversed(inside) if before else inside


_VML: Final = "{urn:schemas-microsoft-com:vml}"
_SPID: Final = "{urn:schemas-microsoft-com:office:office}spid"
_ID, _VAL, _NAME, _ANCHOR, _INSTRUCTION = w("id"), w("val"), w("name"), w("anchor"), w("instr")
_LINKING: Final = {w("instrText"), w("fldSimple"), w("hyperlink")}
_WORD: Final = re.compile(r"[\w.-]+")
_Loops = tuple[Tag, ...]


class _Copied(Struct):
    """Elements that copies must renumber, each with the loops around it, outermost first.

    ``marks``: the node of each loop's tag; ``heads``: the list of the first paragraph in each loop, by its number.
    """

    marks: dict[int, Tree] = field(default_factory=dict)
    heads: dict[int, str] = field(default_factory=dict)
    starts: list[tuple[Tree, _Loops]] = field(default_factory=list)
    ends: dict[str, tuple[Tree, _Loops]] = field(default_factory=dict)
    links: list[tuple[Tree, _Loops]] = field(default_factory=list)
    lists: dict[str, list[tuple[Tree, _Loops]]] = field(default_factory=dict)


def number_copies(root: Tree, tags: list[Tag], report: Report) -> None:
    """Makes names and numbers unique in copies: notes, shapes, bookmarks, lists; reports captions of Word's own."""
    for reference in root.iter(*(f"{note}Reference" for note in names.NOTES)):
        if len(reference):
            print_in(tags, reference, _ID, "_note")
    if not any(tag.word in REPEATED for tag in tags):
        return
    _number_shapes(root, tags)
    copied = _survey(root, tags)
    for link, loops in copied.links:
        if keyword(link.get(_INSTRUCTION) or link.text or "") == "SEQ":
            report(codes.WORD_CAPTION, loops[-1])
    turns: dict[int, list[str]] = {}
    _number_bookmarks(copied, tags, turns)
    for key, items in copied.lists.items():
        if (loop := _restarting(key, items, copied.heads)) is not None:
            for item, _ in items:
                print_in(tags, item, _VAL, "_list", quoted(key))
            turns.setdefault(loop.number, []).append(f"list {key}")
    # A tag at each loop announces, in each turn, which bookmarks and lists are copied.
    for at, keys in turns.items():
        turn, mark = engine_tag(tags, "{{", f"({', '.join(map(quoted, keys))},)", "_turn"), copied.marks[at]
        if isinstance(mark.tag, str):
            sign = tag_mark(tags[at])
            mark.text = (mark.text or "").replace(sign, sign + tag_mark(turn))
        else:
            mark.addnext(instruction(turn))


def _number_shapes(root: Tree, tags: list[Tag]) -> None:
    for drawing in root.iter(names.DOC_PR):
        print_in(tags, drawing, "id", "_drawing")
    for shape in root.iter(f"{_VML}*"):
        for key in ("id", _SPID) if shape.tag != f"{_VML}shapetype" else ():
            if shape.get(key):
                print_in(tags, shape, key, "_drawing")
                shape.set(key, f"_x0000_s{shape.get(key)}")
    # Word numbers content controls without a number itself.
    for number in [one for properties in root.iter(w("sdtPr")) for one in properties.findall(_ID)]:
        drop(number)


def _survey(root: Tree, tags: list[Tag]) -> _Copied:
    copied, loops = _Copied(), tuple[Tag, ...]()
    for element in root.iter():
        lifted = tag_at(element, tags)
        marks = (element.text or "").split(SENTINEL)[1::2] if element.tag == names.T else []
        for tag in [tags[int(number)] for number in marks] if lifted is None else [lifted]:
            if tag.word in REPEATED:
                loops = (*loops, tag)
                copied.marks[tag.number] = element
            elif tag.word.removeprefix("end") in REPEATED:
                loops = loops[:-1]
        if element.tag == names.P:
            for loop in loops:
                copied.heads.setdefault(loop.number, value(element, "pPr/numPr/numId"))
        elif element.tag == w("bookmarkStart"):
            copied.starts.append((element, loops))
        elif element.tag == w("bookmarkEnd"):
            copied.ends[str(element.get(_ID))] = (element, loops)
        elif element.tag in _LINKING and loops:
            copied.links.append((element, loops))
        elif element.tag == w("numId"):
            copied.lists.setdefault(str(element.get(_VAL)), []).append((element, loops))
    return copied


def _number_bookmarks(copied: _Copied, tags: list[Tag], turns: dict[int, list[str]]) -> None:
    homes: dict[str, Tag] = {}
    for start, loops in copied.starts:
        name, number = str(start.get(_NAME)), str(start.get(_ID))
        end, others = copied.ends.get(number, (start, ()))
        if loops != others and end is not start:
            # Copies of one end alone would be the same bookmark several times.
            start.addnext(end)
            others = loops
        if loops and loops == others and number.isdecimal():
            homes[name] = loops[-1]
            turns.setdefault(loops[-1].number, []).append(name)
            print_in(tags, start, _NAME, "_bookmark", quoted(name))
            for mark in (start, end):
                print_in(tags, mark, _ID, "_bookmark_id", f"({quoted(name)}, {number})")
    # References inside the loop lead to the bookmark of their own copy.
    for link, loops in copied.links if homes else ():

        def copy_of(found: re.Match[str], loops: _Loops = loops) -> str:
            is_copied = homes.get(found[0]) in loops
            return tag_mark(engine_tag(tags, "{{", quoted(found[0]), "_bookmark")) if is_copied else found[0]

        for key in (_ANCHOR, _INSTRUCTION):
            if key in link.attrib:
                link.set(key, _WORD.sub(copy_of, str(link.get(key))))
        link.text = _WORD.sub(copy_of, link.text or "")


def _restarting(key: str, items: list[tuple[Tree, _Loops]], heads: dict[int, str]) -> Tag | None:
    """The innermost loop that restarts a list each turn: all items are in it, but not its first paragraph."""
    common = [loop for loop in items[0][1] if all(loop in loops for _, loops in items)]
    for loop in reversed(common):
        deeper = any(loops[-1] is not loop for _, loops in items)
        if key != "0" and heads.get(loop.number) != key and (deeper or len(items) > 1):
            return loop
    return None
