"""The Jinja sandbox of narratives and layouts: scanner of tags, allow-list, budget, errors in Chinese."""

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
    """Whether a text may have tags; few texts have any brace."""
    return "{" in text and OPENER.search(text) is not None


def tag_spans(text: str, at: int = 0) -> Iterator[tuple[int, int]]:
    """Start and end of tags; an end of -1 for one that is not closed."""
    ends: dict[str, int] = {}
    opener = OPENER.search(text, at)
    while opener:
        start = opener.start()
        closer = ends.get(opener.group(), 0)
        # Search for each closer once: else many openers take quadratic time.
        if 0 <= closer < start + 2:
            closer = ends[opener.group()] = text.find(CLOSERS[opener.group()], start + 2)
        following = OPENER.search(text, start + 2)
        # Only a comment may contain tags; elsewhere an opener before the closer means that the closer was forgotten.
        forgotten = opener.group() != "{#" and following is not None and following.start() < closer
        end = -1 if closer < 0 or forgotten else closer + 2
        yield start, end
        opener = OPENER.search(text, end) if end > 0 else following


def whole_tags(text: str) -> list[tuple[int, int]]:
    """Start and end of closed tags."""
    return [(start, end) for start, end in tag_spans(text) if end > 0] if "{" in text else []


def blanked(text: str, sign: str) -> str:
    """Replaces each character of its tags by a sign."""
    for start, end in whole_tags(text):
        text = text[:start] + sign * (end - start) + text[end:]
    return text


MOST_TAGS: Final = 20_000
"""How many tags one part of a layout, or all texts of one report, may have."""
COUNTED: Final = "_counted"
"""The filter that counts the turns of a loop; texts cannot use it because of its underscore."""
_MOST_SHOWN: Final = 20


class TooMuchError(Exception):
    """A text or layout asks for more than a report can need."""


FAULTS: Final = (TemplateError, TooMuchError, ValueError, TypeError, ArithmeticError, RecursionError)
"""What a text may raise when it is written out."""


class Limits(Struct, frozen=True):
    """Limits on turns of loops, calls of macros, characters joined and printed, seconds."""

    turns: int = 5_000_000
    calls: int = 300_000
    made: int = 256 * 1024 * 1024
    characters: int = 512 * 1024 * 1024
    seconds: float = 120.0


class Budget(Struct):
    """What was used of the limits. Each method adds to it and raises ``TooMuchError`` beyond a limit."""

    limits: Limits = field(default_factory=Limits)
    _turns: int = 0
    _calls: int = 0
    _made: int = 0
    _written: int = 0
    _end: float = 0.0

    def __post_init__(self) -> None:
        self._end = time.monotonic() + self.limits.seconds

    def turn(self, times: int, weight: int = 1) -> None:
        """Counts the turns of a loop before it starts, weighted by its body."""
        self._turns += times * weight
        if self._turns > self.limits.turns:
            raise TooMuchError(f"循环超过 {self.limits.turns} 次" if weight == 1 else "循环的次数太多")
        self._check_time()

    def call(self) -> None:
        """Counts the call of a macro or function."""
        self._calls += 1
        if self._calls > self.limits.calls:
            raise TooMuchError(f"调用超过 {self.limits.calls} 次")

    def make(self, length: int) -> None:
        """Counts the length of a text or list that is joined from others."""
        self._made += length
        if self._made > self.limits.made:
            raise TooMuchError("拼接出的文字太长")

    def printed(self, size: int) -> None:
        """Checks how much of a part was printed so far."""
        if size > self.limits.characters:
            raise TooMuchError(f"文档超过 {self.limits.characters:,} 个字符")
        self._check_time()

    def write(self, parts: Iterable[str]) -> Iterator[str]:
        """Yields the parts of a text and counts their characters, one for an empty part."""
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
    """Generates Jinja's code, but runs no filters at compile time, beyond any limit, and needs no ``str()``.

    ``finalize`` already returns text.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData | nodes.Const):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:  # noqa: ARG002 - Jinja's signature
        self.write("(environment.finalize(")


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja on data only: members of mappings, some attributes of loops, the given filters, tests and functions.

    Check a tree with ``refused`` and make its loops ``count_turns`` before compiling it. ``finalize`` makes text
    of a printed value; ``settings`` are Jinja's.
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
        """The budget of what this thread is writing out."""

    def template_of(self, code: CodeType) -> Template:
        """A compiled text, ready to be written out."""
        return Template.from_code(self, code, self.make_globals(None))

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute``: a member of a mapping, or an allowed attribute of a loop.

        Names that begin with an underscore were refused before compiling.
        """
        kind = type(obj)
        if kind is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        if kind is LoopContext:
            known = attribute in self.loop_members
            return getattr(obj, attribute, None) if known else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, Undefined):
            return getattr(obj, attribute)
        return obj[attribute] if isinstance(obj, Mapping) and attribute in obj else self.attribute_of(obj, attribute)

    def attribute_of(self, value: Any, name: str) -> Any:
        """``value.name`` if it is no member of a mapping: undefined, whatever its attributes."""
        return self.undefined(obj=value, name=name)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Calls a macro or a function, and counts it."""
        __self.budget().call()
        return super().call(__context, __obj, *args, **kwargs)

    def is_safe_callable(self, obj: Any) -> bool:
        """Only macros, the given functions and methods of loops; no method of a value."""
        if isinstance(obj, Macro | LoopContext | Undefined):
            return True
        return isinstance(getattr(obj, "__self__", None), LoopContext) or any(
            obj is known for known in self.globals.values()
        )


@pass_environment
def counted(environment: Sandbox, values: Any, weight: int = 1) -> Any:
    """The values of a loop, counted before it starts; raises ``TypeError`` if it cannot be iterated."""
    budget = environment.budget()
    if type(values) is list or type(values) is tuple:
        listed = values
    elif isinstance(values, Undefined):
        return values
    elif isinstance(values, Iterable):
        listed = list(islice(values, budget.limits.turns + 1))
    else:
        raise TypeError(f"「{excerpt(values)}」不是一列值，不能逐项循环")
    budget.turn(len(listed), weight)
    return listed


def count_turns(loop: nodes.For, weight: int = 1) -> None:
    """Makes a loop count its turns, each with this weight."""
    loop.iter = nodes.Filter(loop.iter, COUNTED, [nodes.Const(weight)], [], None, None, lineno=loop.lineno)


def excerpt(value: object) -> str:
    """The beginning of a value, for messages."""
    # The text of nested lists may outgrow the memory: print only their beginning.
    holds = isinstance(value, Iterable) and not isinstance(value, str | Undefined)
    text = reprlib.repr(value) if holds else str(value)
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


def refused(tree: nodes.Template, allowed: tuple[type[nodes.Node], ...]) -> Iterator[tuple[nodes.Node, str]]:
    """The nodes of a tree that are not allowed, each with the faulty name or blank.

    Names with a leading underscore (of Python, of Jinja) are never allowed.
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
    """What went wrong: our own errors are in Chinese, Jinja's are translated; blank for others."""
    said = str(getattr(error, "message", None) or error)
    if isinstance(error, SecurityError):
        return "用了不许用的方法"
    if isinstance(error, ZeroDivisionError):
        return "除数为零"
    for pattern, words in _SAYINGS if isinstance(error, TemplateError) else ():
        if match := pattern.search(said):
            return words.replace("{0}", next(filter(None, match.groups()), ""))
    return said if any("\u4e00" <= char <= "\u9fff" for char in said) else ""


_WIDE_SIGNS: Final = "（），。．：；｜＝＋－＊／＞＜！＂＇［］｛｝％"
_MEANT: Final = {
    "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "＝": "==", "、": ",", "丨": "|", "│": "|", "¦": "|",
}  # fmt: skip
_WORDS: Final = {"并且": "and", "而且": "and", "且": "and", "或者": "or", "或": "or", "不": "not", "非": "not"}
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_PERCENT = re.compile(r"\d\s*[%％‰]")
_SPACED_SCOPE = re.compile(r"(p|r)\s+[^\W\d_]")
_CHINESE_WORD = re.compile(rf"(?<!\w)({'|'.join(_WORDS)})(?!\w)")


def mend_syntax(word: str, body: str, otherwise: str = "核对名称、引号、括号和过滤器是否写全。") -> str:
    """Hints for a syntax error in a tag; ``word`` is the first word of a statement, blank for a value."""
    code = _STRING.sub("", body)
    found = [f"「{sign}」写成「{meant}」" for sign, meant in _MEANT.items() if sign in code]
    scope = _SPACED_SCOPE.match(body) if not word else None
    cases = {
        f"「{scope[1] if scope else ''}」要紧跟在「{{{{」之后，中间不能有空格": scope is not None,
        "开头多了一个花括号": not word and body.startswith("{"),
        "「else if」写成「elif」": word == "else" and "if" in body,
        "循环写成「for 行 in 表」": word == "for" and not re.search(r"\sin\s", body),
        "百分数写成小数，如 90% 写成 0.9": _PERCENT.search(code) is not None,
        "引号要成对，这里少了一个": any(sign in code for sign in "'\""),
        "文字放在半角的引号里，不用「」": "「" in code,
    }
    found += [said for said, is_so in cases.items() if is_so]
    # In brackets and after set, = is right.
    if word in {"", "if", "elif"} and _EQUALS.search(re.sub(r"\([^()]*\)", "", code)):
        found.append("判断相等的「=」写成「==」")
    found += [f"「{sign}」写成「{_WORDS[sign]}」" for sign in dict.fromkeys(_CHINESE_WORD.findall(code))]
    wide = [sign for sign in dict.fromkeys(code) if sign in _WIDE_SIGNS and sign not in _MEANT]
    if wide:
        dots = "，名称之间的点也是" if {"。", "．"} & set(wide) else ""
        found.append(f"标记里的标点要用半角{dots}，这里有全角的「{'」「'.join(wide)}」")
    return f"{'；'.join(found)}。" if found else otherwise
