"""Tags about the cell they stand in: ``colspan``, ``cellbg``, ``hm``, ``vm``.

A vertically merged cell is written twice, as the first of its group and as a later one, and a condition chooses;
so a row costs one comparison and no more.
"""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Final

from lxml import etree

from generator.word import codes, names
from generator.word.compiling.joining import mark
from generator.word.compiling.lifting import instruction
from generator.word.compiling.tags import Tag
from generator.word.names import Tree, ancestor, w
from generator.word.trees import make

if TYPE_CHECKING:
    from collections.abc import Callable

    from generator.word.compiling.lifting import Report

__all__ = ["CELL_WORDS", "CellTags", "cell_property"]

CELL_WORDS: Final = frozenset({"colspan", "cellbg", "hm", "vm"})

_ORDER: Final = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
    "textDirection", "tcFitText", "vAlign", "hideMark",
)  # fmt: skip


class CellTags:
    """Works the cell tags of one part into its tree."""

    def __init__(self, tags: list[Tag], report: Report) -> None:
        self._tags = tags
        self._report = report
        self._groups: dict[Tree, dict[Tree, list[int]]] = {}

    def apply(self) -> None:
        """Takes every cell tag out of its text and puts what it means into its cell."""
        work: dict[str, Callable[[Tag, Tree], None]] = {
            "colspan": self._span,
            "cellbg": self._fill,
            "hm": self._across,
            "vm": self._down,
        }
        for word in ("colspan", "cellbg", "hm", "vm"):
            for tag in [tag for tag in self._tags if tag.word == word and not tag.scope]:
                cell = None if tag.node is None else ancestor(tag.node, names.TC)
                if cell is None or tag.node is None:
                    self._report(codes.NO_TABLE, tag)
                    continue
                tag.node.text = (tag.node.text or "").replace(mark(tag), "")
                tag.home, tag.shape = cell, ("cell",)
                work[word](tag, cell)
        self._break_groups()

    def _new(self, like: Tag, kind: str, body: str, printer: str = "") -> Tag:
        """A tag of the engine's own, with the place of the one it came from."""
        tag = Tag(
            kind,
            "",
            body,
            like.raw,
            like.place,
            printer=printer,
            number=len(self._tags),
            home=like.home,
            shape=("engine",),
        )
        self._tags.append(tag)
        return tag

    def _span(self, tag: Tag, cell: Tree) -> None:
        value = self._new(tag, "{{", tag.rest, "_span")
        cell_property(cell, "gridSpan").set(w("val"), mark(value))

    def _fill(self, tag: Tag, cell: Tree) -> None:
        value = self._new(tag, "{{", tag.rest, "_colour")
        shade = cell_property(cell, "shd")
        shade.attrib.clear()
        shade.set(w("val"), "clear")
        shade.set(w("color"), "auto")
        shade.set(w("fill"), mark(value))

    def _across(self, tag: Tag, cell: Tree) -> None:
        spanned = cell_property(cell, "gridSpan")
        width = spanned.get(w("val")) or "1"
        if not width.isdecimal():
            self._report(codes.SYNTAX, tag, why="hm 不能与 colspan 写在同一格", mend="删去其中一个。")
            return
        value = self._new(tag, "{{", f"{width} * loop.length")
        spanned.set(w("val"), mark(value))
        cell.addprevious(instruction(self._new(tag, "{%", "if loop.first")))
        cell.addnext(instruction(self._new(tag, "{%", "endif")))

    def _down(self, tag: Tag, cell: Tree) -> None:
        continued = _emptied(cell)
        cell_property(continued, "vMerge").set(w("val"), "continue")
        cell_property(cell, "vMerge").set(w("val"), "restart")
        cell.addprevious(instruction(self._new(tag, "{%", f"if {self._condition(tag, cell)}")))
        cell.addnext(instruction(self._new(tag, "{%", "else")))
        _after(cell).addnext(continued)
        continued.addnext(instruction(self._new(tag, "{%", "endif")))

    def _condition(self, tag: Tag, cell: Tree) -> str:
        """True where a merged group begins: the first turn of the loop, or a value other than in the row above."""
        table, row = ancestor(cell, names.TBL), ancestor(cell, names.TR)
        if not tag.rest or table is None or row is None:
            return "loop.first"
        self._groups.setdefault(table, {}).setdefault(row, []).append(tag.number)
        return f"({tag.rest},) | _begins({tag.number})"

    def _break_groups(self) -> None:
        """A group ends where the table does, or where a row of another kind comes between."""
        for table, rows in self._groups.items():
            known = [number for numbers in rows.values() for number in numbers]
            start = sum(child.tag in {w("tblPr"), w("tblGrid")} for child in table)
            table.insert(start, instruction(self._forget(known)))
            for row in table.iter(names.TR):
                others = [number for number in known if number not in rows.get(row, [])]
                if others and ancestor(row, names.TBL) is table:
                    row.insert(0, instruction(self._forget(others)))

    def _forget(self, numbers: list[int]) -> Tag:
        return self._new(self._tags[numbers[0]], "{{", f"({', '.join(map(str, numbers))},) | _forget")


def _after(cell: Tree) -> Tree:
    following = cell.getnext()
    return cell if following is None else following


def cell_property(cell: Tree, name: str) -> Tree:
    """The cell's property of that name, made in the order the schema asks for if it is not there."""
    properties = cell.find(names.TC_PR)
    if properties is None:
        properties = make(names.TC_PR)
        cell.insert(0, properties)
    found = properties.find(w(name))
    if found is not None:
        return found
    made = make(w(name))
    rank = _ORDER.index(name)
    position = sum(names.local(child) in _ORDER[:rank] for child in properties)
    properties.insert(position, made)
    return made


def _emptied(cell: Tree) -> Tree:
    """A cell with the same properties and one empty paragraph of the same format."""
    empty = make(names.TC)
    properties, paragraph = cell.find(names.TC_PR), cell.find(names.P)
    if properties is not None:
        empty.append(deepcopy(properties))
    blank = etree.SubElement(empty, names.P)
    style = None if paragraph is None else paragraph.find(names.P_PR)
    if style is not None:
        blank.append(deepcopy(style))
    return empty
