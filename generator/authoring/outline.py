"""The numbered headings that a layout prints: in order, no level left out, none without anything below it."""

from __future__ import annotations

import re
from itertools import chain, takewhile
from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator import pipeline
from generator.authoring import codes
from generator.authoring.examples import example_text
from generator.base.diagnostics import Span, shown_path
from generator.base.errors import Refused
from generator.checking.text.outline import empty_headings, numbers_out_of_order, skipped_levels
from generator.word.read.text import text_lines
from generator.yamlfile.source import parse_yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.base.diagnostics import Finding
    from generator.template import Field, Template
    from generator.word import Layout

__all__ = ["check_outline"]

_FILE = "示例填报"
_PART = re.compile(r"〔(?:页眉|页脚|脚注|尾注|批注)〕$")
_CONTENTS = re.compile(r"\t[-—–\s]*\d+[-—–\s]*$")
_LONGEST = 30


def check_outline(template: Template, layout: Layout, printed: bytes) -> Iterator[Finding]:
    """What is wrong with the outline of the report, filled in in full and with all optional fields left blank.

    Args:
        template: A template without errors.
        layout: Its compiled layout.
        printed: The report with the examples filled in.
    """
    told: set[tuple[str, str]] = set()
    for how, report in (("用示例试填", printed), ("只填必填的字段", _bare(template, layout))):
        for line, said in dict.fromkeys(_faults(report)) if report is not None else ():
            if (line, said) not in told:
                told.add((line, said))
                yield codes.OUTLINE.at(Span(shown_path(template.layout)), how=how, line=line, said=said)


def _faults(printed: bytes) -> Iterator[tuple[str, str]]:
    """The line and what is wrong with its number."""
    lines = tuple(_lines(printed))
    for at, slip in chain(numbers_out_of_order(lines), skipped_levels(lines, most=1), empty_headings(lines)):
        line = lines[at].strip()
        yield line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…", slip.said


def _lines(printed: bytes) -> Iterator[str]:
    """The paragraphs and tables of the body, without the list of contents, which repeats the headings."""
    body = takewhile(lambda line: not _PART.match(line), text_lines(printed))
    return (line for line in body if line.strip() and not _CONTENTS.search(line))


def _bare(template: Template, layout: Layout) -> bytes | None:
    """The report with the required fields alone; None where it cannot be scored or printed so."""
    needed = replace(template, fields=_needed(template.fields))
    source = parse_yaml(example_text(needed).encode(), _FILE)
    try:
        assessment = pipeline.assess_source(source, template.folder / _FILE, template.folder.parent)
        return layout.render(assessment.report.content)
    except Refused:
        return None


def _needed(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {
        name: replace(field, members=_needed(field.members))
        for name, field in fields.items()
        if field.required or not field.is_filled_in
    }
