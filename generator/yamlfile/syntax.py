"""Explain libyaml's syntax errors in Chinese, at the place of the mistake rather than where it was noticed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from generator.base.diagnostics import Finding, Span, shortened
from generator.yamlfile import codes
from generator.yamlfile.scan import key_in
from generator.yamlfile.text import Page

_LONGEST_SAMPLE = 20


class Situation(Struct, frozen=True):
    """Where reading broke off: the last scalar's event, and the outermost open bracket with its line from 0."""

    last: Any
    bracket: Span | None
    bracket_line: int


class _Failure(Struct, frozen=True):
    """A parser's error; lines and columns count from 0, in the edited text."""

    page: Page
    situation: Situation
    problem: str
    context: str
    line: int
    column: int
    context_line: int
    context_column: int

    @property
    def text(self) -> str:
        """The edited line of the problem."""
        return self.page.lines[self.line] if self.line < len(self.page.lines) else ""

    @property
    def context_char(self) -> str:
        """The character at which what was being read began."""
        return self.page.lines[self.context_line][self.context_column]

    def here(self, length: int = 1) -> Span:
        return self.page.span(self.line, self.column, length)

    def at_context(self) -> Span:
        return self.page.span(self.context_line, self.context_column)

    def rest(self) -> str:
        """The rest of the line from the problem on."""
        return self.text[self.column :].strip()


def explain(error: Exception, page: Page, situation: Situation) -> Finding:
    """The finding for a syntax error; for any other error, that the text cannot be read as YAML.

    Args:
        error: What ruamel raised.
        page: The page that was being read.
        situation: How far it was read.
    """
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        start = situation.last.start_mark if situation.last is not None else None
        return codes.NOT_YAML.at(page.span(start.line, start.column) if start is not None else Span(page.file))
    context = getattr(error, "context_mark", None) or mark
    failure = _Failure(
        page,
        situation,
        str(getattr(error, "problem", "") or ""),
        str(getattr(error, "context", "") or ""),
        mark.line,
        mark.column,
        context.line,
        context.column,
    )
    explained = (finding for says in _EXPLANATIONS if (finding := says(failure)))
    return next(explained, None) or codes.NOT_YAML.at(failure.here())


def _unsupported(failure: _Failure) -> Finding | None:
    """Directives, anchors, aliases and tags, none of which is supported."""
    context, problem = failure.context, failure.problem
    if "directive" in context or "incompatible YAML" in problem or "directive" in problem:
        return codes.DIRECTIVE.at(failure.at_context())
    for word, kind in (("anchor", "锚点"), ("alias", "别名")):
        if word in context or f"undefined {word}" in problem:
            return codes.REFERENCE.at(failure.at_context(), text=_sample(failure, failure.context_column), kind=kind)
    if "tag" in context or "tag handle" in problem:
        return codes.TAG.at(failure.at_context(), text=_sample(failure, failure.context_column))
    return None


def _quote(failure: _Failure) -> Finding | None:
    """A quote that is not closed takes in what follows, up to the end or to the next quote, where it is noticed."""
    if "end of stream" in failure.problem or "document indicator" in failure.problem:
        return codes.QUOTE.at(failure.at_context(), quote=failure.context_char)
    last = failure.situation.last
    if last is None or last.style not in ("'", '"'):
        return None
    if last.start_mark.line < last.end_mark.line and failure.line in (last.end_mark.line, last.end_mark.line + 1):
        return codes.QUOTE.at(failure.page.span(last.start_mark.line, last.start_mark.column), quote=last.style)
    return None


def _escape(failure: _Failure) -> Finding | None:
    if "quoted scalar" not in failure.context:
        return None
    backslash = failure.text.rfind("\\", 0, failure.column + 1)
    text = failure.text[backslash : backslash + 2]
    return codes.BAD_ESCAPE.at(failure.page.span(failure.line, max(0, backslash), 2), text=text)


def _tab(failure: _Failure) -> Finding | None:
    noticed = "cannot start any token" in failure.problem and failure.text[failure.column : failure.column + 1] == "\t"
    if noticed or "found a tab" in failure.problem:
        return codes.INDENTATION.at(failure.here(), name="制表符（Tab）")
    return None


def _reserved(failure: _Failure) -> Finding | None:
    if "block scalar" in failure.context:
        return codes.RESERVED.at(failure.at_context(), char=failure.context_char)
    kinds = ("cannot start any token", "block sequence entries are not", "mapping keys are not")
    if not any(kind in failure.problem for kind in kinds):
        return None
    start = failure.column - failure.text.startswith("{%", max(0, failure.column - 1))
    span = failure.page.span(failure.line, start, failure.column + 1 - start)
    return codes.RESERVED.at(span, char=failure.text[start : failure.column + 1])


def _colon(failure: _Failure) -> Finding | None:
    if "found unexpected ':'" in failure.problem:
        # In brackets. A time or a web address is no key, nor is what follows another key.
        name = key_in(failure.text[failure.context_column :])
        if name is None or failure.text[: failure.context_column].rstrip().endswith(":"):
            return codes.COLON_IN_VALUE.at(failure.here(), key="备注")
        return codes.COLON_WITHOUT_SPACE.at(failure.here(), key=name)
    if "mapping values are not allowed" not in failure.problem:
        return None
    key, is_behind_key, _ = failure.text[: failure.column].partition(": ")
    if is_behind_key:
        return codes.COLON_IN_VALUE.at(failure.here(), key=key.strip(" -"))
    problem = "这一行像是「键: 值」，却比上一行缩进得更深，而上一行已经有值"
    advice = "同一层的各项左边对齐；如果这一行接着上一行的文字，请把整段文字用英文双引号括起来。"
    text = failure.text.strip()
    span = failure.page.span(failure.line, len(failure.text) - len(failure.text.lstrip()), max(1, len(text)))
    return codes.BAD_LEVEL.at(span, problem=problem, advice=advice)


def _bracket(failure: _Failure) -> Finding | None:
    opened = failure.situation.bracket
    if opened is None:
        if failure.rest()[:1] not in (*"[]{},",) or "node content" not in failure.problem:
            return None
        return codes.BRACKET.at(failure.here(), problem=f"此处不应出现「{_sample(failure, failure.column)}」")
    if failure.rest() and failure.line == failure.situation.bracket_line:
        problem = f"括号里的「{_sample(failure, failure.column)}」处读不下去，前面可能少了逗号，或文字里有冒号"
        return codes.BRACKET.at(failure.here(), problem=problem)
    return codes.BRACKET.at(opened, problem="从这里开始的括号没有配对，或里面的各项之间少了逗号")


def _missing_colon(failure: _Failure) -> Finding | None:
    if "could not find expected ':'" not in failure.problem:
        return None
    span = failure.at_context()
    length = len(failure.page.lines[failure.context_line].rstrip()) - failure.context_column
    span = Span(span.file, span.line, span.column, max(1, length))
    problem = "这一行应是「键: 值」，却没有找到半角冒号加空格"
    advice = "在键后加上半角冒号和一个空格；如果这一行接着上一行的文字，请比上一行的键多缩进两格。"
    return codes.BAD_LEVEL.at(span, problem=problem, advice=advice)


def _level(failure: _Failure) -> Finding | None:
    if not any(f"did not find expected {what}" in failure.problem for what in ("key", "'-'", "<document start>")):
        return None
    if failure.rest().startswith(":") and failure.text[: failure.column].strip()[-1:] in ("'", '"'):
        return codes.COLON_WITHOUT_SPACE.at(failure.here(), key=failure.text[: failure.column].strip())
    if failure.text[: failure.column].strip():
        return codes.TRAILING_TEXT.at(failure.here(len(failure.rest())), text=_sample(failure, failure.column))
    wanted = "列表项（以「- 」开头）" if "'-'" in failure.problem else "「键: 值」"
    problem = f"这一行与上面各行都没有对齐，此处应是上面某一层的{wanted}"
    advice = "同一层的各项左边对齐，下一层比上一层多缩进两格；列表项都以「- 」开头。"
    return codes.BAD_LEVEL.at(failure.here(len(failure.rest())), problem=problem, advice=advice)


def _sample(failure: _Failure, column: int) -> str:
    return shortened(failure.text[column:].strip(), _LONGEST_SAMPLE)


# The first that recognizes the error explains it. Quotes first: an open one causes errors further down.
_EXPLANATIONS: tuple[Callable[[_Failure], Finding | None], ...] = (
    _unsupported,
    _quote,
    _escape,
    _tab,
    _reserved,
    _colon,
    _bracket,
    _missing_colon,
    _level,
)
