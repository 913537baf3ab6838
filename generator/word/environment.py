"""The Jinja environment that layouts run in: sandboxed, strict, with a short list of filters, fast on plain data."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import StrictUndefined, nodes
from jinja2 import filters as stock
from jinja2 import tests as stock_tests
from jinja2.runtime import ChainableUndefined, LoopContext, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.figures.filters import FILTERS
from generator.word.joining import SENTINEL
from generator.word.printing import finalize
from generator.word.rendering import STATE, TooMuchError
from generator.word.tables import finish_table, keep_rows
from generator.word.values import BlockValue, RunValue
from generator.word.wording import Printed, UnprintableError, attribute, plain_text, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["LayoutEnvironment", "join_printed", "limited"]

_MOST_CHARACTERS: Final = 64 * 1024 * 1024
_MOST_RANGE: Final = 100_000
_DICT_METHODS: Final = frozenset({"items", "keys", "values", "get"})
_STOCK_FILTERS: Final = (
    "abs", "capitalize", "count", "d", "default", "first", "groupby", "items", "last", "length", "list",
    "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "select", "selectattr", "sort", "sum",
    "title", "trim", "truncate", "unique", "upper",
)  # fmt: skip
_TESTS: Final = (
    "boolean", "defined", "divisibleby", "eq", "equalto", "==", "even", "false", "ge", ">=", "greaterthan", "gt",
    ">", "in", "integer", "iterable", "le", "<=", "lessthan", "lt", "<", "mapping", "ne", "!=", "none", "number",
    "odd", "sameas", "sequence", "string", "true", "undefined",
)  # fmt: skip
_METHODS: Final = frozenset((
    "startswith", "endswith", "strip", "lstrip", "rstrip", "split", "upper", "lower", "title", "capitalize",
    "isdigit", "isdecimal", "count", "find", "index", "items", "keys", "values", "get", "splitlines",
    "removeprefix", "removesuffix",
))  # fmt: skip


def join_printed(parts: Iterable[str]) -> Printed:
    """What a macro or a block printed, marked so that it is not escaped a second time."""
    return Printed("".join(parts))


class LayoutEnvironment(ImmutableSandboxedEnvironment):
    """Jinja for one layout.

    Args:
        filters: The caller's filters, added to the built-in ones or in place of them.
        chainable: Whether undefined values print as nothing instead of stopping the render.
    """

    intercepted_binops = frozenset({"+", "*", "/", "//", "%", "**"})
    concat = staticmethod(join_printed)

    def __init__(self, filters: Mapping[str, Callable[..., Any]], *, chainable: bool) -> None:
        super().__init__(
            block_start_string=f"{SENTINEL}%",
            block_end_string=f"%{SENTINEL}",
            variable_start_string=f"{SENTINEL}{{",
            variable_end_string=f"}}{SENTINEL}",
            comment_start_string=f"{SENTINEL}#",
            comment_end_string=f"#{SENTINEL}",
            keep_trailing_newline=True,
            undefined=ChainableUndefined if chainable else StrictUndefined,
            finalize=finalize,
            autoescape=False,
            cache_size=0,
        )
        self.filters = (
            {name: stock.FILTERS[name] for name in _STOCK_FILTERS} | _OWN | dict(FILTERS) | dict(filters) | _ENGINE
        )
        self.tests = {name: stock_tests.TESTS[name] for name in _TESTS}
        self.globals = {"range": _range}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute``: the data of plain mappings first, and no more questions asked there.

        Names that begin with an underscore were refused when the layout was compiled.
        """
        kind = type(obj)
        if kind is dict:
            try:
                return obj[attribute]
            except KeyError:
                if attribute in _DICT_METHODS:
                    return getattr(obj, attribute)
                return self.undefined(obj=obj, name=attribute)
        if kind is LoopContext:
            return getattr(obj, attribute, None) if attribute != "environment" else self.undefined(name=attribute)
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call(__self, __context: Any, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Calls a macro or a harmless method, and counts it."""
        STATE.get().call()
        return super().call(__context, __obj, *args, **kwargs)

    def wrap_str_format(self, value: Any) -> None:
        """``str.format`` is not offered at all: a width in it could fill the memory."""

    def is_safe_callable(self, obj: Any) -> bool:
        """Only methods that cannot make much out of little, and what the layout itself defines."""
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str | bytes | Mapping | Sequence):
            return getattr(obj, "__name__", "") in _METHODS
        return super().is_safe_callable(obj)

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic on numbers, exact; adding texts or lists of a sensible length; nothing that explodes."""
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            return super().call_binop(context, operator, left, right)
        if isinstance(left, int | Fraction | Decimal | float) and isinstance(right, int | Fraction | Decimal | float):
            return _ARITHMETIC[operator](_exact(left), _exact(right))
        if operator == "+" and isinstance(left, str) and isinstance(right, str):
            return _concat([left, right])
        if operator == "+" and type(left) is type(right) and isinstance(left, list | tuple):
            _check_length(len(left) + len(right))
            return left + right
        raise TypeError(f"「{_shown(left)}」与「{_shown(right)}」不能用 {operator} 运算")


def _exact(value: Any) -> Fraction:
    if isinstance(value, float):
        raise TypeError(f"小数 {value} 不是准确的数")
    return Fraction(value)


def _shown(value: object) -> str:
    text = str(value)
    return text if len(text) <= 20 else text[:20] + "…"


def _whole(number: Fraction) -> Fraction | int:
    if max(number.numerator.bit_length(), number.denominator.bit_length()) > 4096:
        raise TooMuchError("算出的数太长")
    return number.numerator if number.denominator == 1 else number


_ARITHMETIC: Final[dict[str, Callable[[Fraction, Fraction], Any]]] = {
    "+": lambda left, right: _whole(left + right),
    "-": lambda left, right: _whole(left - right),
    "*": lambda left, right: _whole(left * right),
    "/": lambda left, right: _whole(left / right),
    "//": operator.floordiv,
    "%": operator.mod,
}


def _same(value: Any) -> Any:
    """``safe`` and ``e`` of docxtpl: the engine escapes every value, once."""
    return value


def _join(values: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
    """The values one after another, each as it would be printed alone."""
    texts = [text_of(value[attribute] if attribute else value) for value in values]
    _check_length(sum(map(len, texts)) + len(texts) * len(separator))
    return separator.join(texts)


def _replace(text: Any, old: str, new: str) -> str:
    plain = text_of(text)
    _check_length(plain.count(old) * len(new) + len(plain))
    return plain.replace(old, new)


def _string(value: Any) -> str:
    return text_of(value)


def _to_int(value: Any, default: int = 0) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def _span(value: Any) -> Printed:
    number = str(value)
    if not number.isdecimal() or not 1 <= int(number) <= 63:
        raise UnprintableError(f"colspan 要写 1 至 63 的整数，得到的是「{_shown(value)}」")
    return Printed(int(number))


def _colour(value: Any) -> Printed:
    colour = text_of(value).removeprefix("#")
    if (
        colour
        and colour != "auto"
        and not (len(colour) == 6 and all(digit in "0123456789abcdefABCDEF" for digit in colour))
    ):
        raise UnprintableError(f"底色要写六位十六进制数（如 FFFF00），得到的是「{_shown(value)}」")
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


def _counted(values: Any) -> Any:
    """What a loop goes over, its turns counted before it starts."""
    if isinstance(values, Undefined):
        return values
    if not isinstance(values, Iterable):
        raise TypeError(f"「{_shown(values)}」不是一列值，不能逐项循环")
    state = STATE.get()
    listed = values if isinstance(values, list | tuple) else list(islice(values, state.limits.turns + 1))
    state.turn(len(listed))
    return listed


def _concat(values: Iterable[Any]) -> str:
    """``a ~ b``; what a macro printed stays printed."""
    parts = list(values)
    if any(type(part) is Printed for part in parts):
        return Printed("".join(map(finalize, parts)))
    texts = [text_of(part) for part in parts]
    _check_length(sum(map(len, texts)))
    return "".join(texts)


def _check_length(length: int) -> None:
    if length > _MOST_CHARACTERS:
        raise TooMuchError("拼接出的文字太长")


def _range(*bounds: int) -> range:
    numbers = range(*map(int, bounds))
    if len(numbers) > _MOST_RANGE:
        raise TooMuchError(f"range 超过 {_MOST_RANGE} 个数")
    return numbers


def _batch(values: Iterable[Any], size: int, fill: Any = None) -> Iterable[Any]:
    if not 1 <= int(size) <= _MOST_RANGE:
        raise ValueError(f"每组个数要在 1 至 {_MOST_RANGE} 之间")
    return stock.do_batch(list(values), int(size), fill)


def _slice(values: Iterable[Any], slices: int, fill: Any = None) -> Iterable[Any]:
    if not 1 <= int(slices) <= _MOST_RANGE:
        raise ValueError(f"组数要在 1 至 {_MOST_RANGE} 之间")
    return stock.sync_do_slice(list(values), int(slices), fill)


def limited(tree: nodes.Template, environment: LayoutEnvironment) -> nodes.Template:
    """The tree with every loop counted and every ``~`` watched."""
    for loop in list(tree.find_all(nodes.For)):
        loop.iter = _through(cast("nodes.Expr", loop.iter), "_counted")
    for parent in list(tree.find_all(nodes.Node)):
        for name, value in list(parent.iter_fields()):
            if isinstance(value, list):
                value[:] = [_watched(item) for item in value]
            else:
                setattr(parent, name, _watched(value))
    tree.set_environment(environment)
    return tree


def _watched(value: Any) -> Any:
    return (
        _through(nodes.List(value.nodes, lineno=value.lineno), "_concat") if isinstance(value, nodes.Concat) else value
    )


def _through(node: nodes.Expr, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _ended(content: str) -> str:
    """The content of a cell, with an empty paragraph at its end where the last one was left out."""
    return content if content.rstrip().endswith(("</w:p>", "<w:p/>")) else content + "<w:p/>"


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
    "e": _same, "escape": _same, "safe": _same, "join": _join, "replace": _replace, "string": _string, "int": _to_int,
}  # fmt: skip

# Names with an underscore are the engine's own: no tag of a layout can use them.
_ENGINE: Final[dict[str, Callable[..., Any]]] = {
    "_attribute": attribute,
    "_concat": _concat,
    "_counted": _counted,
    "_drawing": _drawing,
    "_finished": finish_table,
    "_kept": keep_rows,
    "_begins": _begins,
    "_colour": _colour,
    "_ended": _ended,
    "_forget": _forget,
    "_paragraphs": _paragraphs,
    "_plain": plain_text,
    "_run": _run,
    "_span": _span,
}
