"""Methods of Python's own values that tags may call: those that change nothing and cannot make much out of little."""

from __future__ import annotations

from datetime import date, time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from generator.word.running.formatting import Fields, strftime
from generator.word.running.textual import centred, joined, padded, replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["harmless", "is_harmless"]

_PYTHON: Final = frozenset({"builtins", "datetime", "decimal", "fractions"})
_HARMLESS: Final = frozenset((
    # of texts
    "startswith", "endswith", "strip", "lstrip", "rstrip", "split", "rsplit", "splitlines", "partition", "rpartition",
    "upper", "lower", "title", "capitalize", "swapcase", "casefold", "removeprefix", "removesuffix", "find", "rfind",
    "isalnum", "isalpha", "isdecimal", "isdigit", "isnumeric", "isspace", "islower", "isupper", "istitle",
    # of lists and mappings
    "count", "index", "items", "keys", "values", "get", "copy",
    # of dates and numbers
    "date", "time", "isoformat", "weekday", "isoweekday", "isocalendar", "toordinal", "timestamp", "total_seconds",
    "is_integer", "as_integer_ratio",
))  # fmt: skip

_TEXT: Final[dict[str, Callable[..., Any]]] = {
    "center": centred,
    "join": lambda separator, values: joined(values, separator),
    "ljust": partial(padded, "<"),
    "replace": replaced,
    "rjust": partial(padded, ">"),
    "zfill": lambda text, width: text.zfill(len(padded(">", "", width))),
}


def harmless(called: Any, environment: SandboxedEnvironment) -> Any:
    """What is called in place of a method that could do harm: the same within limits; else the method itself."""
    owner, name = getattr(called, "__self__", None), getattr(called, "__name__", "")
    if isinstance(owner, str):
        if name == "format":
            return lambda *values, **named: Fields(environment).filled(owner, values, named)
        return partial(_TEXT[name], owner) if name in _TEXT else called
    if isinstance(owner, date | time):
        if name == "strftime":
            return partial(strftime, owner)
        return partial(type(owner).replace, owner) if name == "replace" else called
    return called


def is_harmless(called: Any) -> bool:
    """Whether it is no method of Python's own values, or one of those that can do no harm."""
    owner = getattr(called, "__self__", None)
    if owner is not None and (isinstance(owner, type) or type(owner).__module__ in _PYTHON):
        return getattr(called, "__name__", "") in _HARMLESS
    return True
