"""Web addresses of links that hold tags: ``https://…/{{ 编号 }}``. Word keeps them apart from the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from generator.word.names import Tree

__all__ = ["is_link", "tagged_target"]

_KIND: Final = "hyperlink"


def is_link(relation: Tree) -> bool:
    """Whether a relationship is a link to somewhere outside."""
    outside = relation.get("TargetMode") == "External"
    return outside and str(relation.get("Type", "")).rpartition("/")[2] == _KIND


def tagged_target(relation: Tree) -> str:
    """The address of a link with tags in it, as it was typed; blank for any other."""
    if not is_link(relation):
        return ""
    target = str(relation.get("Target", ""))
    # Word writes braces and blanks in their percent form.
    typed = unquote(target) if "%7b" in target.lower() else target
    return typed if "{{" in typed or "{%" in typed else ""
