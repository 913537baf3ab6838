"""Regular expressions that are compiled when they are first used, and once for all processes.

A report needs some two hundred of them, and compiling these takes longer than reading, scoring and checking it. Python
itself forgets what it compiled when a process ends; what it made is kept here as layouts are (``generator.keeping``).
"""

from __future__ import annotations

import re
from array import array
from contextlib import contextmanager, suppress
from functools import cache
from typing import TYPE_CHECKING, Any, AnyStr, Final, cast

from generator.keeping import keep, key_of, recall

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["keeping_patterns", "regex"]

_MOST_KEPT: Final = 2_000
_Key = tuple[str | bytes, int]
_Made = tuple[int, bytes, int, dict[str, int], tuple[str | None, ...]]
"""What Python's engine needs of a pattern besides its text: flags, code, groups, their numbers, their names."""
_STEP: Final = "I"


class _Deferred:
    """Becomes its compiled pattern bit by bit: what is asked for is looked up once and kept."""

    def __init__(self, pattern: str | bytes, flags: int) -> None:
        self.pattern = pattern
        self._wanted = flags

    def __getattr__(self, name: str) -> Any:
        # The bound method kept here keeps the compiled pattern.
        value = getattr(_compiled(self.pattern, int(self._wanted)), name)
        setattr(self, name, value)
        return value


def regex(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """What ``re.compile`` gives, for patterns of a module that it may never need; a faulty one fails when used."""
    return cast("re.Pattern[AnyStr]", _Deferred(pattern, flags))


@contextmanager
def keeping_patterns() -> Iterator[None]:
    """What is compiled anew until the block is left is kept for the next process."""
    try:
        yield
    finally:
        _keep_new()


def _keep_new() -> None:
    known, new = _known()
    if new:
        known.update(new)
        new.clear()
        with suppress(OSError):
            # Other processes may have kept some of theirs in the meantime.
            keep(_place(), dict(list({**_kept(), **known}.items())[-_MOST_KEPT:]))


@cache
def _compiled(pattern: AnyStr, flags: int) -> re.Pattern[AnyStr]:
    try:
        known, new = _known()
        made = known.get((pattern, flags))
        if made is None:
            made = new[pattern, flags] = _made(pattern, flags)
        return _assembled(pattern, made)
    except (ImportError, AttributeError, TypeError, ValueError, RuntimeError):
        # Another Python may do it otherwise inside: there it only takes longer.
        return re.compile(pattern, flags)


def _made(pattern: str | bytes, flags: int) -> _Made:
    """What ``re.compile`` makes of a pattern, in the two steps in which it does."""
    from re import _compiler, _parser  # type: ignore[attr-defined]  # noqa: PLC0415 - another Python may not have them

    tree = _parser.parse(pattern, flags)
    numbers: dict[str, int] = tree.state.groupdict
    names: list[str | None] = [None] * tree.state.groups
    for name, number in numbers.items():
        names[number] = name
    code = array(_STEP, _compiler._code(tree, flags)).tobytes()
    return flags | tree.state.flags, code, tree.state.groups - 1, numbers, tuple(names)


def _assembled(pattern: AnyStr, made: _Made) -> re.Pattern[AnyStr]:
    """The second step; the engine looks through what it is given and refuses what it could not have made."""
    import _sre  # type: ignore[import-not-found]  # noqa: PLC0415 - as above

    flags, code, *groups = made
    return cast("re.Pattern[AnyStr]", _sre.compile(pattern, flags, array(_STEP, code).tolist(), *groups))


@cache
def _known() -> tuple[dict[_Key, _Made], dict[_Key, _Made]]:
    """What earlier processes compiled, and what this one compiles."""
    return _kept(), {}


def _kept() -> dict[_Key, _Made]:
    kept: object = None
    with suppress(OSError):
        kept = recall(_place())
    return kept if isinstance(kept, dict) else {}


def _place() -> str:
    return key_of("patterns")
