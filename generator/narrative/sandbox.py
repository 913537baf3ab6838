"""The sandbox of narratives: number formats, unknown names with suggestions, kept compiled texts."""

from __future__ import annotations

import marshal
import math
from collections.abc import Iterable, Mapping
from contextlib import suppress
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from functools import lru_cache
from types import CodeType
from typing import Any, Final

from jinja2 import StrictUndefined, Template, Undefined, nodes
from jinja2 import filters as stock
from jinja2.exceptions import UndefinedError

from generator.base import cache
from generator.base.amount import UNDECIDED, Amount, Placeholder
from generator.base.formats import FILTERS, Format, chinese_date, format_filter, plain
from generator.base.passage import Day, Passage, settled
from generator.base.sandbox import Budget, Limits, Sandbox, count_turns

# For all texts of one report together, which could run for hours even if each text is reasonable. A turn of a loop
# counts as often as there are nodes in its body.
LIMITS: Final = Limits(turns=2_000_000, characters=4_000_000, seconds=math.inf)
BUDGET: ContextVar[Budget] = ContextVar("narrative_budget")
"""The budget of the report whose texts are being written in this thread."""
_STOCK = ("default", "first", "last", "length", "map")
_LONGEST = 100_000
_MOST_KEPT = 500


class UnknownRow(UndefinedError):
    """A row that a table does not have."""


class UnknownName(UndefinedError):
    """An unknown name, and the names that are known instead."""

    def __init__(self, name: str, there: list[str]) -> None:
        super().__init__(name)
        self.name, self.there = name, there


class _Unknown(StrictUndefined):
    """An undefined name or row: any use raises ``UnknownName`` or ``UnknownRow``."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._undefined_exception = self._fault  # type: ignore[assignment]

    def _fault(self, _message: str) -> UndefinedError:
        if isinstance(self._undefined_obj, list) and str(self._undefined_name).isdigit():
            return UnknownRow(f"没有第 {self._undefined_name} 行")
        there = [str(key) for key in self._undefined_obj] if isinstance(self._undefined_obj, Mapping) else []
        return UnknownName(str(self._undefined_name), there)


def _printed(value: object) -> str:
    """The text of a value: a figure's own, a bare number in full, a date as 2021年12月31日, nothing for a blank."""
    if isinstance(value, str):
        return value
    if value is None or type(value) is Undefined:  # the latter: an inline condition without else
        return ""
    if isinstance(value, int | _Unknown):
        return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(value)
    if isinstance(value, date):
        text = chinese_date(value)
        return Passage.of(text, value.origin) if isinstance(value, Day) else text
    if isinstance(value, Amount):
        return Passage.of(value.text, value.origin)
    if isinstance(value, Fraction):
        return plain(value)
    raise ValueError("引用的是一组值，不是一个值")


def _joined(values: Iterable[object], between: str = "") -> str:
    """Joins the values; stops early, since joins within joins could grow without end."""
    parts: list[str] = []
    room = _LONGEST
    for value in values:
        parts.append(_printed(value))
        room -= len(parts[-1]) + len(between)
        if room < 0:
            raise ValueError(f"写出的文字超过了 {_LONGEST} 字")
    return Passage.joined(parts, between)


def _sign(left: Fraction, right: Fraction) -> str:
    """＜, = or ＞ between two figures."""
    if isinstance(left, Placeholder) or isinstance(right, Placeholder):
        return UNDECIDED
    return "＜" if left < right else "=" if left == right else "＞"


Chain = tuple[str, ...]
Ready = tuple[Template, tuple[Chain, ...]]
_Kept = dict[str, tuple[bytes, tuple[Chain, ...]]]


class Narratives(Sandbox):
    """The sandbox; ``ready`` keeps compiled texts for the next report of the template.

    Rendered texts remember where their parts come from. The template's own texts are kept for the next process under a
    key of the number formats.
    """

    loop_members = frozenset(("index", "first", "last", "length"))

    def __init__(self, formats: tuple[tuple[str, Format], ...]) -> None:
        own = {"join": _joined, "比较号": _sign, **{name: format_filter(one) for name, one in formats}}
        filters = {**{name: stock.FILTERS[name] for name in _STOCK}, **FILTERS, **own}
        super().__init__(filters, _printed, undefined=_Unknown)
        self.ready: dict[tuple[str, bool], Ready] = {}
        self._key = cache.key_of("texts", formats)
        self._kept: _Kept = cache.load(self._key, _Kept) or {}
        self._is_new = False

    @staticmethod
    def concat(parts: Iterable[str]) -> str:
        """Joins the parts of a text."""
        return settled(Passage.joined(BUDGET.get().write(parts)))

    def budget(self) -> Budget:
        """The budget of the report whose texts are being rendered."""
        return BUDGET.get()

    def recalled(self, text: str) -> Ready | None:
        """A template's text that an earlier process compiled."""
        if text not in self._kept:
            return None
        code, chains = self._kept[text]
        return self.template_of(marshal.loads(code)), chains  # noqa: S302 - sealed by this user's program

    def made(self, text: str, tree: nodes.Template, chains: tuple[Chain, ...], *, trusted: bool) -> Ready:
        """Compiles a text from its tree, which it modifies."""
        for loop in list(tree.find_all(nodes.For)):
            count_turns(loop, sum(1 for _ in loop.find_all(nodes.Node)))
        code: CodeType = self.compile(tree)
        if trusted:
            self._kept[text] = marshal.dumps(code), chains
            self._is_new = True
        return self.template_of(code), chains

    def written(self, template: Template, names: dict[str, object], budget: Budget) -> str:
        """As ``template.render``, without copying the names for each text, and within the budget."""
        token = BUDGET.set(budget)
        try:
            return self.concat(template.root_render_func(template.new_context(names, shared=True)))
        finally:
            BUDGET.reset(token)

    def keep(self) -> None:
        """Keeps newly compiled texts for the next process."""
        if self._is_new:
            cache.store(self._key, dict(list(self._kept.items())[-_MOST_KEPT:]))
        self._is_new = False

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A member by name, or a row by its number from 1, as in messages, traces and case files."""
        place = argument - 1 if isinstance(argument, int) and isinstance(obj, list | tuple | str) else argument
        if not isinstance(place, int) or place >= 0:
            with suppress(TypeError, LookupError):
                return obj[place]
        return self.undefined(obj=obj, name=str(argument))


@lru_cache(maxsize=32)
def environment_of(formats: tuple[tuple[str, Format], ...]) -> Narratives:
    """The sandbox for a template's number formats."""
    return Narratives(formats)


_KINDS = {
    "Call": "调用",
    "For": "循环",
    "Concat": "拼接",
    "Assign": "赋值",
    "AssignBlock": "赋值",
    "Include": "引入其他文件",
    "Import": "引入其他文件",
    "FromImport": "引入其他文件",
    "Extends": "引入其他文件",
    **dict.fromkeys(("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow", "Pos"), "运算"),
    **dict.fromkeys(("List", "Tuple", "Dict", "Slice"), "列表"),
}


def what_is(node: nodes.Node) -> str:
    """The kind of a refused construct, in Chinese."""
    return _KINDS.get(type(node).__name__, "这种标记")
