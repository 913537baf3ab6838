"""The Jinja environment of layouts: sandboxed, strict, with an allow-list of filters and functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import partial, wraps
from math import ceil, floor
from typing import Any, Final, cast

from jinja2 import Environment, StrictUndefined, nodes, pass_environment
from jinja2 import filters as stock
from jinja2 import tests as stock_tests
from jinja2.runtime import ChainableUndefined, Context, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment, SandboxedEnvironment
from jinja2.utils import Namespace
from msgspec import Struct

from generator.base.amount import Amount, Placeholder, round_half_up
from generator.base.diagnostics import suggestion
from generator.base.files import Document, Picture
from generator.base.formats import FILTERS, plain
from generator.base.passage import Passage
from generator.base.sandbox import Budget, Sandbox, excerpt
from generator.word.names import SENTINEL
from generator.word.render.charts import ColumnChart
from generator.word.render.cross_references import Caption, Contents, Reference
from generator.word.render.finish import fit_table, keep_rows
from generator.word.render.limits import MOST_RANGE, check_length, combined, concat, exact, kept, small_range
from generator.word.render.state import STATE
from generator.word.render.values import (
    BLOCKS,
    BlockValue,
    Printed,
    PrintedBlock,
    RunValue,
    UnprintableError,
    address,
    attribute,
    content_of,
    document_block,
    field_code,
    finalize,
    finalize_marked,
    passage_of,
    picture_run,
    plain_text,
    run_xml,
    text_of,
)

_AS_THEY_ARE: Final = (
    "abs", "d", "default", "dictsort", "groupby", "items", "map", "max", "min", "reject", "rejectattr", "select",
    "selectattr", "sort", "unique",
)  # fmt: skip
# They work on text: what a block or macro printed is passed to them without markup.
_ON_TEXTS: Final = (
    "capitalize", "count", "first", "last", "length", "list", "lower", "reverse", "title", "trim", "upper",
)  # fmt: skip
_MOST_PLACES: Final = 30
_MOST_DIGITS: Final = 400
_LONGEST_NAME: Final = 32  # Word takes 40 characters; a number is appended
_CUT: Final[dict[str, Callable[[Any], int]]] = {"ceil": ceil, "floor": floor}


def _on_text(filter_: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(filter_)
    def on_text(*arguments: Any, **named: Any) -> Any:
        plain = (content_of(argument) if type(argument) is Printed else argument for argument in arguments)
        return filter_(*plain, **named)

    return on_text


@pass_environment
def _join(environment: Environment, values: Iterable[Any], separator: str = "", attribute: Any = None) -> str:
    """Joins the values as they would be printed."""
    if attribute is not None:
        values = map(stock.make_attrgetter(environment, attribute), values)
    texts, between = [passage_of(value) for value in values], text_of(separator)
    check_length(sum(map(len, texts)) + len(texts) * len(between))
    return Passage.joined(texts, between)


def _replace(text: Any, old: str, new: str, count: int | None = None) -> str:
    before, new = text_of(text), text_of(new)
    check_length(before.count(old) * len(new) + len(before))
    return before.replace(old, new, -1 if count is None else count)


@pass_environment
def _sum(environment: SandboxedEnvironment, values: Iterable[Any], attribute: Any = None, start: Any = 0) -> Any:
    """Adds the values as ``+`` does."""
    total = start
    for value in values if attribute is None else map(stock.make_attrgetter(environment, attribute), values):
        total = environment.call_binop(cast("Any", None), "+", total, value)
    return total


def _round(value: Any, precision: Any = 0, method: str = "common") -> Any:
    """Rounds exact numbers half up, floats as Python does.

    Raises:
        ValueError: The value, the places or the method are invalid.
    """
    if method not in {"common", *_CUT}:
        raise ValueError("round 的办法有 'common'、'ceil'、'floor'")
    places = int(precision)
    if abs(places) > _MOST_PLACES:
        raise ValueError(f"小数位数不能超过 {_MOST_PLACES}")
    if isinstance(value, Placeholder):
        return value
    if isinstance(value, float):
        return round(value, places) if method == "common" else _CUT[method](value * 10**places) / 10**places
    number = exact(value)
    if number is None:
        raise ValueError(f"「{text_of(value)[:20]}」不是数")
    if isinstance(value, int) and places >= 0:
        return value
    scale = Fraction(10) ** places
    result = Fraction(round_half_up(number, places)) if method == "common" else _CUT[method](number * scale) / scale
    return Amount(result, plain(result, max(places, 0)))


def _int(value: Any, default: Any = 0) -> Any:
    try:
        if isinstance(value, str):
            value = Decimal(value.strip())
            # Numbers that would fill the memory are refused.
            return int(value) if value.is_finite() and value.adjusted() < _MOST_DIGITS else default
        return int(value)
    except (TypeError, ValueError, OverflowError, InvalidOperation):
        return default


def _small(number: Any, what: str) -> int:
    if not 1 <= int(number) <= MOST_RANGE:
        raise ValueError(f"{what}要在 1 至 {MOST_RANGE} 之间")
    return int(number)


# By name.
STOCK_FILTERS: Final[dict[str, Callable[..., Any]]] = {
    **{name: stock.FILTERS[name] for name in _AS_THEY_ARE},
    **{name: _on_text(stock.FILTERS[name]) for name in _ON_TEXTS},
    "batch": lambda values, size, fill=None: stock.do_batch(list(values), _small(size, "每组个数"), fill),
    # The engine escapes every value, once.
    **dict.fromkeys(("e", "escape", "safe"), lambda value: value),
    "int": _int,
    "join": _join,
    "replace": _replace,
    "round": _round,
    "slice": lambda values, slices, fill=None: stock.sync_do_slice(list(values), _small(slices, "组数"), fill),
    "string": text_of,
    "sum": _sum,
}


def _lenient(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """The filter, with ``""`` for an undefined value instead of failing."""
    # Jinja passes some filters the environment or the like first.
    place = int(hasattr(filter_, "jinja_pass_arg"))

    @wraps(filter_)
    def lenient(*arguments: Any, **named: Any) -> Any:
        return "" if isinstance(arguments[place], Undefined) else filter_(*arguments, **named)

    return lenient


def _span(value: Any) -> Printed:
    number = str(value)
    if not number.isdecimal() or not 1 <= int(number) <= 63:
        raise UnprintableError(f"colspan 要写 1 至 63 的整数，得到的是「{excerpt(value)}」")
    return Printed(int(number))


def _colour(value: Any) -> Printed:
    colour = text_of(value).removeprefix("#")
    if not re.fullmatch("[0-9a-fA-F]{6}|auto|", colour):
        raise UnprintableError(f"底色要写六位十六进制数（如 FFFF00），得到的是「{excerpt(value)}」")
    return Printed(colour or "auto")


def _begins(keys: tuple[Any, ...], number: int) -> bool:
    """Whether a vertically merged group begins: its keys differ from those of the row above."""
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


# Word uses small numbers for the separators of notes.
_FIRST_NOTE: Final = 10


def _note(_: Any) -> Printed:
    state = STATE.get()
    state.notes += 1
    return Printed(_FIRST_NOTE + state.notes)


def _turn(keys: Iterable[str]) -> Printed:
    """Records that a loop begins the next copy of these bookmarks and lists."""
    state = STATE.get()
    for key in keys:
        state.turns[key] = (state.turns.get(key, (0, 0))[0] + 1, next(state.numbers))
    return Printed()


def _bookmark(name: str) -> Printed:
    turn = STATE.get().turns[name][0]
    return attribute(name if turn == 1 else f"{name[:_LONGEST_NAME]}_{turn}")


def _bookmark_id(named: tuple[str, int]) -> Printed:
    turn, number = STATE.get().turns[named[0]]
    return Printed(named[1] if turn == 1 else number)


def _list(key: str) -> Printed:
    """The number of a list; copies after the first are lists of their own."""
    state = STATE.get()
    turn, number = state.turns[f"list {key}"]
    if turn > 1:
        state.lists[number] = key
    return Printed(key if turn == 1 else number)


def _paragraphs(value: Any, paragraph: str, run: str) -> Printed:
    """``{{p }}``: one paragraph for a text, one each for a list, all in the placeholder's format."""
    if isinstance(value, Document):
        return PrintedBlock(document_block(value, paragraph, run))
    if isinstance(value, BlockValue):
        return PrintedBlock(value.block_xml(paragraph, run))
    if type(value) is Printed and (not value or value.startswith(BLOCKS)):
        return PrintedBlock(value)
    listed = value if isinstance(value, list | tuple) else [value]
    return PrintedBlock("".join(f"<w:p>{paragraph}{_run(item, run)}</w:p>" for item in listed))


def _run(value: Any, style: str) -> Printed:
    """``{{r }}``: runs of their own formats, or a text in the placeholder's."""
    if isinstance(value, Picture):
        return Printed(picture_run(value, style))
    if isinstance(value, RunValue):
        return Printed(value.runs_xml(style))
    return Printed(run_xml(finalize_marked(value), style))


# Names with an underscore are internal: no tag can use them.
_ENGINE: Final[dict[str, Callable[..., Any]]] = {
    "_address": address,
    "_attribute": attribute,
    "_concat": concat,
    "_content": content_of,
    # In the second copy of a text box, for old programs, captions do not count.
    "_copied": lambda value: value.copy() if isinstance(value, Caption) else value,
    # A unique number.
    "_drawing": lambda _: Printed(next(STATE.get().drawings)),
    "_finished": partial(fit_table, by_cells=False),
    "_kept": keep_rows,
    "_begins": _begins,
    "_bookmark": _bookmark,
    "_bookmark_id": _bookmark_id,
    "_code": field_code,
    "_colour": _colour,
    "_columns": partial(fit_table, by_cells=True),
    # A cell whose last paragraph was left out gets an empty one.
    "_ended": lambda text: text if text.rstrip().endswith(("</w:p>", "<w:p/>")) else text + "<w:p/>",
    "_forget": _forget,
    "_list": _list,
    "_note": _note,
    "_turn": _turn,
    # A number literal of a layout: exact, and printed as written.
    "_literal": lambda written: Amount(Fraction(written), written),
    "_paragraphs": _paragraphs,
    "_plain": plain_text,
    "_run": _run,
    "_short": kept,
    "_span": _span,
    "_text": lambda value: Printed(finalize(value)),
}


class _Function(Struct, frozen=True):
    """A function for tags: its parameters by their names in tags, the first ``needed`` of them required."""

    make: Callable[..., Any]
    parameters: dict[str, str]
    needed: int


_CHART: Final = {
    "数据": "rows", "类别": "category", "数值": "values", "标题": "title", "宽": "width", "高": "height",
    "横向": "flat", "形式": "format", "说明": "description",
}  # fmt: skip
_KNOWN: Final = {
    "柱形图": _Function(ColumnChart, _CHART, 3),
    "题注": _Function(Caption, {"名称": "name", "标签": "label", "按章": "by_chapter"}, 1),
    "见": _Function(Reference, {"名称": "name"}, 1),
    "目录": _Function(Contents, {"级": "levels", "页码": "pages"}, 0),
}


def complaint(call: nodes.Call) -> tuple[str, str]:
    """What is wrong with the arguments of a call, and how to mend it; blanks if nothing is."""
    name = _called(call)
    if not name or call.dyn_args is not None or call.dyn_kwargs is not None:
        return "", ""
    return _wrong(name, len(call.args), [named.key for named in call.kwargs])


def named_in(call: nodes.Call) -> tuple[str, str | None]:
    """The function of layouts in a call, blank for another one, and its caption's name, None for a computed name."""
    given = [*call.args, *(named.value for named in call.kwargs if named.key == "名称")][:1]
    constant = given[0].value if given and isinstance(given[0], nodes.Const) else None
    return _called(call), constant if isinstance(constant, str) else None


def _called(call: nodes.Call) -> str:
    name = call.node.name if isinstance(call.node, nodes.Name) else ""
    return name if name in _KNOWN else ""


def _wrong(name: str, places: int, named: list[str]) -> tuple[str, str]:
    function = _KNOWN[name]
    for word in named:
        if word not in function.parameters:
            return f"「{name}」没有「{word}」这一项", suggestion(word, function.parameters)
    given = [*list(function.parameters)[:places], *named]
    if places > len(function.parameters) or len(set(given)) < len(given):
        return f"「{name}」的括号里写多了", f"它有：{'、'.join(function.parameters)}。"
    absent = [word for word in list(function.parameters)[: function.needed] if word not in given]
    needed = "、".join(list(function.parameters)[: function.needed])
    return (f"「{name}」没有写「{'」「'.join(absent)}」", f"它要有：{needed}。") if absent else ("", "")


def _caller(name: str) -> Callable[..., Any]:
    function = _KNOWN[name]

    @pass_environment
    def call(environment: Environment, *arguments: Any, **named: Any) -> Any:
        why, mend = _wrong(name, len(arguments), list(named))
        if why:
            raise UnprintableError(why, mend)
        words = dict(zip(function.parameters.values(), arguments, strict=False))
        words |= {function.parameters[word]: value for word, value in named.items()}
        return function.make(**words, **({"filters": environment.filters} if name == "柱形图" else {}))

    return call


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {name: _caller(name) for name in _KNOWN}
"""By the name that tags use."""


LOOP_MEMBERS: Final = (
    "index", "first", "last", "length", "revindex", "index0", "revindex0", "previtem", "nextitem", "depth", "depth0",
    "cycle", "changed",
)  # fmt: skip
_TESTS: Final = (
    "boolean", "defined", "divisibleby", "eq", "equalto", "==", "even", "false", "float", "ge", ">=", "greaterthan",
    "gt", ">", "in", "integer", "iterable", "le", "<=", "lessthan", "lower", "lt", "<", "mapping", "ne", "!=", "none",
    "number", "odd", "sequence", "string", "true", "undefined", "upper",
)  # fmt: skip


class LayoutEnvironment(Sandbox):
    """Jinja for one layout: with its harmless filters, printing filters, and the caller's, which win.

    If ``chainable``, undefined values print nothing.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})
    # The output of macros and blocks must not be escaped again.
    concat = staticmethod(lambda parts: Printed("".join(parts)))
    loop_members = frozenset(LOOP_MEMBERS)

    def __init__(
        self, filters: Mapping[str, Callable[..., Any]], *, chainable: bool, finalize: Callable[[Any], str] = finalize
    ) -> None:
        printing = {**FILTERS, **filters}
        if chainable:
            printing = {name: _lenient(filter_) for name, filter_ in printing.items()}
        super().__init__(
            {**STOCK_FILTERS, **printing, **_ENGINE},
            finalize,
            tests=cast("dict[str, Callable[..., Any]]", {name: stock_tests.TESTS[name] for name in _TESTS}),
            functions={"range": small_range, "namespace": Namespace, **FUNCTIONS},
            block_start_string=f"{SENTINEL}%",
            block_end_string=f"%{SENTINEL}",
            variable_start_string=f"{SENTINEL}{{",
            variable_end_string=f"}}{SENTINEL}",
            comment_start_string=f"{SENTINEL}#",
            comment_end_string=f"#{SENTINEL}",
            keep_trailing_newline=True,
            undefined=ChainableUndefined if chainable else StrictUndefined,
        )

    def budget(self) -> Budget:
        """The budget of the running render."""
        return STATE.get()

    def attribute_of(self, value: Any, name: str) -> Any:
        """Allows public attributes of the caller's values too, such as the year of a date."""
        return ImmutableSandboxedEnvironment.getattr(self, value, name)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Calls a macro or a function of layouts; the output of a macro becomes a value."""
        result = super().call(__context, __obj, *args, **kwargs)
        value = kept(result) if type(result) is Printed else result
        if "caller" not in kwargs or type(value) is Printed:
            return value
        # Jinja writes what ``{% call %}`` returns as it is.
        return cast("Callable[[Any], str]", __self.finalize)(value)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic that stays exact and small."""
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            return super().call_binop(context, operator, left, right)
        return combined(operator, left, right)
