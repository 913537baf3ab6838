"""Explains a failed render: renders again without stopping and reports every wrong value at its tag."""

from __future__ import annotations

import functools
import inspect
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from types import FrameType
from typing import TYPE_CHECKING, Any, ClassVar, Final, cast

from jinja2 import Template
from jinja2.runtime import ChainableUndefined, Undefined

from generator.base.diagnostics import Code, Finding, Span, suggestion
from generator.base.sandbox import TooMuchError, in_chinese
from generator.word import codes
from generator.word.compile import Built, Options
from generator.word.render.cross_references import mark_faults
from generator.word.render.environment import LayoutEnvironment
from generator.word.render.limits import limited
from generator.word.render.state import STATE, Mark, Rendering
from generator.word.render.values import UnprintableError, finalize

if TYPE_CHECKING:
    from generator.word.compile.stages import PartSource


_MOST_STOPS: Final = 100
_ENDLESS: Final = (TooMuchError, RecursionError, MemoryError)


class _Reporter:
    """Collects findings, each at the tag of the current template line."""

    def __init__(self, span: Span, mapping: Mapping[str, Any]) -> None:
        self.findings: list[Finding] = []
        self.span = span
        self._known = [str(name) for name in mapping]
        self.source: PartSource
        self.template: Template
        self.marks: dict[str, list[Mark]] = {}

    def note(self, code: Code, line: int | None = None, **words: Any) -> None:
        """Adds a finding at the current tag, or at that of the given line."""
        tag = self.source.lines.get(self.here() if line is None else line)
        place, raw = (tag.place, tag.raw) if tag else (self.source.name, "")
        self.findings.append(code.at(self.span, place, **{"tag": raw, "mend": "", **words}))

    def missing(self, name: object, holder: object) -> None:
        """Reports a missing value; ``holder`` is the object that lacks it."""
        line = self.here()
        tag = self.source.lines.get(line)
        raw, loop = (tag.raw if tag else ""), self.source.usage.variables.get(str(name))
        if not isinstance(holder, dict) and loop is not None:
            mend = f"它只在循环「{loop.raw}」（{loop.place}）里有值：把标记移到循环里。"
        elif isinstance(holder, list | tuple):
            mend = "前面是一列值（表的各行），用 {%p for %}、{%tr for %} 逐行取；方括号里从 0 数起，不超过行数减一。"
        elif isinstance(holder, dict):
            # The whole path that the tag has: 收支.收入, not 收入.
            found = re.search(rf"([\w.]+\.){re.escape(str(name))}(?!\w)", raw)
            before = found[1] if found else ""
            name = f"{before}{name}"
            mend = suggestion(name, [f"{before}{one}" for one in holder])
        else:
            mend = suggestion(str(name), self._known)
        self.note(codes.UNDEFINED, line, name=name, mend=mend or "先核对数据，再核对名称。")

    def here(self) -> int:
        """The current line of the template."""
        frame = cast("FrameType", inspect.currentframe())
        while frame.f_back is not None and frame.f_code.co_filename != self.source.name:
            frame = frame.f_back
        return self.template.get_corresponding_lineno(frame.f_lineno)


def explain(built: Built, mapping: Mapping[str, Any], error: Exception) -> tuple[Finding, ...]:
    """The findings of a render that failed with ``error``."""
    reporter = _Reporter(built.span, mapping)
    if isinstance(error, _ENDLESS):
        _note_endless(reporter, built, error)
    else:
        environment = _careful(built.options, reporter)
        for source in built.sources.values():
            reporter.source, text = source, source.source
            # Each print leaves out the tags that stopped the ones before.
            for _ in range(_MOST_STOPS):
                compiled = environment.compile(limited(environment.parse(text)), source.name, source.name)
                reporter.template = environment.template_of(compiled)
                stopped_at = _stops_at(reporter, mapping)
                text = _without(text, stopped_at, source, environment) if stopped_at else ""
                if not text:
                    break
    if not reporter.findings:
        # Other mistakes come first, as they may hide captions.
        marks = [mark for found in reporter.marks.values() for mark in found]
        pages = {page.name: page for page in built.pages}
        for mark, code, words in mark_faults(marks, built.sheet.body):
            reporter.source, reporter.template = built.sources[mark.part], pages[mark.part].template
            reporter.note(code, mark.line, **words)
    if not reporter.findings:
        reporter.findings.append(codes.FAILED.at(built.span, tag="", why=error))
    return tuple(dict.fromkeys(reporter.findings))


def _note_endless(reporter: _Reporter, built: Built, error: Exception) -> None:
    """Reports an endless render, at the place where the first one stopped: a second would take as long."""
    why = "宏或循环一层套一层，没有尽头" if isinstance(error, RecursionError) else str(error) or "内存不够"
    for page in built.pages:
        reporter.source, reporter.template = built.sources[page.name], page.template
        line = _line_of(error, reporter)
        if line:
            reporter.note(codes.TOO_MUCH, line, why=why)
            return
    reporter.findings.append(codes.TOO_MUCH.at(reporter.span, why=why))


def _stops_at(reporter: _Reporter, mapping: Mapping[str, Any]) -> int:
    """Prints a part; reports the tag that stops it and returns its line, 0 if nothing does or nothing can."""
    state = Rendering(part=reporter.source.name, here=reporter.here)
    reporter.marks[state.part] = state.marks
    running = STATE.set(state)
    try:
        deque(reporter.template.root_render_func(reporter.template.new_context(dict(mapping))), maxlen=0)
    except Exception as error:
        line = _line_of(error, reporter)
        reporter.note(codes.TOO_MUCH if isinstance(error, _ENDLESS) else codes.FAILED, line, why=_reason(error))
        return 0 if isinstance(error, _ENDLESS) else line
    finally:
        STATE.reset(running)
    return 0


def _without(text: str, line: int, source: PartSource, environment: LayoutEnvironment) -> str:
    """The source with one tag neutralized; ``""`` if that is impossible."""
    tag = source.lines.get(line)
    if tag is None:
        return ""
    lines = text.split("\n")
    end = environment.variable_end_string if tag.kind == "{{" else environment.block_end_string
    body, _, rest = lines[line - 1].partition(end)
    empty = {"if": "if 0", "elif": "elif 0", "for": f"for {tag.rest.partition(' in ')[0]} in ()"}
    harmless = "''" if tag.kind == "{{" else empty.get(tag.word, "")
    if tag.word == "set" and "=" in tag.body:
        harmless = f"{tag.body.partition('=')[0]}= ''"
    if not harmless or body.strip() == harmless:
        return ""
    lines[line - 1] = f"{harmless} {end}{rest}"
    return "\n".join(lines)


def _line_of(error: Exception, reporter: _Reporter) -> int:
    """The template line in which an error was raised; 0 if it was elsewhere."""
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == reporter.source.name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return reporter.template.get_corresponding_lineno(line) if line else 0


def _reason(error: Exception) -> str:
    # Errors of the caller's filters may be in any language.
    other = "值的种类与运算不合" if isinstance(error, TypeError) else f"{type(error).__name__} {error}".rstrip()
    return in_chinese(error) or other


def _careful(options: Options, reporter: _Reporter) -> LayoutEnvironment:
    """An environment in which missing values, filters and printing report faults and print nothing."""
    environment = LayoutEnvironment(options.filters, chainable=True)
    if not options.chainable:
        environment.undefined = type("Noting", (_Noting,), {"reporter": reporter, "__slots__": ()})
    spared = {"d", "default"}
    environment.filters = {
        name: filter_ if name in spared else _guarded(name, filter_, reporter)
        for name, filter_ in environment.filters.items()
    }
    environment.finalize = _guarded("_finalize", finalize, reporter)
    return environment


def _guarded(name: str, filter_: Callable[..., Any], reporter: _Reporter) -> Callable[..., Any]:
    @functools.wraps(filter_)
    def guarded(*arguments: Any, **named: Any) -> Any:
        if any(isinstance(argument, Undefined) for argument in arguments):
            return "".join(str(argument) for argument in arguments if isinstance(argument, Undefined))
        try:
            return filter_(*arguments, **named)
        except UnprintableError as error:
            reporter.note(codes.UNPRINTABLE, why=error.why, mend=error.mend)
        except TooMuchError as error:
            reporter.note(codes.TOO_MUCH, why=error)
        except Exception as error:
            own = name.startswith("_")
            reporter.note(codes.FAILED if own else codes.FILTER_FAILED, word=name, why=_reason(error))
        return ""

    return guarded


class _Noting(ChainableUndefined):
    """A missing value that reports itself when used, and prints nothing."""

    __slots__ = ()
    reporter: ClassVar[_Reporter]

    def _note(self, *_: Any, **__: Any) -> Any:
        self.reporter.missing(self._undefined_name, self._undefined_obj)
        return self

    def _no(self, *_: Any) -> bool:
        self._note()
        return False

    def __str__(self) -> str:
        self._note()
        return ""

    def __iter__(self) -> Iterator[Any]:
        self._note()
        return iter(())

    def __len__(self) -> int:
        self._note()
        return 0

    def __hash__(self) -> int:
        return id(type(self))

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _note
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pos__ = __neg__ = __call__ = _note
    __bool__ = __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = _no  # type: ignore[assignment]
