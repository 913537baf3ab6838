"""The template that an input names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.diagnostics import Span, nearest
from generator.base.errors import Refused
from generator.template import codes
from generator.template.find import find_template, known_templates, template_places
from generator.template.load import load_template
from generator.yamlfile.build import Scalar

if TYPE_CHECKING:
    from pathlib import Path

    from generator.base.diagnostics import Finding
    from generator.template.model import Template
    from generator.yamlfile.build import Mapping

__all__ = ["named_template"]

_KEY = "模板"


def named_template(root: Mapping, start: Path, templates: Path | None = None) -> Template:
    """The template that an input names under 「模板」.

    Args:
        root: The input's tree.
        start: The input, from whose folder templates are looked for upward.
        templates: The folder of templates; then only this one counts.

    Raises:
        Refused: The input names none, or one that is not there, or the template has errors.
        FileProblem: A file of the template cannot be read.
    """
    named = root.get(_KEY)
    if not isinstance(named, Scalar) or named.is_blank:
        raise Refused([_not_named(root, start, templates)])
    return load_template(find_template(named.text, start, templates, named.span))


def _not_named(root: Mapping, start: Path, templates: Path | None) -> Finding:
    """The finding, at the key that was probably meant to name the template, else at the head of the file."""
    named = root.get(_KEY)
    meant = next((key for key in root.keys() if named is None and nearest(_KEY, [key.text])), None)
    place = named or meant
    places = [templates] if templates is not None else list(template_places(start))
    return codes.NO_TEMPLATE_NAMED.at(
        place.span if place is not None else Span(root.span.file, 1, 1),
        _KEY,
        hint=f"是否把「模板」写成了「{meant.text}」？" if meant is not None else "",
        example=next(iter(known_templates(places)), "模板的名称"),
    )
