"""After a render failed: render once more without stopping, and tell every value that was wrong, at its tag."""

from __future__ import annotations

import functools
import sys
from typing import TYPE_CHECKING, Any, ClassVar

from jinja2.runtime import ChainableUndefined, Undefined

from generator.diagnostics import suggestion
from generator.word import codes
from generator.word.environment import LayoutEnvironment, TooMuchError
from generator.word.printing import UnprintableError, finalize

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from jinja2 import Template

    from generator.diagnostics import Code, Finding, Span
    from generator.word.compiling import PartSource

__all__ = ["explain"]


class _Reporter:
    """Collects findings, each at the tag of the template line that is being printed."""

    def __init__(self, span: Span, mapping: Mapping[str, Any]) -> None:
        self.findings: list[Finding] = []
        self._span = span
        self._known = [str(name) for name in mapping]
        self.source: PartSource
        self.template: Template

    def note(self, code: Code, line: int | None = None, **words: Any) -> None:
        """A finding at the current tag, or at that of the given line."""
        tag = self.source.lines.get(self._line() if line is None else line)
        place, raw = (tag.place, tag.raw) if tag else (self.source.name, "")
        self.findings.append(code.at(self._span, place, **{"tag": raw, "mend": "", **words}))

    def missing(self, name: object, holder: object) -> None:
        """A value that is not there; ``holder`` is what it was looked for in."""
        keys = [str(key) for key in holder] if isinstance(holder, dict) else self._known
        self.note(codes.UNDEFINED, name=name, mend=suggestion(str(name), keys) or "先核对数据，再核对名称。")

    def _line(self) -> int:
        frame = sys._getframe(2)
        while frame.f_back is not None and frame.f_code.co_filename != self.source.name:
            frame = frame.f_back
        return self.template.get_corresponding_lineno(frame.f_lineno)


def explain(
    sources: list[PartSource],
    mapping: Mapping[str, Any],
    filters: dict[str, Callable[..., Any]],
    span: Span,
    error: Exception,
) -> list[Finding]:
    """The findings of a render that failed with ``error``."""
    reporter = _Reporter(span, mapping)
    environment = _careful(filters, reporter)
    for source in sources:
        reporter.source = source
        reporter.template = environment.from_string(source.source)
        code = environment.compile(source.source, source.name, source.name)
        reporter.template = type(reporter.template).from_code(environment, code, environment.make_globals(None))
        _try(reporter, mapping)
    if not reporter.findings:
        reporter.note(codes.FAILED, line=0, why=error)
    return reporter.findings


def _try(reporter: _Reporter, mapping: Mapping[str, Any]) -> None:
    context = reporter.template.new_context({**mapping, "_groups": {}})
    try:
        for _ in reporter.template.root_render_func(context):
            pass
    except Exception as error:
        line = _line_of(error, reporter)
        if isinstance(error, TooMuchError | RecursionError | MemoryError):
            reporter.note(codes.TOO_MUCH, line, why=error)
        else:
            reporter.note(codes.FAILED, line, why=_reason(error))


def _line_of(error: Exception, reporter: _Reporter) -> int:
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == reporter.source.name:
            line = trace.tb_lineno
        trace = trace.tb_next
    return reporter.template.get_corresponding_lineno(line)


def _reason(error: Exception) -> str:
    return "除数为零" if isinstance(error, ZeroDivisionError) else str(error)


def _careful(filters: dict[str, Callable[..., Any]], reporter: _Reporter) -> LayoutEnvironment:
    """An environment in which nothing stops: missing values, filters and printing report and go on with nothing."""
    environment = LayoutEnvironment(filters, chainable=True)
    environment.undefined = _noting(reporter)
    spared = {"d", "default"}
    environment.filters = {
        name: filter_ if name in spared else _guarded(name, filter_, reporter)
        for name, filter_ in environment.filters.items()
    }
    environment.finalize = functools.partial(_finalize, reporter)
    return environment


def _finalize(reporter: _Reporter, value: object) -> str:
    try:
        return finalize(value)
    except UnprintableError as error:
        reporter.note(error.code, why=error.why, mend=error.mend)
        return ""


def _guarded(name: str, filter_: Callable[..., Any], reporter: _Reporter) -> Callable[..., Any]:
    @functools.wraps(filter_)
    def guarded(*arguments: Any, **named: Any) -> Any:
        if any(isinstance(argument, Undefined) for argument in arguments):
            return "".join(str(argument) for argument in arguments if isinstance(argument, Undefined))
        try:
            return filter_(*arguments, **named)
        except UnprintableError as error:
            reporter.note(error.code, why=error.why, mend=error.mend)
        except TooMuchError as error:
            reporter.note(codes.TOO_MUCH, why=error)
        except Exception as error:
            reporter.note(codes.FILTER_FAILED, word=name, why=error)
        return ""

    return guarded


class _Noting(ChainableUndefined):
    """A missing value: says so when it is used, and goes on as nothing."""

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


def _noting(reporter: _Reporter) -> type[Undefined]:
    return type("Noting", (_Noting,), {"reporter": reporter, "__slots__": ()})
