"""The filters of a layout: Jinja's, the printing ones, the caller's, and those that the engine puts behind a tag."""

from __future__ import annotations

from fractions import Fraction
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from jinja2.runtime import Undefined

from generator.base.amount import Amount
from generator.base.document import Document
from generator.base.filters import FILTERS
from generator.base.picture import Picture
from generator.word.running.addresses import address, field_code
from generator.word.running.limiting import concat, counted, kept, shown
from generator.word.running.marks import Caption
from generator.word.running.printing import BLOCKS, finalize
from generator.word.running.rendering import STATE
from generator.word.running.stock_filters import STOCK_FILTERS
from generator.word.running.values import BlockValue, DocumentBlock, PictureRun, RunValue
from generator.word.running.widths import finish_table, keep_rows
from generator.word.running.wording import (
    Printed,
    PrintedBlock,
    UnprintableError,
    attribute,
    content_of,
    plain_text,
    text_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

__all__ = ["all_filters"]


def all_filters(callers: Mapping[str, Callable[..., Any]], *, lenient: bool) -> dict[str, Callable[..., Any]]:
    """Every filter by name: Jinja's harmless ones, the printing filters, then the caller's, which win.

    ``lenient``: the printing filters and the caller's make nothing of an undefined value, instead of failing on it.
    """
    printing: dict[str, Callable[..., Any]] = {**FILTERS, **callers}
    if lenient:
        printing = {name: _lenient(filter_) for name, filter_ in printing.items()}
    return {**STOCK_FILTERS, **printing, **_ENGINE}


def _lenient(filter_: Callable[..., Any]) -> Callable[..., Any]:
    # Jinja gives some of them the environment or the like first.
    place = int(hasattr(filter_, "jinja_pass_arg"))

    @wraps(filter_)
    def lenient(*arguments: Any, **named: Any) -> Any:
        return "" if isinstance(arguments[place], Undefined) else filter_(*arguments, **named)

    return lenient


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


def _literal(written: str) -> Amount:
    """A number of a layout's own: exact, and printed as it is written."""
    return Amount(Fraction(written), written)


def _text(value: Any) -> Printed:
    return Printed(finalize(value))


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
    if isinstance(value, Document):
        value = DocumentBlock(value)
    if isinstance(value, BlockValue):
        return PrintedBlock(value.block_xml(paragraph, run))
    if type(value) is Printed and (not value or value.startswith(BLOCKS)):
        return PrintedBlock(value)
    listed = value if isinstance(value, list | tuple) else [value]
    return PrintedBlock("".join(f"<w:p>{paragraph}{_run(item, run)}</w:p>" for item in listed))


def _run(value: Any, style: str) -> Printed:
    """``{{r }}``: runs of their own formats, or a text in the placeholder's."""
    return _runs(value, style, style)


def _held(value: Any, style: str) -> Printed:
    """``{{ }}`` in a marked print: values that know their origin in marks; any other as in its run."""
    return _runs(value, style, "")


def _runs(value: Any, style: str, around: str) -> Printed:
    """A value as runs; those that bring formats of their own get the one around them."""
    origins = STATE.get().origins
    if origins is not None and (runs := origins.runs(value, style)):
        return Printed(runs)
    if isinstance(value, Picture):
        value = PictureRun(value)
    if isinstance(value, RunValue):
        return Printed(value.runs_xml(around))
    return Printed(f'<w:r>{style}<w:t xml:space="preserve">{finalize(value)}</w:t></w:r>')


# Names with an underscore are the engine's own: no tag of a layout can use them.
_ENGINE: Final[dict[str, Callable[..., Any]]] = {
    "_address": address,
    "_attribute": attribute,
    "_concat": concat,
    "_content": content_of,
    "_copied": _copied,
    "_counted": counted,
    "_drawing": _drawing,
    "_finished": finish_table,
    "_kept": keep_rows,
    "_begins": _begins,
    "_code": field_code,
    "_colour": _colour,
    "_ended": _ended,
    "_forget": _forget,
    "_held": _held,
    "_literal": _literal,
    "_paragraphs": _paragraphs,
    "_plain": plain_text,
    "_run": _run,
    "_short": kept,
    "_span": _span,
    "_text": _text,
}
