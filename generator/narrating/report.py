"""What a layout is given."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

__all__ = ["Report"]


class Report(Struct, frozen=True):
    """A report's content, written out.

    ``content`` maps names to texts, figures, lists and mappings: all facts and computed values by their names, and
    评分, 指标树, 指标, 二级指标, 评分表. ``remarks`` holds the bureau's own texts on indicators, written out, by path.
    """

    content: Mapping[str, object]
    remarks: Mapping[str, str]
    file_name: str
