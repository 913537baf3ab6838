"""A template's layouts checked: their tags, the names and printing forms in them, their format."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from generator.authoring import codes
from generator.authoring.shapes import layout_names
from generator.base.diagnostics import Span, shown_path
from generator.base.errors import JixiaoError
from generator.base.filters import form_filter
from generator.formula import FUNCTIONS
from generator.template import codes as template_codes
from generator.template.folder import MANIFEST
from generator.word import Layout
from generator.word import codes as word_codes
from generator.yamlfile.beside import near_misses

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.template.inspecting import Inspected

__all__ = ["check_layouts"]

_HINTS = {
    name: f"「{name}」是公式的函数，版式里没有：在 fields.yaml 里用它写一个计算字段，版式里印那个字段。"
    for name in FUNCTIONS
}
_RATING = re.compile(r"\{[{%][^}%]*\b评分\s*\.\s*等级\b")


def check_layouts(inspected: Inspected) -> tuple[Layout | None, list[Finding]]:
    """The compiled layout of a template, if it has no errors, and what is wrong with it.

    All Word files of the folder are looked at where the template does not say which of them is its layout.
    """
    found: list[Finding] = []
    layouts = [_open(file, inspected, found) for file in _files(inspected, found)]
    return next((layout for layout in layouts if layout is not None), None), found


def _files(inspected: Inspected, found: list[Finding]) -> Iterator[Path]:
    template = inspected.template
    if template.layout == template.folder:
        files = sorted(template.folder.glob("*.docx"))
        yield from (file for file in files if file.is_file() and not file.name.startswith("~$"))
    elif template.layout.is_file():
        yield template.layout
    elif not any(finding.path == "版式" for finding in inspected.findings):
        place = Span(inspected.files.shown(MANIFEST))
        named = inspected.files.root(MANIFEST).get("版式")
        words = {"template": template.id, "file": template.layout.name}
        hint = near_misses(template.layout.name, template.folder, (".docx",))
        found.append(template_codes.MISSING_FILE.at(named.span if named else place, "版式", hint=hint, **words))


def _open(file: Path, inspected: Inspected, found: list[Finding]) -> Layout | None:
    """The compiled layout; what is wrong with its tags and its format is added to ``found``."""
    shown, template = Path(shown_path(file)), inspected.template
    layout = None
    try:
        filters = {name: form_filter(form) for name, form in template.forms.items()}
        layout = Layout.open(shown, filters=filters, names=layout_names(template, inspected.unread), hints=_HINTS)
        found += layout.findings
    except JixiaoError as error:
        unknowable = word_codes.UNKNOWN_FILTER.number if "印制" in inspected.unread else ""
        found += (finding for finding in error.findings if finding.code != unknowable)
    found += _look(shown, inspected)
    return layout


def _look(file: Path, inspected: Inspected) -> list[Finding]:
    """What its looks and its text tell."""
    from generator.word.official.style_checks import check_style  # noqa: PLC0415
    from generator.word.read.text import text_of_file  # noqa: PLC0415 - it needs lxml

    try:
        found = check_style(file)
        lines = list(text_of_file(file))
    except JixiaoError:
        return []  # no Word file at all, which was said when its tags were read
    scoring = inspected.template.scoring
    if scoring is not None and not scoring.bands and "等级" not in inspected.unread:
        printed = next((line.strip() for line in lines if _RATING.search(line)), "")
        found += [codes.NO_RATING.at(Span(str(file)), f"「{printed[:20]}…」")] if printed else []
    return found
