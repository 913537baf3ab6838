"""From an input to the page on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from generator import provenance
from generator.base.diagnostics import Span
from generator.base.errors import Refused
from generator.pipeline import Rendered
from generator.provenance.write import write_whole
from generator.reviewing import codes
from generator.reviewing.page import Review, review_page
from generator.workflows.diff.compare import compare
from generator.workflows.diff.side import open_side

if TYPE_CHECKING:
    from pathlib import Path

    from generator.base.diagnostics import Finding
    from generator.workflows.diff.side import Side

__all__ = ["write_review"]

_OURS = b'<meta name="generator" content="jixiao review">'
_HEAD = 2048


def write_review(
    input_file: Path, output: Path, against: str | None = None, templates: Path | None = None, *, force: bool = False
) -> Rendered:
    """Write the review page of an input; what you get is where it is, and what it shows.

    Args:
        input_file: The bureau's YAML file; where it has errors, the page shows the report as a draft.
        output: The page; one that was written before is replaced, anything else stays unless ``force``.
        against: An older input, a file or a revision in git, whose changes are marked.
        templates: The folder of templates; looked for upward from the input where absent.
        force: Give up whatever is there.

    Raises:
        Refused: The input is no YAML, its template cannot be used, or a file is there that is no review page;
            nothing was written.
        FileProblem: A file cannot be read or written.
    """
    with open_side(str(input_file), templates, drafts=True) as side:
        if side.assessment is None:
            raise Refused(side.findings)
        review = _review(side, against, templates)
    path = write_whole(review.html.encode(), output, lambda: provenance.make_way(output, force=force, judge=_why_kept))
    return Rendered(path, replace(side.assessment, findings=review.findings))


def _review(side: Side, against: str | None, templates: Path | None) -> Review:
    assert side.assessment is not None  # the caller asked  # noqa: S101
    if against is None:
        return review_page(side.assessment)
    with open_side(against, templates, drafts=True) as before:
        return review_page(side.assessment, compare(before, side))


def _why_kept(path: Path, data: bytes) -> Finding | None:
    return None if _OURS in data[:_HEAD] else codes.NO_PAGE.at(Span(str(path)), file=path)
