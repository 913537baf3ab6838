"""What of a faulty template could not be read: of names that may be defined there, nothing can be said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.template.folder import FIELDS, INDICATORS, MANIFEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from generator.template.folder import Files

__all__ = ["Gaps"]

_OF_MANIFEST = frozenset({"评分", "印制", "等级", "叙述", "结论"})


class Gaps(Struct, frozen=True):
    """The gaps of one template; none in one without errors.

    Attributes:
        paths: What could not be read, by its path: ``印制``, ``评分.满分``, ``指标.某项.参数``; ``字段`` and ``指标``
            where it is not known which fields or indicators there are.
        words: The words of those files that were not read whole: each may be a name.
    """

    paths: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, files: Files, paths: AbstractSet[str]) -> Gaps:
        """The gaps of a template's files, ``paths`` among them."""
        found = set(paths)
        if not files.is_whole(MANIFEST):
            found |= _OF_MANIFEST
        if not files.words(FIELDS):
            found.add("字段")
        if not files.is_whole(INDICATORS) and not files.words(INDICATORS):
            found.add("指标")
        if any(path.endswith(".下级") for path in found):
            found.add("指标")
        broken = [name for name in (FIELDS, INDICATORS) if not files.is_whole(name)]
        return cls(frozenset(found), frozenset(word for name in broken for word in files.words(name)))

    def __contains__(self, path: str) -> bool:
        """Whether what stands under this path could not be read."""
        return path in self.paths

    def may_be(self, steps: Sequence[str]) -> bool:
        """Whether there may be a fact or an indicator of this name in a part that could not be read."""
        return ("指标" if steps[0] == "指标" else "字段") in self.paths or all(step in self.words for step in steps)
