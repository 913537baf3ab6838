"""Where templates lie: the folder asked for, else a ``templates`` upward from the input, else the shipped ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span, suggestion
from generator.base.errors import FileProblem, Refused
from generator.template import codes

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["find_template", "known_templates", "template_places"]

_MANIFEST = "template.yaml"


def find_template(name: str, start: Path, asked: Path | None = None, span: Span | None = None) -> Path:
    """The folder of the template with this name.

    Args:
        name: The template's name, which is its folder's name.
        start: The input, from whose folder the search goes upward.
        asked: The folder of templates that the caller names; then only this one counts.
        span: Where the name was written, for the finding.

    Raises:
        Refused: There is none; the near misses are named.
        FileProblem: What the caller names is no folder.
    """
    places = list(template_places(start, asked))
    for place in places:
        # Looked up among the folders that are there, so that a name can never be a path to elsewhere.
        if name in known_templates([place]):
            return place / name
    known = known_templates(places)
    raise Refused(
        [codes.UNKNOWN_TEMPLATE.at(span or Span(str(start)), "模板", hint=suggestion(name, known), name=name)]
    )


def known_templates(places: list[Path]) -> list[str]:
    """The names of the templates in these folders, sorted."""
    return sorted({manifest.parent.name for place in places for manifest in place.glob(f"*/{_MANIFEST}")})


def template_places(start: Path, asked: Path | None = None) -> Iterator[Path]:
    """The folders in which templates are looked for, in their order: upward from the input, then the shipped ones.

    Args:
        start: The input.
        asked: The folder of templates that the caller names; then only this one counts.

    Raises:
        FileProblem: What the caller names is no folder.
    """
    if asked is not None:
        if not asked.is_dir():
            raise FileProblem([codes.NO_FOLDER.at(Span(""), folder=asked)])
        yield asked
        return
    for folder in start.resolve().parents:
        if (folder / "templates").is_dir():
            yield folder / "templates"
    package = Path(__file__).resolve().parents[1]
    yield package / "templates"  # in an installed wheel
    yield package.parent / "templates"  # in a checkout
