"""Regular expressions that are compiled when they are first used: a run that finds nothing wrong needs few of them."""

from __future__ import annotations

import re
from typing import Any, cast

__all__ = ["regex"]


class _Deferred:
    """Becomes its compiled pattern bit by bit: what is asked for is looked up once and kept."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self._wanted = flags

    def __getattr__(self, name: str) -> Any:
        # The module re keeps only some; the bound method kept here keeps the compiled pattern.
        value = getattr(re.compile(self.pattern, self._wanted), name)
        setattr(self, name, value)
        return value


def regex(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """What ``re.compile`` gives, for patterns of a module that it may never need; a faulty one fails when used."""
    return cast("re.Pattern[str]", _Deferred(pattern, flags))
