"""What the texts of one report may take together: references to read, steps of loops, characters written.

Each text may be within reason, and all of them run for hours: a loop in a loop in a loop over one table of the input.
"""

from __future__ import annotations

import marshal
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from fractions import Fraction
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

from jinja2 import StrictUndefined, Template, Undefined, nodes, pass_context
from jinja2 import filters as stock
from jinja2.exceptions import UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from generator.base import cache
from generator.base.amount import UNDECIDED, Amount, Placeholder
from generator.base.filters import FILTERS, form_filter
from generator.base.forms import Form, plain
from generator.base.numbers import chinese_date
from generator.base.passage import Day, Passage

if TYPE_CHECKING:
    from jinja2.runtime import Context


COUNTED: Final = "#"
"""The name of the filter that counts the turns of a loop; none that a text could write."""
_MOST_TAGS: Final = 20_000
_MOST_STEPS: Final = 2_000_000
_MOST_CHARACTERS: Final = 4_000_000
_ROOM: ContextVar[Room | None] = ContextVar("room", default=None)


class Room:
    """What is left."""

    def __init__(self) -> None:
        self._tags, self._steps, self._characters = _MOST_TAGS, _MOST_STEPS, _MOST_CHARACTERS

    def has_tags(self, count: int) -> bool:
        """Whether so many references more can be read; then they are."""
        if count > self._tags:
            return False
        self._tags -= count
        return True

    @contextmanager
    def given(self) -> Iterator[None]:
        """What is written within takes from this room."""
        token = _ROOM.set(self)
        try:
            yield
        finally:
            _ROOM.reset(token)

    def step(self, count: int) -> None:
        """Take the steps of a loop before it starts.

        Raises:
            ValueError: There are not so many left.
        """
        self._steps -= count
        if self._steps < 0:
            raise ValueError("循环的次数太多")

    def write(self, parts: Iterable[str]) -> list[str]:
        """The parts, their characters taken as they come; a part without any takes one.

        Raises:
            ValueError: There are no more left.
        """
        written: list[str] = []
        taken = 0
        try:
            for part in parts:
                taken += len(part) or 1
                if taken > self._characters:
                    raise ValueError("写出的文字太长")
                written.append(part)
        finally:
            self._characters -= taken
        return written


def concat(parts: Iterable[str]) -> str:
    """The parts of a text one after the other."""
    room = _ROOM.get()
    return Passage.joined(parts if room is None else room.write(parts))


@pass_context  # so that it is never called while a text is compiled
def counted(_context: Context, values: Any, weight: int) -> Any:
    """What a loop goes over; its turns are counted by how much stands in it."""
    room = _ROOM.get()
    if room is None or isinstance(values, Undefined):
        return values
    listed = list(values)
    room.step(len(listed) * weight)
    return listed


def with_counts(tree: nodes.Template) -> nodes.Template:
    """The tree of a text with every loop counted."""
    for loop in list(tree.find_all(nodes.For)):
        weight = nodes.Const(sum(1 for _ in loop.find_all(nodes.Node)))
        loop.iter = nodes.Filter(loop.iter, COUNTED, [weight], [], None, None)
    return tree


_STOCK = ("default", "first", "last", "length", "map")
_LONGEST = 100_000
_MOST_KEPT = 500


class UnknownName(UndefinedError):
    """A name that stands for nothing, and what there is instead."""

    def __init__(self, name: str, there: list[str]) -> None:
        super().__init__(name)
        self.name, self.there = name, there


class _Unknown(StrictUndefined):
    """An undefined name: whatever is done with it raises, saying which name it is and what there is instead."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._undefined_exception = self._fault  # type: ignore[assignment]

    def _fault(self, _message: str) -> UnknownName:
        there = [str(key) for key in self._undefined_obj] if isinstance(self._undefined_obj, Mapping) else []
        return UnknownName(str(self._undefined_name), there)


def _printed(value: object) -> str:
    """Figures print themselves; a bare number in full, a date as 2021年12月31日; nothing for what was not filled in."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if value is None or type(value) is Undefined:  # the latter: an inline condition without else
        return ""
    if isinstance(value, date):
        text = chinese_date(value)
        return Passage.of(text, value.origin) if isinstance(value, Day) else text
    if isinstance(value, Amount):
        return Passage.of(value.text, value.origin)
    if isinstance(value, str | int | _Unknown):
        return str(value)
    if isinstance(value, Fraction):
        return plain(value)
    raise ValueError("引用的是一组值，不是一个值")


def _joined(values: Iterable[object], between: str = "") -> str:
    """The values one after the other; stops early, since joins within joins could grow without end."""
    parts: list[str] = []
    room = _LONGEST
    for value in values:
        parts.append(_printed(value))
        room -= len(parts[-1]) + len(between)
        if room < 0:
            raise ValueError(f"写出的文字超过了 {_LONGEST} 字")
    return Passage.joined(parts, between)


def _sign(left: Fraction, right: Fraction) -> str:
    """＜, = or ＞: how the first figure stands to the second."""
    if isinstance(left, Placeholder) or isinstance(right, Placeholder):
        return UNDECIDED
    return "＜" if left < right else "=" if left == right else "＞"


Chain = tuple[str, ...]
Ready = tuple[Template, tuple[Chain, ...]]
_Kept = dict[str, tuple[bytes, tuple[Chain, ...]]]


class Sandbox(ImmutableSandboxedEnvironment):
    """The sandbox; ``ready`` keeps what was compiled, so that the next report of the template need not compile it.

    What it writes remembers where its parts come from. The template's own texts are kept for the next process under
    ``key``, the printing forms: the bureau's differ from report to report.
    """

    concat = staticmethod(concat)

    def __init__(self, key: str = "", **settings: Any) -> None:
        super().__init__(**settings)
        self.ready: dict[tuple[str, bool], Ready] = {}
        self._key = key
        self._kept: _Kept = (cache.load(key, _Kept) if key else None) or {}
        self._is_new = False

    def recalled(self, text: str) -> Ready | None:
        """A text of the template that an earlier process compiled."""
        if text not in self._kept:
            return None
        code, chains = self._kept[text]
        return self._template(marshal.loads(code)), chains  # noqa: S302 - sealed by this user's program

    def made(self, text: str, tree: nodes.Template, chains: tuple[Chain, ...], *, trusted: bool) -> Ready:
        """A text compiled from its tree, which is used up."""
        code: CodeType = self.compile(with_counts(tree))
        if trusted:
            self._kept[text] = marshal.dumps(code), chains
            self._is_new = True
        return self._template(code), chains

    def written(self, template: Template, names: dict[str, object]) -> str:
        """What ``template.render`` gives, without a copy of the names for each text."""
        return self.concat(template.root_render_func(template.new_context(names, shared=True)))

    def keep(self) -> None:
        """Keep what has been compiled anew for the next process."""
        if self._key and self._is_new:
            cache.store(self._key, dict(list(self._kept.items())[-_MOST_KEPT:]))
        self._is_new = False

    def _template(self, code: CodeType) -> Template:
        return Template.from_code(self, code, self.make_globals(None))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """A member of a group of values, or the few things that a loop tells of itself."""
        # Data only: no attribute of a Python object can be named, whatever its name.
        if type(obj).__name__ == "LoopContext" and attribute in ("index", "first", "last", "length"):
            return getattr(obj, attribute)
        return self.getitem(obj, attribute) if isinstance(obj, Mapping | Undefined) else self._absent(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """A member by name, or a row by its number, which counts from 1."""
        # 绩效目标[1] is the first row, as in messages, traces and case files.
        place = argument - 1 if isinstance(argument, int) and isinstance(obj, list | tuple | str) else argument
        if isinstance(place, int) and place < 0:
            return self._absent(obj, argument)
        try:
            return obj[place]
        except (TypeError, LookupError):
            return self._absent(obj, argument)

    def _absent(self, obj: Any, name: Any) -> Undefined:
        return self.undefined(obj=obj, name=str(name))


@lru_cache(maxsize=32)
def environment_of(forms: tuple[tuple[str, Form], ...]) -> Sandbox:
    """The sandbox for a template's printing forms, one for each set of forms."""
    environment = Sandbox(cache.key_of("texts", forms), undefined=_Unknown, finalize=_printed, autoescape=False)
    own = {"join": _joined, "比较号": _sign, **{name: form_filter(form) for name, form in forms}}
    environment.filters = {**{name: stock.FILTERS[name] for name in _STOCK}, **FILTERS, **own, COUNTED: counted}
    environment.globals = {}
    return environment


_SAYINGS = (
    (re.compile(r"No filter named '(.*?)'"), "「| {0}」不是可用的印制形式"),
    (re.compile(r"unexpected end of template", re.IGNORECASE), "没有写完，缺少结尾的「}}」「%}」或「{% endif %}」"),
    (re.compile(r"Encountered unknown tag '(.*?)'"), "没有「{0}」这种标记"),
    (re.compile(r"unexpected char '(.*?)' at"), "有不认识的符号「{0}」"),
    (re.compile(r"got 'end of "), "没有写完"),
    (re.compile(r"(?:got|unexpected) '(.*?)'"), "不应有「{0}」"),
)
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


def in_chinese(fault: Exception) -> str:
    """What went wrong; our own errors are Chinese already, the engine's are put in our words."""
    said = str(getattr(fault, "message", None) or fault)
    for pattern, words in _SAYINGS:
        match = pattern.search(said)
        if match:
            return words.replace("{0}", match.group(1)) if match.groups() else words
    return said if any("\u4e00" <= char <= "\u9fff" for char in said) else "所引用的内容不能这样写"


def what_is(node: nodes.Node) -> str:
    """What kind of construct a refused piece of a text is."""
    return _KINDS.get(type(node).__name__, "这种标记")
