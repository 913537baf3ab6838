"""Texts as YAML writes them, on one line: as they are where that reads back the same, else in double quotes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.source import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["as_key", "as_value", "commented", "flat", "indented"]


def as_value(text: str) -> str:
    """The text as a value behind a key."""
    node = _only_entry(f"键: {text}\n").get("键")
    same = isinstance(node, Scalar) and node.text == text and not node.quoted and not node.is_blank
    return text if same else _quoted(text)


def as_key(text: str) -> str:
    """The text as a key."""
    keys = _only_entry(f"{text}: 值\n").keys()
    return text if [(key.text, key.quoted) for key in keys] == [(text, False)] else _quoted(text)


def _only_entry(line: str) -> Mapping:
    """What the line reads as, if it reads as a single entry and without any finding."""
    source = parse_yaml(line.encode(), "")
    single = source.root is not None and len(source.root.entries) == 1 and not source.findings
    return source.root if source.root is not None and single else Mapping((), Span(""))


def _quoted(text: str) -> str:
    """JSON's strings are YAML's double-quoted ones."""
    return json.dumps(text, ensure_ascii=False)


def flat(text: str) -> str:
    """The text on one line, as a comment needs it."""
    return " ".join(text.split())


def indented(lines: Iterable[str]) -> list[str]:
    """The lines two blanks further in; empty ones stay empty."""
    return [f"  {line}" if line else "" for line in lines]


def commented(lines: Iterable[str]) -> list[str]:
    """The lines as comments, each to be had back by taking ``# `` away."""
    return [f"# {line}" for line in lines]
