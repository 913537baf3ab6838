"""From an input to the page on the disk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator import comparing, pipeline, provenance
from generator.diagnostics import Span
from generator.publishing import write_whole
from generator.reviewing import codes
from generator.reviewing.page import review_page

if TYPE_CHECKING:
    from pathlib import Path

    from generator.diagnostics import Finding

__all__ = ["write_review"]

_OURS = b'<meta name="generator" content="jixiao review">'
_HEAD = 2048


def write_review(
    input_file: Path, output: Path, against: str | None = None, templates: Path | None = None, *, force: bool = False
) -> Path:
    """Write the review page of an input; what you get is where it is.

    Args:
        input_file: The bureau's YAML file; it may have errors in what it says, but not such that nothing can be scored.
        output: The page; one that was written before is replaced, anything else stays unless ``force``.
        against: An older input, a file or a revision in git, whose changes are marked.
        templates: The folder of templates; looked for upward from the input where absent.
        force: Give up whatever is there.

    Raises:
        Refused: The input cannot be scored, or a file is there that is no review page; nothing was written.
        FileProblem: A file cannot be read or written.
    """
    if against is None:
        page = review_page(pipeline.assess(input_file, templates))
    else:
        with (
            comparing.open_side(against, templates) as before,
            comparing.open_side(str(input_file), templates) as after,
        ):
            page = review_page(pipeline.assess(input_file, templates), comparing.compare(before, after))
    return write_whole(page.encode(), output, lambda: provenance.make_way(output, force=force, judge=_why_kept))


def _why_kept(path: Path, data: bytes) -> Finding | None:
    return None if _OURS in data[:_HEAD] else codes.NO_PAGE.at(Span(str(path)), file=path)
