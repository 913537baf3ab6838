"""Output for programs: one JSON envelope for all commands, SARIF, and GitHub's workflow annotations."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import click

from generator.base import __version__
from generator.base.diagnostics import Finding, Severity

ENVELOPE: Final = 1
"""The version of the envelope; increased when a key changes its meaning or is removed."""


def envelope(result: object, findings: Iterable[Finding] = ()) -> str:
    """The JSON that every command prints for programs, even if it fails (``result`` is then null)."""
    context = click.get_current_context()
    whole = {
        "version": ENVELOPE,
        "program": f"jixiao {__version__}",
        "command": context.command_path.partition(" ")[2],
        "input": _named(context),
        "result": result,
        "findings": [finding.as_dict() for finding in findings],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2)


def _named(context: click.Context) -> object:
    """The files or the template on the command line: a text, or a list if the command takes several."""
    arguments = [one for one in context.command.params if isinstance(one, click.Argument)]
    files = [one for one in arguments if re.search("填报|文件|模板", str(one.metavar))]
    named: list[object] = [context.params.get(one.name or "") for one in files]
    if len(named) == 1 and not isinstance(named[0], tuple):
        return str(named[0])
    return [str(one) for given in named for one in (given if isinstance(given, tuple) else (given,))] or None


def counted(findings: Iterable[Finding]) -> dict[str, int]:
    """How many errors, warnings and hints there are."""
    found = [str(finding.severity) for finding in findings]
    return {f"{severity}s": found.count(severity) for severity in map(str, Severity)}


_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def as_sarif(findings: Sequence[Finding]) -> str:
    """The findings as a SARIF 2.1.0 (OASIS) log, which editors and code hosts show at their lines."""
    titles = {finding.code: finding.title for finding in findings}
    codes = sorted(titles)
    driver = {
        "name": "jixiao",
        "version": __version__,
        "rules": [{"id": code, "shortDescription": {"text": titles[code]}} for code in codes],
    }
    results = [
        {
            "ruleId": one.code,
            "ruleIndex": codes.index(one.code),
            "level": _LEVELS[one.severity],
            "message": {"text": _said(one)},
            "locations": [_location(one)],
        }
        for one in findings
    ]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2)


def _said(finding: Finding) -> str:
    return finding.message + (f"\n改法：{finding.hint}" if finding.hint else "")


def _location(finding: Finding) -> dict[str, Any]:
    span = finding.span
    where: dict[str, Any] = {"artifactLocation": {"uri": quote(Path(span.file).as_posix())}}
    if span.line and not span.sheet:
        end = span.column + max(1, span.length)
        where["region"] = {"startLine": span.line, "startColumn": max(1, span.column), "endColumn": max(2, end)}
    place = str(span) if span.sheet else finding.path
    return {"physicalLocation": where, **({"logicalLocations": [{"fullyQualifiedName": place}]} if place else {})}


_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def _annotation(finding: Finding) -> str:
    """A workflow command, which GitHub shows at the line of the finding."""
    span = finding.span
    at: dict[str, object] = {"file": Path(span.file).as_posix()}
    if span.line and not span.sheet:
        at |= {"line": span.line, "col": max(1, span.column)}
    at["title"] = f"{finding.code} {finding.title}"
    properties = ",".join(f"{key}={_escaped(str(value), ':,')}" for key, value in at.items())
    where = f"{span}：" if span.sheet else ""
    return f"::{_COMMANDS[finding.severity]} {properties}::{_escaped(where + _said(finding))}"


def _escaped(text: str, more: str = "") -> str:
    """Percent-encode what would end a line or a property."""
    return "".join(f"%{ord(sign):02X}" if sign in f"%\r\n{more}" else sign for sign in text)


FINDINGS: Final[Mapping[str, Callable[[Sequence[Finding]], str]]] = {
    "json": lambda findings: envelope(counted(findings), findings),
    "sarif": as_sarif,
    "github": lambda findings: "\n".join(map(_annotation, findings)),
}
"""The formats for findings that are themselves the result, by the value of ``--format``."""


def failed(shape: object, findings: Sequence[Finding]) -> str:
    """What a failed command prints in the format that a program asked for; empty for people."""
    if shape == "json":
        return envelope(None, findings)
    return FINDINGS[shape](findings) if isinstance(shape, str) and shape in FINDINGS else ""
