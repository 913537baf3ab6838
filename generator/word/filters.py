"""The filters of the engine: docxtpl users' everyday ones, and those that the engine itself puts behind a tag."""

from __future__ import annotations

from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from jinja2 import filters as stock
from jinja2.runtime import Undefined

from generator.figures.filters import FILTERS
from generator.word.limiting import MOST_RANGE, check_length, concat, counted, shown
from generator.word.marks import Caption
from generator.word.printing import finalize
from generator.word.rendering import STATE
from generator.word.tables import finish_table, keep_rows
from generator.word.values import BlockValue, RunValue
from generator.word.wording import Printed, UnprintableError, attribute, plain_text, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["all_filters"]

_STOCK_FILTERS: Final = (
    "abs", "capitalize", "count", "d", "default", "first", "groupby", "items", "last", "length", "list",
    "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "sum",
    "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip


def all_filters(callers: Mapping[str, Callable[..., Any]], *, lenient: bool) -> dict[str, Callable[..., Any]]:
    """Every filter by name: Jinja's harmless ones, the printing filters, then the caller's, which win.

    ``lenient``: the printing filters and the caller's make nothing of an undefined value, instead of failing on it.
    """
    stocked = {name: stock.FILTERS[name] for name in _STOCK_FILTERS}
    printing: dict[str, Callable[..., Any]] = {**FILTERS, **callers}
    if lenient:
        printing = {name: _lenient(filter_) for name, filter_ in printing.items()}
    return {**stocked, **_OWN, **printing, **_ENGINE}


def _lenient(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(filter_)
    def lenient(value: Any, *arguments: Any, **named: Any) -> Any:
        return "" if isinstance(value, Undefined) else filter_(value, *arguments, **named)

    return lenient


def _same(value: Any) -> Any:
    """``safe`` and ``e`` of docxtpl: the engine escapes every value, once."""
    return value


def _join(values: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
    """The values one after another, each as it would be printed alone."""
    texts = [text_of(value[attribute] if attribute else value) for value in values]
    check_length(sum(map(len, texts)) + len(texts) * len(separator))
    return separator.join(texts)


def _replace(text: Any, old: str, new: str) -> str:
    plain = text_of(text)
    check_length(plain.count(old) * len(new) + len(plain))
    return plain.replace(old, new)


def _string(value: Any) -> str:
    return text_of(value)


def _to_int(value: Any, default: int = 0) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def _batch(values: Iterable[Any], size: int, fill: Any = None) -> Iterable[Any]:
    if not 1 <= int(size) <= MOST_RANGE:
        raise ValueError(f"每组个数要在 1 至 {MOST_RANGE} 之间")
    return stock.do_batch(list(values), int(size), fill)


def _slice(values: Iterable[Any], slices: int, fill: Any = None) -> Iterable[Any]:
    if not 1 <= int(slices) <= MOST_RANGE:
        raise ValueError(f"组数要在 1 至 {MOST_RANGE} 之间")
    return stock.sync_do_slice(list(values), int(slices), fill)


def _span(value: Any) -> Printed:
    number = str(value)
    if not number.isdecimal() or not 1 <= int(number) <= 63:
        raise UnprintableError(f"colspan 要写 1 至 63 的整数，得到的是「{shown(value)}」")
    return Printed(int(number))


def _colour(value: Any) -> Printed:
    colour = text_of(value).removeprefix("#")
    if (
        colour
        and colour != "auto"
        and not (len(colour) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in colour))
    ):
        raise UnprintableError(f"底色要写六位十六进制数（如 FFFF00），得到的是「{shown(value)}」")
    return Printed(colour or "auto")


def _begins(keys: tuple[Any, ...], number: int) -> bool:
    """Whether a vertically merged group begins: the keys differ from those of the row above."""
    groups = STATE.get().groups
    if groups.get(number) == keys:
        return False
    groups[number] = keys
    return True


def _forget(numbers: Iterable[int]) -> Printed:
    groups = STATE.get().groups
    for number in numbers:
        groups.pop(number, None)
    return Printed()


def _drawing(_: Any) -> Printed:
    """A number that no other drawing of the document has."""
    return Printed(next(STATE.get().drawings))


def _ended(content: str) -> str:
    """The content of a cell, with an empty paragraph at its end where the last one was left out."""
    return content if content.rstrip().endswith(("</w:p>", "<w:p/>")) else content + "<w:p/>"


def _copied(value: Any) -> Any:
    """What stands in the second copy of a text box, for old programs: its captions do not count."""
    return value.copy() if isinstance(value, Caption) else value


def _paragraphs(value: Any, paragraph: str, run: str) -> Printed:
    """``{{p }}``: one paragraph for a text, one each for a list, all in the placeholder's format."""
    if isinstance(value, BlockValue):
        return Printed(value.block_xml(paragraph, run))
    listed = value if isinstance(value, list | tuple) else [value]
    return Printed("".join(f"<w:p>{paragraph}{_run(item, run)}</w:p>" for item in listed))


def _run(value: Any, style: str) -> Printed:
    """``{{r }}``: runs of their own formats, or a text in the placeholder's."""
    if isinstance(value, RunValue):
        return Printed(value.runs_xml(style))
    return Printed(f'<w:r>{style}<w:t xml:space="preserve">{finalize(value)}</w:t></w:r>')


_OWN: Final[dict[str, Callable[..., Any]]] = {
    "batch": _batch,
    "e": _same,
    "escape": _same,
    "int": _to_int,
    "join": _join,
    "replace": _replace,
    "safe": _same,
    "slice": _slice,
    "string": _string,
}

# Names with an underscore are the engine's own: no tag of a layout can use them.
_ENGINE: Final[dict[str, Callable[..., Any]]] = {
    "_attribute": attribute,
    "_concat": concat,
    "_copied": _copied,
    "_counted": counted,
    "_drawing": _drawing,
    "_finished": finish_table,
    "_kept": keep_rows,
    "_begins": _begins,
    "_colour": _colour,
    "_ended": _ended,
    "_forget": _forget,
    "_literal": Fraction,
    "_paragraphs": _paragraphs,
    "_plain": plain_text,
    "_run": _run,
    "_span": _span,
}
