"""Two documents side by side: what one part of each needs to know of the other while they are made one."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from generator.word import names
from generator.word.names import w
from generator.word.redline.carrying import Carrier
from generator.word.redline.identity import Identity
from generator.word.redline.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Collection

    from generator.word.names import Tree
    from generator.word.redline.pen import Pen
    from generator.word.volume import Volume

__all__ = ["Pair", "Side"]

_NOTES: Final = {w("footnoteReference"): "footnotes", w("endnoteReference"): "endnotes"}
_SECTION: Final = w("sectPr")


class Side(Struct, frozen=True):
    """One part of one document."""

    volume: Volume
    part: str
    identity: Identity

    @classmethod
    def of(cls, volume: Volume, part: str) -> Side:
        """The part of that name."""
        return cls(volume, part, Identity(volume, part))


class Pair(Struct, dict=True):
    """A part of the older document and the part of the newer one that is in its place.

    ``remarks`` gathers, in Chinese, what no tracked change can show; ``carrier`` brings over what deleted text needs.
    """

    old: Side
    new: Side
    pen: Pen
    carrier: Carrier
    remarks: list[str]
    sections: list[tuple[Tree | None, Tree | None]] = field(default_factory=list)

    @cached_property
    def notes(self) -> Notes:
        """The notes of the two."""
        return Notes(self)

    def beside(self, old_part: str, new_part: str) -> Pair:
        """Another part of the same two documents."""
        old, new = Side.of(self.old.volume, old_part), Side.of(self.new.volume, new_part)
        return Pair(old, new, self.pen, self.carrier, self.remarks)

    def same(self, old: Tree, new: Tree) -> bool:
        """Whether two blocks have the same text and format."""
        return self.old.identity.of(old) == self.new.identity.of(new)

    def differ(self, old: Tree | None, new: Tree | None, aside: Collection[str]) -> bool:
        """Whether two sets of properties differ in anything else than what is set aside."""
        before = [self.old.identity.of(child) for child in (() if old is None else old) if child.tag not in aside]
        after = [self.new.identity.of(child) for child in (() if new is None else new) if child.tag not in aside]
        return before != after

    def check_sections(self, old: Tree | None, new: Tree | None) -> None:
        """Takes note of two section breaks that are one."""
        was = None if old is None else old.find(_SECTION)
        now = None if new is None else new.find(_SECTION)
        if was is not None or now is not None:
            self.sections.append((was, now))

    def carry(self, element: Tree) -> None:
        """Makes a copy from the older document at home in the newer one."""
        for reference in element.iter(*_NOTES):
            self.notes.bring(_NOTES[str(reference.tag)], reference)
        self.carrier.settle(element, self.old.part, self.new.part)

    def come(self, element: Tree) -> None:
        """Something that only the newer document has."""
        for reference in element.iter(*_NOTES):
            self.notes.come(_NOTES[str(reference.tag)], reference)

    def meet(self, old: Tree, new: Tree) -> None:
        """Two things, no text, that are in the same place: what differs in them is marked or told."""
        if old.tag in _NOTES:
            self.notes.meet(_NOTES[str(old.tag)], old, new)
        elif not self.same(old, new) and not self._merge_boxes(old, new):
            kind = "图表" if any(str(one.tag).endswith("}chart") for one in new.iter()) else "图片"
            self.remarks.append(f"{kind}{_called(new)}有变化，修订稿里只有新的")

    def _merge_boxes(self, old: Tree, new: Tree) -> bool:
        """Marks the changes in text boxes; whether there are any boxes to compare."""
        from generator.word.redline.blocks import merge_container  # noqa: PLC0415 - a box holds blocks, which hold boxes

        before, after = _boxes(old), _boxes(new)
        if not after or len(before) != len(after):
            return False
        for was, now in zip(before, after, strict=True):
            merge_container(was, now, self)
        return True


def _boxes(element: Tree) -> list[Tree]:
    """The text boxes that stand in no other."""
    return [box for box in element.iter(names.BOX) if next(box.iterancestors(names.BOX), None) is None]


def _called(element: Tree) -> str:
    """What a drawing is called, as a quotation; empty where it has no name or only a number."""
    title = next((str(one.get("title")) for one in element.iter() if one.get("title")), "")
    return f"「{title}」" if title else ""
