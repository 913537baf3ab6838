"""Where each file of evidence goes in the archive: by indicator, under its title, and each of them only once."""

from __future__ import annotations

from pathlib import PureWindowsPath
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.bundling.archive import Member
from generator.patterns import regex
from generator.publishing import safe_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from generator.submission import Evidence, Listed

__all__ = ["Placed", "place"]

_FOLDER = "佐证"
_ENDING = regex(r"\.[0-9A-Za-z]{1,8}")


class Placed(Struct, frozen=True):
    """A line of the list of evidence, and where its files are.

    Attributes:
        line: The line.
        names: The paths of its files in the archive.
        shared: The number of the first line that has one of these files as well; 0 where none has.
    """

    line: Listed
    names: tuple[str, ...] = ()
    shared: int = 0


def place(lines: Iterable[Listed], digests: Mapping[str, str]) -> tuple[tuple[Placed, ...], tuple[Member, ...]]:
    """The lines with the places of their files, and those files as members of the archive.

    Files with the same content are there once, at the first of their lines.

    Args:
        lines: The list of evidence; all its files are there.
        digests: The SHA-256 of each file, by the name that the input gives it.
    """
    placer = _Placer(digests)
    return tuple(placer.line(line) for line in lines), tuple(placer.members)


class _Placer:
    def __init__(self, digests: Mapping[str, str]) -> None:
        self.digests = digests
        self.members: list[Member] = []
        self.kept: dict[str, tuple[str, int]] = {}
        self.taken: set[str] = set()

    def line(self, line: Listed) -> Placed:
        names, shared = list[str](), list[int]()
        for number, one in enumerate(line.files, 1):
            digest = self.digests[one.name]
            if digest not in self.kept:
                self.kept[digest] = self._add(line, one, number), line.number
            name, first = self.kept[digest]
            names.append(name)
            shared += [first] if first != line.number else []
        return Placed(line, tuple(dict.fromkeys(names)), min(shared, default=0))

    def _add(self, line: Listed, one: Evidence, number: int) -> str:
        """Make a member of the file; its path in the archive."""
        assert one.file is not None  # a missing one was refused  # noqa: S101
        file = one.file.resolve()
        name = next(name for name in _names(line, one, number) if name.casefold() not in self.taken)
        self.taken.add(name.casefold())
        size = file.stat().st_size
        self.members.append(Member(name, self.digests[one.name], size, file=file, named=(one.name, one.named)))
        return name


def _names(line: Listed, one: Evidence, number: int) -> Iterator[str]:
    """The paths that it may have: the title in the indicator's folder, with a number where there are several."""
    folder = f"{_FOLDER}/{safe_name(f'{line.place:02} {line.indicator}', '')}"
    ending = PureWindowsPath(one.name).suffix
    # What is no usual ending belongs to the name, and is made safe with it.
    title, ending = (line.title, ending) if _ENDING.fullmatch(ending) else (f"{line.title}{ending}", "")
    if len(line.files) == 1:
        yield f"{folder}/{safe_name(title, ending)}"
    while True:
        yield f"{folder}/{safe_name(title, f'（{number}）{ending}')}"
        number += 1
