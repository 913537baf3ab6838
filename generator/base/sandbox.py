"""The Jinja sandbox of narratives and layouts: one scanner of tags, one allow-list, one budget, errors in Chinese."""

from __future__ import annotations

import re
import reprlib
import time
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from types import CodeType
from typing import Any, ClassVar, Final

from jinja2 import Template, TemplateError, nodes, pass_environment
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from msgspec import Struct, field

CLOSERS: Final = {"{{": "}}", "{%": "%}", "{#": "#}"}
OPENER = re.compile(r"\{[{%#]")


def has_tags(text: str) -> bool:
    """Whether something in a text may be a tag; few texts have so much as a brace."""
    return "{" in text and OPENER.search(text) is not None


def tag_spans(text: str, at: int = 0) -> Iterator[tuple[int, int]]:
    """Where tags start and end; an end of -1 for one that is never closed."""
    ends: dict[str, int] = {}
    opener = OPENER.search(text, at)
    while opener:
        start = opener.start()
        closer = ends.get(opener.group(), 0)
        # A closer that was found, or not found, is searched for once: else many openers cost the square of the text.
        if 0 <= closer < start + 2:
            closer = ends[opener.group()] = text.find(CLOSERS[opener.group()], start + 2)
        following = OPENER.search(text, start + 2)
        # A comment may hold tags; in anything else an opener before the closer means that the closer was forgotten.
        forgotten = opener.group() != "{#" and following is not None and following.start() < closer
        end = -1 if closer < 0 or forgotten else closer + 2
        yield start, end
        opener = OPENER.search(text, end) if end > 0 else following


def whole_tags(text: str) -> list[tuple[int, int]]:
    """Where the tags that are closed start and end."""
    return [(start, end) for start, end in tag_spans(text) if end > 0] if "{" in text else []


def blanked(text: str, sign: str) -> str:
    """The text with each character of its tags replaced by a sign."""
    for start, end in whole_tags(text):
        text = text[:start] + sign * (end - start) + text[end:]
    return text


MOST_TAGS: Final = 20_000
"""How many tags one part of a layout, or all texts of one report, may have."""
COUNTED: Final = "_counted"
"""The name of the filter that counts the turns of a loop; no text can use it, for its underscore."""
_MOST_SHOWN: Final = 20


class TooMuchError(Exception):
    """A text or layout asks for more than a report can need."""


FAULTS: Final = (TemplateError, TooMuchError, ValueError, TypeError, ArithmeticError, RecursionError)
"""What a text may raise when it is written out."""


class Limits(Struct, frozen=True):
    """How much may be done: turns of loops, calls of macros, characters put together and printed, seconds."""

    turns: int = 5_000_000
    calls: int = 300_000
    made: int = 256 * 1024 * 1024
    characters: int = 512 * 1024 * 1024
    seconds: float = 120.0


class Budget(Struct):
    """What is left of the limits. Each method takes something and raises ``TooMuchError`` when nothing is left."""

    limits: Limits = field(default_factory=Limits)
    _turns: int = 0
    _calls: int = 0
    _made: int = 0
    _written: int = 0
    _end: float = 0.0

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.limits.seconds

    def turn(self, times: int, weight: int = 1) -> None:
        """Takes the turns of a loop before it starts, each as heavy as its body."""
        self._turns += times * weight
        if self._turns > self.limits.turns:
            raise TooMuchError(f"循环超过 {self.limits.turns} 次" if weight == 1 else "循环的次数太多")
        self._check_time()

    def call(self) -> None:
        """Takes the call of a macro or function."""
        self._calls += 1
        if self._calls > self.limits.calls:
            raise TooMuchError(f"调用超过 {self.limits.calls} 次")

    def make(self, length: int) -> None:
        """Takes the length of a text or list that is put together from others."""
        self._made += length
        if self._made > self.limits.made:
            raise TooMuchError("拼接出的文字太长")

    def printed(self, size: int) -> None:
        """Checks how much of a part has been printed so far."""
        if size > self.limits.characters:
            raise TooMuchError(f"文档超过 {self.limits.characters:,} 个字符")
        self._check_time()

    def write(self, parts: Iterable[str]) -> Iterator[str]:
        """Passes the parts of a text on, their characters taken as they come; an empty part takes one."""
        most = self.limits.characters
        for part in parts:
            self._written += len(part) or 1
            if self._written > most:
                raise TooMuchError("写出的文字太长")
            yield part

    def _check_time(self) -> None:
        if time.monotonic() > self._end:
            raise TooMuchError(f"用时超过 {self.limits.seconds:.0f} 秒")


class _Generator(CodeGenerator):
    """Writes what Jinja writes, less two things.

    Filters are not run while a text is compiled, where no limit watches them; and what ``finalize`` gives is text
    already and needs no ``str()``.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData | nodes.Const):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:  # noqa: ARG002 - Jinja's signature
        self.write("(environment.finalize(")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja on data only: members of mappings, what a loop tells of itself, listed filters, tests and functions.

    Check a tree with ``refused`` before it is compiled, and count its loops: ``count_loops``.

    Args:
        filters: All filters that texts may use, by name.
        finalize: Makes a text of a printed value.
        tests: All tests, by name.
        functions: All functions that texts may call, by name.
        settings: Delimiters and the like, for Jinja.
    """

    code_generator_class = _Generator
    loop_members: ClassVar[frozenset[str]]

    def __init__(
        self,
        filters: Mapping[str, Callable[..., Any]],
        finalize: Callable[[Any], str],
        *,
        tests: Mapping[str, Callable[..., Any]] | None = None,
        functions: Mapping[str, Callable[..., Any]] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(finalize=finalize, autoescape=False, optimized=False, cache_size=0, **settings)
        self.filters = {**filters, COUNTED: counted}
        self.tests = dict(tests or {})
        self.globals = dict(functions or {})

    @abstractmethod
    def budget(self) -> Budget:
        """The budget of what is being written out in this thread."""

    def template_of(self, code: CodeType) -> Template:
        """A compiled text, ready to be written out."""
        return Template.from_code(self, code, self.make_globals(None))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute``: a member of a mapping, or what a loop tells of itself.

        Names that begin with an underscore were refused before the text was compiled.
        """
        kind = type(obj)
        if kind is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        if kind is LoopContext:
            told = attribute in self.loop_members
            return getattr(obj, attribute, None) if told else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        return obj[attribute] if isinstance(obj, Mapping) and attribute in obj else self.attribute_of(obj, attribute)

    def attribute_of(self, value: Any, name: str) -> Any:
        """What ``value.name`` is if it is no member of a mapping: undefined, whatever attributes Python knows."""
        return self.undefined(obj=value, name=name)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Calls a macro or a function, and counts it."""
        __self.budget().call()
        return super().call(__context, __obj, *args, **kwargs)

    def is_safe_callable(self, obj: Any) -> bool:
        """Only macros, the listed functions and what a loop offers; no method of a value."""
        if isinstance(obj, Macro | LoopContext | Undefined):
            return True
        return isinstance(getattr(obj, "__self__", None), LoopContext) or any(
            obj is known for known in self.globals.values()
        )


@pass_environment
def counted(environment: Sandbox, values: Any, weight: int = 1) -> Any:
    """What a loop goes over, its turns counted before it starts.

    Raises:
        TypeError: It is nothing that a loop can go over.
        TooMuchError: It has too many turns.
    """
    if isinstance(values, Undefined):
        return values
    if not isinstance(values, Iterable):
        raise TypeError(f"「{shown(values)}」不是一列值，不能逐项循环")
    budget = environment.budget()
    listed = values if isinstance(values, list | tuple) else list(islice(values, budget.limits.turns + 1))
    budget.turn(len(listed), weight)
    return listed


def count_loops(tree: nodes.Template, *, weighted: bool = False) -> nodes.Template:
    """The tree with every loop counted; ``weighted``: by the number of nodes in it."""
    for loop in list(tree.find_all(nodes.For)):
        weight = [nodes.Const(sum(1 for _ in loop.find_all(nodes.Node)))] if weighted else []
        loop.iter = nodes.Filter(loop.iter, COUNTED, weight, [], None, None, lineno=loop.lineno)
    return tree


def shown(value: object) -> str:
    """The beginning of a value, for messages."""
    # Lists in lists in lists have a text that outgrows all memory; only their beginning is looked at.
    holds = isinstance(value, Iterable) and not isinstance(value, str | Undefined)
    text = reprlib.repr(value) if holds else str(value)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def refused(tree: nodes.Template, allowed: tuple[type[nodes.Node], ...]) -> Iterator[tuple[nodes.Node, str]]:
    """The nodes of a tree that are not allowed, each with the name that is at fault or blank.

    Names with a leading underscore, Python's own and the engine's, are never allowed.
    """
    for node in tree.find_all(nodes.Node):
        names = [getattr(node, part, None) for part in ("name", "attr", "key", "target")]
        if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
            names.append(str(node.arg.value))
        private = [name for name in names if isinstance(name, str) and name.startswith("_")]
        yield from ((node, name) for name in private)
        if not private and not isinstance(node, allowed):
            yield node, ""


_SAYINGS: Final = (
    (re.compile(r"No filter named '(.*?)'"), "「| {0}」不是可用的印制形式"),
    (re.compile(r"unexpected end of template", re.IGNORECASE), "没有写完，缺少结尾的「}}」「%}」或「{% endif %}」"),
    (re.compile(r"Encountered unknown tag '(.*?)'"), "没有「{0}」这种标记"),
    (re.compile(r"unexpected char (?:'(.)'|\"(.)\") at"), "有不认识的符号「{0}」"),
    (re.compile(r"(?:got|unexpected) 'end of "), "没有写完"),
    (re.compile(r"(?:got|unexpected) '(.*?)'"), "不应有「{0}」"),
)


def in_chinese(error: Exception) -> str:
    """What went wrong: our own errors are in Chinese already, Jinja's are translated; blank for any other."""
    said = str(getattr(error, "message", None) or error)
    if isinstance(error, SecurityError):
        return "用了不许用的方法"
    if isinstance(error, ZeroDivisionError):
        return "除数为零"
    for pattern, words in _SAYINGS if isinstance(error, TemplateError) else ():
        if match := pattern.search(said):
            return words.replace("{0}", next(filter(None, match.groups()), ""))
    return said if any("\u4e00" <= char <= "\u9fff" for char in said) else ""
