"""Findings as people and programs read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding, Span


_TITLES = {"error": "错误", "warning": "警告", "info": "提示"}
_LONGEST_LINE = 160


def width(text: str) -> int:
    """How many terminal columns the text takes: two for a full-width character, none for a combining one."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def findings_as_json(findings: Iterable[Finding]) -> str:
    """A JSON list of findings, each as ``Finding.as_dict`` gives it."""
    import json  # noqa: PLC0415 - most findings are printed for people

    return json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=2)


def findings_as_text(findings: Iterable[Finding]) -> str:
    """The findings for a terminal: place, message, the line with a caret below it, hint; a blank line between two."""
    lines_of: dict[str, list[str]] = {}
    return "\n\n".join(_one(finding, lines_of) for finding in findings)


def _one(finding: Finding, lines_of: dict[str, list[str]]) -> str:
    where = "  ".join(part for part in (str(finding.span), finding.path) if part)
    parts = [f"{_TITLES[finding.severity]} {finding.code}  {where}".rstrip(), f"  {finding.message}"]
    parts += _excerpt(finding.span, lines_of)
    if finding.hint:
        parts.append(f"  改法：{finding.hint}")
    return "\n".join(parts)


def _excerpt(span: Span, lines_of: dict[str, list[str]]) -> list[str]:
    """The source line and a caret line under the value; nothing where the file is not a text with that line."""
    if not span.length:
        return []
    if span.file not in lines_of:
        lines_of[span.file] = _read_lines(span.file) if span.line else []
    lines = lines_of[span.file]
    if not 1 <= span.line <= len(lines) or len(lines[span.line - 1]) > _LONGEST_LINE:
        return []
    # A tab or a control character would put the caret, or the terminal, in disorder.
    line = "".join(char if char.isprintable() else " " for char in lines[span.line - 1])
    before, marked = line[: span.column - 1], line[span.column - 1 : span.column - 1 + span.length]
    number = f"{span.line:>5} | "
    return [number + line, " " * (len(number) + width(before)) + "^" * max(1, width(marked))]


def _read_lines(file: str) -> list[str]:
    """The lines of the file as the reading stage counts them; none of a file that is missing or not UTF-8."""
    try:
        return re.split(r"\r\n|\r|\n", Path(file).read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        return []
