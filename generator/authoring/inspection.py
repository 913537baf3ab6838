"""``jixiao template check``: everything that can be told of a template before a bureau uses it, in one run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.authoring import codes
from generator.authoring.shapes import layout_names
from generator.authoring.texts import check_texts
from generator.authoring.trying import try_out
from generator.diagnostics import Span, has_errors, in_order, shown_path
from generator.errors import JixiaoError
from generator.figures.filters import form_filter
from generator.publishing import write_whole
from generator.template import codes as template_codes
from generator.template import load_template
from generator.template.inspecting import inspect_template
from generator.template.schema import SCHEMA_FILE, schema_text
from generator.word import Layout
from generator.word import codes as word_codes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.diagnostics import Finding
    from generator.template import Template

__all__ = ["check_template", "write_schema"]


def check_template(folder: Path) -> tuple[Finding, ...]:
    """Everything that is found in a template: in its YAML files, texts, layout, examples, schema and tests.

    Raises:
        FileProblem: One of the YAML files cannot be read.
    """
    inspected = inspect_template(folder)
    template, found = inspected.template, list(inspected.findings)
    layouts = [_open(file, template, found) for file in _layout_files(folder, template, found)]
    if template is not None:
        found += check_texts(template, inspected.roots)
        found += _old_schema(template) if not has_errors(inspected.findings) else ()
    if not any((folder / "tests").glob("*.yaml")):
        place = Span(shown_path(folder / "tests"))
        found.append(codes.NO_CASES_YET.at(place, template=folder.name))
    if template is not None and not has_errors(found):
        found += (finding for layout in layouts if layout is not None for finding in try_out(template, layout))
    return in_order(found)


def write_schema(folder: Path) -> Path:
    """Write a template's ``fields.schema.json`` anew.

    Raises:
        Refused: The template has errors.
        FileProblem: A file cannot be read or written.
    """
    return write_whole(schema_text(load_template(folder)).encode(), folder / SCHEMA_FILE)


def _layout_files(folder: Path, template: Template | None, found: list[Finding]) -> Iterator[Path]:
    """The layout that the template names; all in its folder where it cannot say."""
    if template is None:
        yield from (file for file in sorted(folder.glob("*.docx")) if not file.name.startswith("~$"))
    elif template.layout.is_file():
        yield template.layout
    elif template.layout != template.folder:
        place = Span(shown_path(template.folder / "template.yaml"))
        words = {"template": folder.name, "file": template.layout.name}
        found.append(template_codes.MISSING_FILE.at(place, "版式", **words))


def _open(file: Path, template: Template | None, found: list[Finding]) -> Layout | None:
    """The compiled layout; what is wrong with its tags and its format is added to ``found``."""
    shown = Path(shown_path(file))
    layout = None
    try:
        if template is not None:
            filters = {name: form_filter(form) for name, form in template.forms.items()}
            layout = Layout.open(shown, filters=filters, names=layout_names(template))
            found += layout.findings
        else:
            # Its printing forms and names are not known: only what is wrong with any is told.
            Layout.open(shown)
    except JixiaoError as error:
        unknowable = {word_codes.UNKNOWN_FILTER.number} if template is None else set()
        found += (finding for finding in error.findings if finding.code not in unknowable)
    found += _style(shown)
    return layout


def _style(file: Path) -> list[Finding]:
    from generator.word.style_checks import check_style  # noqa: PLC0415 - it needs lxml

    try:
        return check_style(file)
    except JixiaoError:
        return []  # no Word file at all, which was said when its tags were read


def _old_schema(template: Template) -> Iterator[Finding]:
    file = template.folder / SCHEMA_FILE
    if not file.is_file():
        what = "不存在"
    elif file.read_text(encoding="utf-8", errors="replace") != schema_text(template):
        what = "不是由现在的字段写出的"
    else:
        return
    yield codes.OLD_SCHEMA.at(Span(shown_path(file)), file=SCHEMA_FILE, what=what, template=template.id)
