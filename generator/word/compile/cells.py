"""Lifts tags of rows, cells, paragraphs and runs to their containers; merged cells, colours, widths.

``{%tr for … %}`` replaces its whole row. In the tree, an instruction ``<?jx number?>`` represents a lifted tag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from itertools import chain
from typing import Final

from lxml import etree

from generator.word import codes, names
from generator.word.compile.tags import Tag, engine_tag, own_block, print_in, tag_mark
from generator.word.names import SENTINEL, XML_SPACE, Tree, ancestor, below, in_columns, own, w
from generator.word.xml import drop_from_run, first_child, insert_ordered, make

Report = Callable[..., None]

TARGET: Final = "jx"
_DECLARATIONS = re.compile(r' xmlns:\w+="[^"]*"')
_CONTAINERS: Final = {"tr": "行", "tc": "单元格", "p": "段落"}
_ALONE_HINTS: Final = {
    "tr": "标记单独占一行：在它的上面或下面另插一行，把标记移过去。",
    "tc": "标记单独占一格：在它的左边或右边另插一格，把标记移过去。",
    "p": "标记单独占一段：在标记的前后按回车，把其余文字分到另一段。",
}
_OBJECTS: Final = {w("drawing"), w("pict"), w("object"), w("footnoteReference"), w("endnoteReference")}


def instruction(tag: Tag) -> Tree:
    """The placeholder node of a tag outside text."""
    return etree.ProcessingInstruction(TARGET, str(tag.number))


def tag_at(node: Tree, tags: list[Tag]) -> Tag | None:
    """The tag whose placeholder a node is; None for elements."""
    return None if isinstance(node.tag, str) else tags[int(node.text or "0")]


def format_of(element: Tree | None, tag: str) -> str:
    """The format of a paragraph or run as XML: its ``w:pPr`` or ``w:rPr``, blank where it has none."""
    found = None if element is None else element.find(tag)
    if found is None:
        return ""
    copy = deepcopy(found)
    for section in copy.findall(w("sectPr")):
        copy.remove(section)
    copy.tail = None
    # The part declares these prefixes at its root.
    return _DECLARATIONS.sub("", etree.tostring(copy, encoding="unicode"))


def lift(tags: Iterable[Tag], report: Report) -> None:
    """Lifts all row, cell, paragraph and run tags, outermost containers first."""
    waiting = [tag for tag in tags if tag.scope and tag.node is not None]
    for scope, element in (("tr", names.TR), ("tc", names.TC), ("p", names.P)):
        groups: dict[Tree, list[Tag]] = {}
        for tag in waiting:
            # Tags in containers that are already replaced were reported there.
            if tag.scope == scope and tag.node is not None and tag.home is None:
                container = ancestor(tag.node, element)
                if container is None:
                    tag.shape = ("nowhere",)
                    report(codes.NO_TABLE, tag)
                else:
                    groups.setdefault(container, []).append(tag)
        for container, members in groups.items():
            _replace(container, members, scope, report)
    for tag in reversed([tag for tag in waiting if tag.scope == "r"]):
        split_run(tag)


def _replace(container: Tree, members: list[Tag], scope: str, report: Report) -> None:
    text = "".join(node.text or "" for node in container.iter(names.T))
    for tag in members:
        text = text.replace(tag_mark(tag), "")
    rest = "其他标记" if SENTINEL in text else text.strip()[:20]
    breaks = (one for one in container.iter(names.BR) if one.get(w("type")) in {"page", "column"})
    if not rest and next(chain(container.iter(*_OBJECTS), breaks), None) is not None:
        rest = "图片、分页符等"
    if rest:
        report(codes.NOT_ALONE, members[0], container=_CONTAINERS[scope], rest=rest, mend=_ALONE_HINTS[scope])
    parent = container.getparent()
    if parent is None:
        return
    for tag in members:
        node = instruction(tag)
        container.addprevious(node)
        tag.home, tag.shape = parent, ("block",)
    if below(container, "pPr/sectPr") is None:
        parent.remove(container)
    else:
        # The paragraph ends a section and stays for its page setup.
        container[:] = container.findall(names.P_PR)


def split_run(tag: Tag) -> None:
    """Splits the run of a tag, with the tag between the two halves."""
    piece = tag.node
    run = None if piece is None else piece.getparent()
    holder = None if run is None else run.getparent()
    if piece is None or run is None or holder is None or tag_mark(tag) not in (piece.text or ""):
        return
    before, _, after = (piece.text or "").partition(tag_mark(tag))
    tag.home, tag.shape = holder, ("run",)
    node, later = instruction(tag), list(piece.itersiblings())
    run.addnext(node)
    if after or later:
        following = make(names.R)
        following.extend(deepcopy(run.findall(names.R_PR)))
        if after:
            rest = etree.SubElement(following, names.T)
            rest.set(XML_SPACE, "preserve")
            rest.text = after
        following.extend(later)
        node.addnext(following)
    piece.text = before
    if not before:
        drop_from_run(piece)


def record_places(root: Tree, tags: list[Tag]) -> None:
    """Records the place of every tag that stayed in text, for the check of blocks."""
    for paragraph in root.iter(names.P):
        for piece in own(paragraph):
            if piece.tag == names.T and SENTINEL in (piece.text or ""):
                for number in (piece.text or "").split(SENTINEL)[1::2]:
                    tag = tags[int(number)]
                    tag.home, tag.node = paragraph.getparent(), piece
                    path = [piece, *piece.iterancestors()]
                    tag.shape = tag.shape or tuple(map(names.local, path[: path.index(paragraph)]))


CELL_WORDS: Final = frozenset({"colspan", "cellbg", "hm", "vm"})

_OF_ROW = re.compile(r"([^\W\d]\w*)\.[\w.]+")

_ORDER: Final = (
    "cnfStyle", "tcW", "gridSpan", "hMerge", "vMerge", "tcBorders", "shd", "noWrap", "tcMar",
    "textDirection", "tcFitText", "vAlign", "hideMark",
)  # fmt: skip


class CellTags:
    """Applies the cell tags of one part to its tree."""

    def __init__(self, tags: list[Tag], report: Report) -> None:
        self._tags = tags
        self._report = report
        self._groups: dict[Tree, dict[Tree, list[int]]] = {}
        self._columns: dict[int, int] = {}
        # The columns of loops that cells print.
        self._printed: dict[Tree | None, list[tuple[Tag, re.Match[str]]]] = {}
        loops = {tag.rest.partition(" in ")[0] for tag in tags if tag.word == "for"}
        for tag in tags if any(tag.word == "vm" for tag in tags) else ():
            path = _OF_ROW.match(tag.body) if tag.kind == "{{" else None
            if path is not None and path[1] in loops:
                self._printed.setdefault(ancestor(tag.node, names.TC), []).append((tag, path))

    def apply(self) -> None:
        """Removes every cell tag from its text and applies it to its cell."""
        for word in ("colspan", "cellbg", "hm", "vm"):
            for tag in [tag for tag in self._tags if tag.word == word and not tag.scope]:
                cell = ancestor(tag.node, names.TC)
                if cell is None or tag.node is None:
                    self._report(codes.NO_TABLE, tag)
                    continue
                tag.node.text = (tag.node.text or "").replace(tag_mark(tag), "")
                tag.home, tag.shape = cell, ("cell",)
                if word == "colspan":
                    print_in(self._tags, cell_property(cell, "gridSpan"), w("val"), "_span", tag.rest, tag)
                elif word == "cellbg":
                    shade = cell_property(cell, "shd")
                    shade.attrib.clear()
                    shade.attrib.update({w("val"): "clear", w("color"): "auto"})
                    print_in(self._tags, shade, w("fill"), "_colour", tag.rest, tag)
                elif word == "hm":
                    self._across(tag, cell)
                else:
                    self._check_merged(tag, cell)
                    self._down(tag, cell)
        # A group ends with its table, or at a row of another kind.
        for table, rows in self._groups.items():
            known = list(dict.fromkeys(number for numbers in rows.values() for number in numbers))
            start = sum(child.tag in {w("tblPr"), w("tblGrid")} for child in table)
            table.insert(start, instruction(self._forget(known)))
            for row in table.iter(names.TR):
                others = [number for number in known if number not in rows.get(row, [])]
                if others and ancestor(row, names.TBL) is table:
                    row.insert(0, instruction(self._forget(others)))

    def _across(self, tag: Tag, cell: Tree) -> None:
        spanned = cell_property(cell, "gridSpan")
        width = spanned.get(w("val")) or "1"
        if not width.isdecimal():
            self._report(codes.SYNTAX, tag, why="hm 不能与 colspan 写在同一格", mend="删去其中一个。")
            return
        print_in(self._tags, spanned, w("val"), "", f"{width} * loop.length", tag)
        cell.addprevious(instruction(engine_tag(self._tags, "{%", "if loop.first", like=tag)))
        cell.addnext(instruction(engine_tag(self._tags, "{%", "endif", like=tag)))

    def _down(self, tag: Tag, cell: Tree) -> None:
        # A cell with the same properties and one empty paragraph of the same format.
        empty = make(names.TC)
        empty.extend(deepcopy(cell.findall(names.TC_PR)))
        etree.SubElement(empty, names.P).extend(deepcopy(cell.findall(f"{names.P}[1]/{names.P_PR}")))
        cell_property(empty, "vMerge").set(w("val"), "continue")
        cell_property(cell, "vMerge").set(w("val"), "restart")
        cell.addprevious(instruction(engine_tag(self._tags, "{%", f"if {self._condition(tag, cell)}", like=tag)))
        cell.addnext(instruction(engine_tag(self._tags, "{%", "else", like=tag)))
        following = cell.getnext()
        (cell if following is None else following).addnext(empty)
        empty.addnext(instruction(engine_tag(self._tags, "{%", "endif", like=tag)))

    def _check_merged(self, tag: Tag, cell: Tree) -> None:
        """Reports values of the loop that a merged cell prints, but that do not decide which rows are merged."""
        keys = [key for one in tag.rest.split(",") if (key := one.strip())]
        for other, path in self._printed.get(cell, ()):
            if path[1] in keys:
                self._report(codes.WHOLE_ROW, tag, value=path[0])
            # 行.一级分值 belongs to 行.一级.
            elif not any(path[0].startswith(key) for key in keys):
                self._report(codes.MERGED_AWAY, other, value=", ".join([*keys, path[0]]))

    def _condition(self, tag: Tag, cell: Tree) -> str:
        """True where a merged group begins: the first turn of the loop, or a value other than in the row above."""
        table, row = ancestor(cell, names.TBL), ancestor(cell, names.TR)
        if not tag.rest or table is None or row is None:
            return "loop.first"
        # All cells of a column form one group, also those outside the loop.
        column = next(at for one, at, _ in in_columns(row, row.iterfind(names.TC)) if one is cell)
        rows = self._groups.setdefault(table, {})
        alike = [number for numbers in rows.values() for number in numbers if self._columns[number] == column]
        self._columns[tag.number] = column
        group = alike[0] if alike else tag.number
        rows.setdefault(row, []).append(group)
        return f"({tag.rest},) | _begins({group})"

    def _forget(self, numbers: list[int]) -> Tag:
        return engine_tag(self._tags, "{{", f"({', '.join(map(str, numbers))},) | _forget", like=self._tags[numbers[0]])


def cell_property(cell: Tree, name: str) -> Tree:
    """The cell's property of that name; adds an empty one where it is missing."""
    properties = first_child(cell, names.TC_PR)
    found = properties.find(w(name))
    if found is None:
        found = make(w(name))
        insert_ordered(properties, found, _ORDER)
    return found


def write_widths(root: Tree) -> None:
    """Gives every cell without a width that of its grid columns."""
    for table in root.iter(names.TBL):
        grid = [str(column.get(w("w"), "")) for column in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}")]
        if not grid or not all(width.isdecimal() for width in grid):
            continue
        for row in table.iterfind(names.TR):
            for cell, at, across in in_columns(row, row.iterfind(names.TC)):
                size = cell_property(cell, "tcW")
                width = sum(map(int, grid[at : at + across]))
                if size.get(w("type")) in {None, "auto", "nil"} and width:
                    size.set(w("w"), str(width))
                    size.set(w("type"), "dxa")


def keep_totals(root: Tree, tags: list[Tag]) -> None:
    """Keeps the last row of a loop on one page with the row behind the loop, mostly a total.

    Word and LibreOffice ask the first paragraph of a row.
    """
    for end in list(root.iter(etree.ProcessingInstruction)):
        tag, row, following = tags[int(end.text or "0")], end.getprevious(), end.getnext()
        if tag.word != "endfor" or row is None or following is None or {row.tag, following.tag} != {names.TR}:
            continue
        first = next((one for one in row.iterfind(f"{names.TC}/*") if one.tag != names.TC_PR), None)
        if first is not None and first.tag == names.P and first.find(f"{names.P_PR}/{w('keepNext')}") is None:
            properties, kept = first_child(first, names.P_PR), make(w("keepNext"))
            properties.insert(int(properties.find(w("pStyle")) is not None), kept)
            kept.addprevious(instruction(engine_tag(tags, "{%", "if loop.last")))
            kept.addnext(instruction(engine_tag(tags, "{%", "endif")))


def watch_tables(root: Tree, tags: list[Tag]) -> None:
    """Wraps tables whose number of columns or rows depends on values in a filter that repairs the printed table."""
    for table in list(root.iter(names.TBL)):
        rows = [row for row in table.iter(names.TR) if ancestor(row, names.TBL) is table]
        lifted = [tag for row in rows for child in row if (tag := tag_at(child, tags)) is not None]
        spans = [str(span.get(w("val"))) for row in rows for span in row.iter(w("gridSpan"))]
        if any(tag.scope == "tc" for tag in lifted):
            printer = "_columns"
        elif any(SENTINEL in span for span in spans):
            printer = "_finished"
        else:
            printer = "" if _has_fixed_row(table, tags) else "_kept"
        if printer:
            start, end = own_block(tags, printer, tags[0] if tags else None)
            table.addprevious(instruction(start))
            table.addnext(instruction(end))


def _has_fixed_row(table: Tree, tags: list[Tag]) -> bool:
    """Whether a row is outside every block."""
    depth = 0
    for child in table:
        tag = tag_at(child, tags)
        if tag is None:
            if depth == 0 and next(child.iter(names.TR), None) is not None:
                return True
        elif tag.kind == "{%":
            depth += -1 if tag.word.startswith("end") else tag.word not in {"else", "elif", "set"}
    return False
