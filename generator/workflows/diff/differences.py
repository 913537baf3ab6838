"""The differences between two inputs, as text for people and as data (``jixiao diff --format json``)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct
from msgspec.structs import asdict

from generator.base.diagnostics import Finding, Span, has_errors, shortened
from generator.base.textdiff import word_changes

if TYPE_CHECKING:
    from generator.workflows.diff.side import Side


Both = tuple[str | None, str | None]
"""The old and the new text; None on a side without one."""


class FactChange(Struct, frozen=True):
    """One fact, or one row of a table, that was changed, added, removed or (a row) moved.

    Attributes:
        path: Its path in the newer input; in the older one if it was removed.
        old_path: Its path in the older input; empty if it was added.
        label: Its label in the template; for a fact of a row, with the name of the row.
        old: Its text in the older input; None if it was added or moved.
        new: Its text in the newer input; None if it was removed or moved.
        same_value: Whether only the notation changed (8280.03 万元, 82800300 元).
        is_row: Whether it is a whole row; its text then lists its facts.
        is_text: Whether it is wording rather than a figure, a date or a choice.
    """

    kind: Literal["changed", "added", "removed", "moved"]
    path: str
    old_path: str
    label: str
    old: str | None
    new: str | None
    old_span: Span | None = None
    new_span: Span | None = None
    same_value: bool = False
    is_row: bool = False
    is_text: bool = False


class ValueChange(Struct, frozen=True):
    """A computed value that changed; None on the side without one."""

    path: str
    label: str
    old: str | None
    new: str | None


class Link(Struct, frozen=True):
    """One value on the way from a fact to the total; None on a side without it."""

    name: str
    old: str | None
    new: str | None


class Why(Struct, frozen=True):
    """Why a score changed: the changed facts, and the values from them up to the total, in that order."""

    facts: tuple[Link, ...]
    way: tuple[Link, ...]


class ScoreChange(Struct, frozen=True):
    """One scored indicator whose score, value or weight changed; None on the side that lacks it.

    Attributes:
        path: Its path in the form, names separated by slashes; ``values`` is that of its values.
        level: 1 for the first level.
        why: The facts behind the change; empty for a group, and where the template itself changed.
        by_template: How the template changed it, in Chinese; empty if it did not.
    """

    name: str
    path: str
    level: int
    old: str | None
    new: str | None
    why: tuple[Why, ...] = ()
    by_template: str = ""
    values: str = ""
    reviewed: Both = (None, None)


class TotalChange(Struct, frozen=True):
    """The totals of the two sides."""

    score: Both
    full: Both
    rate: Both
    rating: Both
    reviewed: Both = (None, None)


class TextChange(Struct, frozen=True):
    """A text of the report that changed because figures in it did, not because someone rewrote it."""

    path: str
    old: str
    new: str


class RemarkChange(Struct, frozen=True):
    """A reviewer's remark on an indicator in one round, with its answer, that was added, removed or changed."""

    name: str
    round: int
    old: str | None
    new: str | None


class Differences(Struct, frozen=True):
    """Everything that differs between two inputs; ``remarks`` say, in Chinese, what could not be compared and why."""

    old: Side
    new: Side
    remarks: tuple[str, ...]
    facts: tuple[FactChange, ...]
    total: TotalChange
    gone: tuple[Finding, ...]
    came: tuple[Finding, ...]
    values: tuple[ValueChange, ...] = ()
    scores: tuple[ScoreChange, ...] = ()
    texts: tuple[TextChange, ...] = ()
    remarks_made: tuple[RemarkChange, ...] = ()

    @property
    def is_same(self) -> bool:
        """Whether nothing at all differs."""
        parts = (self.facts, self.values, self.scores, self.gone, self.came, self.texts, self.remarks_made)
        return not any(parts)


FORMAT = 1
"""The version of the format: raised only if a key is removed or changes its meaning."""
_LONG: Final = 30
_AROUND: Final = 10
_MOST_FACTS: Final = 6
_SIGNS: Final = {"changed": "改", "added": "增", "removed": "删", "moved": "移"}
_CHANGES: Final = {"=": "same", "-": "removed", "+": "added"}
_NOT_THERE: Final = "（无）"
_UNKNOWN: Final = "（算不出）"
_TOTAL: Final = "总分"


def as_text(comparison: Differences) -> str:
    """The differences, section by section; one sentence where nothing differs."""
    head = [f"旧：{comparison.old.name}", f"新：{comparison.new.name}"]
    head += [f"说明：{remark}。" for remark in comparison.remarks]
    if comparison.is_same:
        return "\n".join([*head, "", "没有变化。" if not comparison.remarks else "能比较的部分没有变化。"])
    sections = [
        ("事实", [line for change in comparison.facts for line in _fact(change)]),
        (_TOTAL, list(_total(comparison.total))),
        ("得分", [line for change in comparison.scores for line in _score(change)]),
        ("复核", [line for one in comparison.remarks_made for line in _remark(one)]),
        ("计算的数", [f"  {one.path}（{one.label}）  {_change(one.old, one.new)}" for one in comparison.values]),
        ("消失的问题", [_finding(finding) for finding in comparison.gone]),
        ("新出现的问题", [_finding(finding) for finding in comparison.came]),
        ("报告里随之变化的文字", [f"  {one.path}\n    {marked(one.old, one.new)}" for one in comparison.texts]),
    ]
    blocks = ["\n".join(head)]
    for title, lines in sections:
        if lines:
            # Entries are counted; their details are indented further.
            number = sum(not line.startswith("    ") for line in lines)
            count = f"（{number}）" if number > 1 and title != _TOTAL else ""
            blocks.append("\n".join([f"{title}{count}", *lines]))
    return "\n\n".join(blocks)


def marked(old: str, new: str) -> str:
    """A changed text, marked ``[-removed-]`` and ``{+added+}``; long unchanged parts are shortened."""
    parts, pieces = [], word_changes(old, new)
    for at, (sign, text) in enumerate(pieces):
        shown = text.replace("\n", "⏎")
        if sign != "=":
            parts.append(f"[-{shown}-]" if sign == "-" else f"{{+{shown}+}}")
        elif len(shown) <= _LONG:
            parts.append(shown)
        else:
            before = shown[:_AROUND] if at else ""
            behind = shown[-_AROUND:] if at < len(pieces) - 1 else ""
            parts.append(f"{before}…{behind}")
    return "".join(parts)


def _fact(change: FactChange) -> Iterator[str]:
    where = change.path if change.old_path in (change.path, "") else f"{change.old_path} → {change.path}"
    yield f"  {_SIGNS[change.kind]}  {where}  {change.label}".rstrip()
    if change.kind == "changed" and change.is_text:
        yield f"      {marked(change.old or '', change.new or '')}"
    elif change.kind == "changed":
        same = "（写法不同，数值相同）" if change.same_value else ""
        yield f"      {_change(change.old, change.new)}{same}"
    elif change.kind != "moved":
        yield f"      {_cut(change.new if change.new is not None else change.old or '')}"
    places = [f"{word} {span}" for word, span in (("旧", change.old_span), ("新", change.new_span)) if span is not None]
    yield f"      [{'；'.join(places)}]"


def _remark(change: RemarkChange) -> Iterator[str]:
    yield f"  第 {change.round} 轮  {change.name}"
    if change.old is not None:
        yield f"      旧：{_cut(change.old)}"
    yield f"      {'新：' + _cut(change.new) if change.new is not None else '删去'}"


def _change(old: str | None, new: str | None) -> str:
    return " → ".join(_NOT_THERE if text is None else _cut(text) or "（空）" for text in (old, new))


def _cut(text: str) -> str:
    return shortened(text.replace("\n", "⏎"), 4 * _LONG)


def _total(total: TotalChange) -> Iterator[str]:
    if total.score == (None, None):
        return
    named = ((_TOTAL, total.score), ("满分", total.full), ("得分率", total.rate), ("等级", total.rating))
    for name, (old, new) in named:
        if old != new:
            yield f"  {name}  {old or _UNKNOWN} → {new or _UNKNOWN}"
    if total.reviewed[0] != total.reviewed[1]:
        yield f"  复核总分  {_change(*total.reviewed)}"
    if total.score[0] == total.score[1] and total.rating[0] == total.rating[1]:
        yield f"  总分仍为 {total.score[1]}，等级仍为{total.rating[1] or _NOT_THERE}"


def _score(change: ScoreChange) -> Iterator[str]:
    # Not indented by level: that would look like details.
    same, (was, now) = change.old == change.new, change.reviewed
    unchanged = "得分不变，指标值变了" if was == now else "自评得分不变"
    points = f"{change.new}（{unchanged}）" if same else _change(change.old, change.new)
    points += f"，复核得分 {now if was == now else _change(was, now)}" if (was, now) != (None, None) else ""
    yield f"  {change.path.replace('/', ' / ')}  {points}"
    if change.by_template:
        yield f"      模板：{change.by_template}"
    for why in change.why:
        for link in why.facts[:_MOST_FACTS]:
            what = "新增" if link.old is None else "删去" if link.new is None else _change(link.old, link.new)
            yield f"      {link.name} {what}"
        if len(why.facts) > _MOST_FACTS:
            yield f"      …等 {len(why.facts)} 个事实"
        if why.way:
            way = " ⇒ ".join(f"{link.name} {_change(link.old, link.new)}" for link in why.way)
            yield f"      ⇒ {way}"


def _finding(finding: Finding) -> str:
    where = "  ".join(part for part in (str(finding.span), finding.path) if part)
    return f"  {finding.severity.word} {finding.code}  {where}\n    {finding.message}"


def as_data(comparison: Differences) -> dict[str, object]:
    """The differences as lists, mappings and texts; figures are texts, so that no reader makes them floats."""
    return {
        "format": FORMAT,
        "same": comparison.is_same,
        "old": _side_data(comparison.old),
        "new": _side_data(comparison.new),
        "remarks": list(comparison.remarks),
        "facts": [_fact_data(change) for change in comparison.facts],
        "values": [asdict(one) for one in comparison.values],
        "scores": [
            {
                "indicator": one.name,
                "path": one.path,
                "level": one.level,
                "old": one.old,
                "new": one.new,
                "reviewed": {"old": one.reviewed[0], "new": one.reviewed[1]},
                "template": one.by_template or None,
                "why": [{"facts": list(map(asdict, why.facts)), "way": list(map(asdict, why.way))} for why in one.why],
            }
            for one in comparison.scores
        ],
        "total": {name: {"old": old, "new": new} for name, (old, new) in asdict(comparison.total).items()},
        "reviews": [
            {"indicator": one.name, "round": one.round, "old": one.old, "new": one.new}
            for one in comparison.remarks_made
        ],
        "findings": {
            "gone": [finding.as_dict() for finding in comparison.gone],
            "came": [finding.as_dict() for finding in comparison.came],
        },
        "texts": [asdict(one) | {"pieces": _pieces(one.old, one.new)} for one in comparison.texts],
    }


def _side_data(side: Side) -> dict[str, object]:
    return {
        "file": side.name,
        "template": side.template_name,
        "template_version": side.template.version if side.template is not None else None,
        "year": side.year,
        "readable": side.root is not None,
        "scored": side.assessment is not None,
        "errors": sum(has_errors([finding]) for finding in side.findings),
    }


def _fact_data(change: FactChange) -> dict[str, object]:
    return {
        "change": change.kind,
        "path": change.path,
        "old_path": change.old_path,
        "label": change.label,
        "row": change.is_row,
        "old": change.old,
        "new": change.new,
        "same_value": change.same_value,
        "old_place": change.old_span.as_dict() if change.old_span is not None else None,
        "new_place": change.new_span.as_dict() if change.new_span is not None else None,
        "pieces": _pieces(change.old or "", change.new or "") if change.is_text and change.kind == "changed" else None,
    }


def _pieces(old: str, new: str) -> list[dict[str, str]]:
    return [{"change": _CHANGES[piece.sign], "text": piece.text} for piece in word_changes(old, new)]
