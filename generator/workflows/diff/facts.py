"""Compare the facts of two inputs; rows of tables are paired by their names, then by likeness.

The facts are taken from the trees, so that an input with errors can be compared too.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as NamedFields
from typing import Final

from msgspec import Struct, field

from generator.base.diagnostics import shortened
from generator.base.textdiff import align, likeness, longest_increasing
from generator.submission.attachments import EVIDENCE, names_file
from generator.submission.kinds import KindFault, read_kind
from generator.submission.model import moved_path
from generator.template.model import TEXT_LISTS, Field
from generator.workflows.diff.differences import FactChange
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence

OLD: Final = "（旧）"
_NOT_A_FACT: Final = "模板"
_INDICATORS: Final = "指标"
_TEXTS: Final = frozenset({"文字", *TEXT_LISTS})
_NAMES: Final = ("文字", "选项", "段落")
_LONGEST_NAME: Final = 24
_LEAST_ALIKE_ROWS: Final = 0.5
_LEAST_ALIKE_TEXTS: Final = 0.45
_INDICATOR_TEXTS: Final = frozenset({"说明", "原因", "佐证"})


class Facts(Struct):
    """The facts that changed; ``rows`` maps the paths of the older input's rows to those in the newer one."""

    changes: list[FactChange] = field(default_factory=list)
    rows: dict[str, str] = field(default_factory=dict)

    def in_new(self, path: str) -> str:
        """The path in the newer input of a path in the older one; a removed row keeps its number, marked as old."""
        return moved_path(path, self.rows)


class _Place(Struct, frozen=True):
    """The place of a fact: its paths on both sides, its label, its field in the template."""

    old: str
    new: str
    label: str
    field: Field | None

    def below(self, name: str, known: Field | None) -> _Place:
        said = known.label if known is not None else name
        label = f"{self.label}：{said}" if self.label else said
        return _Place(f"{self.old}.{name}".lstrip("."), f"{self.new}.{name}".lstrip("."), label, known)

    @property
    def members(self) -> NamedFields[str, Field]:
        return self.field.members if self.field is not None else {}

    @property
    def is_text(self) -> bool:
        if self.field is not None:
            return self.field.kind in _TEXTS
        return self.new.split(".")[-1].partition("[")[0] in _INDICATOR_TEXTS


def compare_facts(old: Mapping | None, new: Mapping | None, fields: NamedFields[str, Field]) -> Facts:
    """The facts that differ between two trees (None: could not be read), in the order of the newer one.

    ``fields`` are the template's top-level fields by name; empty without a template.
    """
    facts = Facts()
    if old is not None and new is not None:
        for name, was, now in _members(old, new):
            if name != _NOT_A_FACT:
                known = fields.get(name)
                label = known.label if known is not None else ("" if name == _INDICATORS else name)
                _compare(was, now, _Place(name, name, label, known), facts)
    return facts


def _members(old: Mapping, new: Mapping) -> Iterator[tuple[str, Node | None, Node | None]]:
    names = dict.fromkeys([key.text for key in new.keys()] + [key.text for key in old.keys()])
    for name in names:
        yield name, _filled(old.get(name)), _filled(new.get(name))


def _filled(node: Node | None) -> Node | None:
    blank = isinstance(node, Scalar) and not node.has_text
    return None if blank or (isinstance(node, Sequence) and not node.items) else node


def _compare(old: Node | None, new: Node | None, place: _Place, facts: Facts) -> None:
    old, new = _as_list(old, place), _as_list(new, place)
    if old is None and new is None:
        return
    some = new if new is not None else old
    if isinstance(old or some, Mapping) and isinstance(new or some, Mapping):
        _compare_groups(old, new, place, facts)
    elif isinstance(old or some, Sequence) and isinstance(new or some, Sequence):
        before = old.items if isinstance(old, Sequence) else ()
        after = new.items if isinstance(new, Sequence) else ()
        is_table = any(isinstance(item, Mapping) for item in (*before, *after))
        (_compare_rows if is_table else _compare_texts)(before, after, place, facts)
    elif isinstance(old, Scalar) and isinstance(new, Scalar):
        if old.text.strip() != new.text.strip():
            facts.changes.append(_change(old, new, place))
    else:  # of two kinds, or on one side only
        facts.changes += [] if old is None else [_change(old, None, place)]
        facts.changes += [] if new is None else [_change(None, new, place)]


def _as_list(node: Node | None, place: _Place) -> Node | None:
    """Paragraphs that were typed as one text, as the list of its lines; evidence as a list, as short as it can be."""
    if node is not None and place.field is None and place.new.rpartition(".")[2] == EVIDENCE:
        return Sequence(tuple(map(_plain, node.items if isinstance(node, Sequence) else (node,))), node.span)
    is_list = place.field is not None and place.field.kind in TEXT_LISTS
    if is_list and isinstance(node, Scalar):
        lines = [line.strip() for line in node.text.splitlines() if line.strip()]
        return Sequence(tuple(Scalar(line, node.span) for line in lines), node.span)
    return node


def _plain(evidence: Node) -> Node:
    """A title or file that is described, as workbooks do, like one that is only named."""
    (one, *others) = evidence.entries if isinstance(evidence, Mapping) and evidence.entries else (None, None)
    if one is None or others or not isinstance(one.value, Scalar):
        return evidence
    return one.value if (one.key.text == "文件") == names_file(one.value.text) else evidence


def _compare_groups(old: Node | None, new: Node | None, place: _Place, facts: Facts) -> None:
    empty = Mapping((), (new or old).span)  # type: ignore[union-attr]  # one of them is there
    before = old if isinstance(old, Mapping) else empty
    after = new if isinstance(new, Mapping) else empty
    for name, was, now in _members(before, after):
        _compare(was, now, place.below(name, place.members.get(name)), facts)


def _compare_texts(old: tuple[Node, ...], new: tuple[Node, ...], place: _Place, facts: Facts) -> None:
    before, after = [_text_of(node) for node in old], [_text_of(node) for node in new]
    for i, j in align(before, after, (lambda text: text,), likeness, _LEAST_ALIKE_TEXTS):
        one = _numbered(place, i, j, "")
        if i is not None:
            facts.rows[one.old] = one.new or f"{one.old}{OLD}"
        if i is None or j is None or before[i] != after[j]:
            was, now = (old[i] if i is not None else None), (new[j] if j is not None else None)
            facts.changes.append(_change(was, now, one))


def _compare_rows(old: tuple[Node, ...], new: tuple[Node, ...], place: _Place, facts: Facts) -> None:
    first = next(iter(place.members), "")

    def as_group(row: Node) -> Node:
        """A row that was typed as one text, as a group with the table's first column."""
        return row if isinstance(row, Mapping) else Mapping((Entry(Scalar(first, row.span), row),), row.span)

    found = match_rows(old, new, place.members)
    telling = [
        one for one in _columns((*old, *new), place.members) if _tells_apart(old, [one]) and _tells_apart(new, [one])
    ]
    moved = moved_rows(found)
    for at in sorted(set(range(len(old))) - set(found.values())):
        gone = _numbered(place, at, None, _name_of(old[at], place.members, telling))
        facts.rows[gone.old] = f"{gone.old}{OLD}"
        facts.changes.append(_change(old[at], None, gone, is_row=True))
    for j, row in enumerate(new):
        i = found.get(j)
        one = _numbered(place, i, j, _name_of(row, place.members, telling))
        if i is None:
            facts.changes.append(_change(None, row, one, is_row=True))
            continue
        facts.rows[one.old] = one.new
        if j in moved:
            facts.changes.append(
                FactChange("moved", one.new, one.old, one.label, None, None, old[i].span, row.span, is_row=True)
            )
        _compare_groups(as_group(old[i]), as_group(row), one, facts)


def _numbered(place: _Place, i: int | None, j: int | None, name: str) -> _Place:
    """The place of one item, counted from 0; the path is empty on the side that lacks it."""
    old = f"{place.old}[{i + 1}]" if i is not None else ""
    new = f"{place.new}[{j + 1}]" if j is not None else ""
    label = f"{place.label}「{name}」" if name else place.label
    return _Place(old, new, label, place.field)


def _change(old: Node | None, new: Node | None, place: _Place, *, is_row: bool = False) -> FactChange:
    was, now = (_text_of(node) if node is not None else None for node in (old, new))
    return FactChange(
        "added" if old is None else "removed" if new is None else "changed",
        place.new if new is not None else place.old,
        place.old if old is not None else "",
        place.label,
        was,
        now,
        old.span if old is not None else None,
        new.span if new is not None else None,
        was is not None and now is not None and _same_value(was, now, place.field),
        is_row,
        place.is_text,
    )


def _same_value(old: str, new: str, known: Field | None) -> bool:
    if known is None or known.kind in _TEXTS or known.members:
        return False
    try:
        return read_kind(known, old) == read_kind(known, new)
    except KindFault:
        return False


def match_rows(old: tuple[Node, ...], new: tuple[Node, ...], fields: NamedFields[str, Field]) -> dict[int, int]:
    """Maps rows of the newer table to those of the older one, counted from 0.

    Rows are matched by each column of texts whose values are unique, in turn, then by all of them, then by likeness.
    """
    found: dict[int, int] = {}
    columns = _columns((*old, *new), fields)
    for key in [*([column] for column in columns), columns]:
        if _tells_apart(old, key) and _tells_apart(new, key):
            before = {_key(old[at], key): at for at in _others(old, set(found.values()))}
            after = {_key(new[at], key): at for at in _others(new, set(found))}
            found |= {at: before[named] for named, at in after.items() if named and named in before}
    before_left, after_left = _others(old, set(found.values())), _others(new, set(found))
    texts = [_text_of(old[at]) for at in before_left], [_text_of(new[at]) for at in after_left]
    for i, j in align(*texts, (lambda text: text,), likeness, _LEAST_ALIKE_ROWS):
        if i is not None and j is not None:
            found[after_left[j]] = before_left[i]
    return found


def moved_rows(found: dict[int, int]) -> set[int]:
    """The fewest rows of the newer table whose moving explains its order."""
    rows = sorted(found)
    return set(rows) - {rows[at] for at in longest_increasing([found[row] for row in rows])}


def _name_of(row: Node, fields: NamedFields[str, Field], telling: list[str]) -> str:
    """The name of a row: its first text, shortened; texts that tell the rows apart come first."""
    for column in [*telling, *_columns((row,), fields)]:
        text = "".join(_key(row, [column]))
        if text:
            return shortened(text, _LONGEST_NAME)
    return ""


def _text_of(node: Node | None) -> str:
    """All cells of a row with their names: 「项目：…；金额：125.00 万元」."""
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return node.text.strip()
    if isinstance(node, Sequence):
        return "；".join(filter(None, map(_text_of, node.items)))
    parts = ((entry.key.text, _text_of(entry.value)) for entry in node.entries)
    return "，".join(f"{name}：{text}" for name, text in parts if text)


def _columns(rows: tuple[Node, ...], fields: NamedFields[str, Field]) -> list[str]:
    """The columns of texts, in the order of the template; all columns of the rows if none is known."""
    known = [name for name, field in fields.items() if field.kind in _NAMES and field.formula is None]
    if known:
        return known
    keys = (entry.key.text for row in rows if isinstance(row, Mapping) for entry in row.entries)
    return list(dict.fromkeys(keys)) or [""]


def _key(row: Node, columns: list[str]) -> tuple[str, ...]:
    if not isinstance(row, Mapping):
        return (_text_of(row),) if _text_of(row) else ()
    parts = tuple(_text_of(row.get(column)) for column in columns)
    return parts if any(parts) else ()


def _tells_apart(rows: tuple[Node, ...], key: list[str]) -> bool:
    keys = [one for row in rows if (one := _key(row, key))]
    return len(set(keys)) == len(keys)


def _others(rows: tuple[Node, ...], taken: set[int]) -> list[int]:
    return [at for at in range(len(rows)) if at not in taken]
