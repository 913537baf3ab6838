"""Values that bring their own markup: they are printed by the engine's own writers, never as raw XML from outside."""

from __future__ import annotations

__all__ = ["BlockValue", "RunValue"]


class RunValue:
    """A value that prints as runs inside a paragraph."""

    __slots__ = ()

    def runs_xml(self, style: str) -> str:
        """Its runs; ``style`` is the ``w:rPr`` of the placeholder."""
        raise NotImplementedError


class BlockValue:
    """A value that prints as paragraphs or tables (``{{p x }}``)."""

    __slots__ = ()

    def block_xml(self, paragraph: str, style: str) -> str:
        """Its paragraphs; the placeholder's ``w:pPr`` and ``w:rPr`` are given."""
        raise NotImplementedError
