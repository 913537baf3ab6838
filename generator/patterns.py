"""The former name of ``re.compile``."""

from re import compile as regex

__all__ = ["regex"]
