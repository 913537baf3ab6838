"""A comparison as programs read it: the keys of ``jixiao diff --format json``, which stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.base.diagnostics import has_errors

if TYPE_CHECKING:
    from collections.abc import Sequence

    from generator.base.diagnostics import Span
    from generator.base.textdiff import Piece
    from generator.comparing.model import Comparison, FactChange, Link, ScoreChange, TextChange
    from generator.comparing.side import Side

__all__ = ["FORMAT", "as_data"]

FORMAT = 1
"""The version of the shape: it changes only if a key goes or means something else."""
_SIGNS = {"=": "same", "-": "removed", "+": "added"}


def as_data(comparison: Comparison) -> dict[str, object]:
    """The comparison as lists, mappings and texts; figures are texts, so that nobody reads them as floats."""
    total = comparison.total
    return {
        "format": FORMAT,
        "same": comparison.is_same,
        "old": _side(comparison.old),
        "new": _side(comparison.new),
        "remarks": list(comparison.remarks),
        "facts": [_fact(change) for change in comparison.facts],
        "values": [{"path": one.path, "label": one.label, "old": one.old, "new": one.new} for one in comparison.values],
        "scores": [_score(change) for change in comparison.scores],
        "total": {
            name: {"old": pair[0], "new": pair[1]}
            for name, pair in (
                ("score", total.score),
                ("full", total.full),
                ("rate", total.rate),
                ("rating", total.rating),
            )
        },
        "findings": {
            "gone": [finding.as_dict() for finding in comparison.gone],
            "came": [finding.as_dict() for finding in comparison.came],
        },
        "texts": [_text(change) for change in comparison.texts],
    }


def _side(side: Side) -> dict[str, object]:
    return {
        "file": side.name,
        "template": side.template_name,
        "template_version": side.template.version if side.template is not None else None,
        "year": side.year,
        "readable": side.root is not None,
        "scored": side.assessment is not None,
        "errors": sum(has_errors([finding]) for finding in side.findings),
    }


def _fact(change: FactChange) -> dict[str, object]:
    return {
        "change": change.kind,
        "path": change.path,
        "old_path": change.old_path,
        "label": change.label,
        "row": change.is_row,
        "old": change.old,
        "new": change.new,
        "same_value": change.same_value,
        "old_place": _place(change.old_span),
        "new_place": _place(change.new_span),
        "pieces": _pieces(change.pieces) if change.is_text and change.kind == "changed" else None,
    }


def _place(span: Span | None) -> dict[str, object] | None:
    return span.as_dict() if span is not None else None


def _score(change: ScoreChange) -> dict[str, object]:
    return {
        "indicator": change.name,
        "path": change.path,
        "level": change.level,
        "old": change.old,
        "new": change.new,
        "template": change.by_template or None,
        "why": [{"facts": _links(why.facts), "way": _links(why.way)} for why in change.why],
    }


def _links(links: Sequence[Link]) -> list[dict[str, object]]:
    return [{"name": link.name, "old": link.old, "new": link.new} for link in links]


def _text(change: TextChange) -> dict[str, object]:
    return {"path": change.path, "old": change.old, "new": change.new, "pieces": _pieces(change.pieces)}


def _pieces(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    return [{"change": _SIGNS[piece.sign], "text": piece.text} for piece in pieces]
