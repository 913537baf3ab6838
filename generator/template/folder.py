"""Find a template's folder and read the YAML files in it."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import FileProblem, Finding, Refused, Span, shown_path, suggestion
from generator.template import codes
from generator.yamlfile import codes as reading_codes
from generator.yamlfile.build import Mapping
from generator.yamlfile.source import Source, read_yaml

MANIFEST, FIELDS, INDICATORS, CHECKS = "template.yaml", "fields.yaml", "indicators.yaml", "checks.yaml"
_REQUIRED = (MANIFEST, FIELDS)
_OPTIONAL = (INDICATORS, CHECKS)
# Slips that reading corrects, or characters that it ignores: nothing of the file is lost.
_HARMLESS = frozenset(
    code.number
    for code in (
        reading_codes.INDENTATION,
        reading_codes.FULL_WIDTH_COLON,
        reading_codes.COLON_WITHOUT_SPACE,
        reading_codes.DASH_WITHOUT_SPACE,
        reading_codes.CHARACTER,
        reading_codes.LOST_TEXT,
        reading_codes.TAG,
    )
)
_OF_MANIFEST = frozenset({"评分", "印制", "等级", "叙述", "结论"})
_WORD = re.compile(r"\w+")


def find_template(name: str, start: Path, asked: Path | None = None, span: Span | None = None) -> Path:
    """The folder of the template with this name.

    Args:
        name: The template's name, which is its folder's name.
        start: The input, from whose folder the search goes upward.
        asked: The folder of templates; then it is the only place searched.
        span: Where the name was written, for the finding.

    Raises:
        Refused: There is none; near misses are named. Or it has lost its main file.
        FileProblem: ``asked`` is no folder.
    """
    places = list(template_places(start, asked))
    for place in places:
        # Compared with the names of existing folders, so that a name can never be a path to elsewhere.
        if name in known_templates([place]):
            return place / name
        if place.is_dir() and name in os.listdir(place):  # noqa: PTH208 - names alone
            # Broken, and never another of that name instead.
            folder = place / name
            raise Refused([codes.MISSING_FILE.at(Span(shown_path(folder)), template=name, file=MANIFEST)])
    known = known_templates(places)
    raise Refused(
        [codes.UNKNOWN_TEMPLATE.at(span or Span(str(start)), "模板", hint=suggestion(name, known), name=name)]
    )


def known_templates(places: list[Path]) -> list[str]:
    """The names of the templates in these folders, sorted."""
    return sorted({manifest.parent.name for place in places for manifest in place.glob(f"*/{MANIFEST}")})


def template_places(start: Path, asked: Path | None = None) -> Iterator[Path]:
    """The folders of templates in the order of the search: upward from the input, then the shipped ones.

    Args:
        start: The input.
        asked: The folder of templates; then it is the only one.

    Raises:
        FileProblem: ``asked`` is no folder.
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


class Files(Struct, frozen=True):
    """The files of a template as read, by their names, without those that are missing or no regular files."""

    folder: Path
    sources: dict[str, Source]

    def shown(self, name: str) -> str:
        """A file's name as findings show it."""
        return shown_path(self.folder / name)

    def is_whole(self, name: str) -> bool:
        """Whether nothing of a file was lost in reading; a missing optional file counts as whole."""
        source = self.sources.get(name)
        if source is None:
            return name in _OPTIONAL and not os.path.lexists(self.folder / name)
        return source.root is not None and all(finding.code in _HARMLESS for finding in source.findings)

    def words(self, name: str) -> frozenset[str]:
        """Every word of a file."""
        source = self.sources.get(name)
        return frozenset(_WORD.findall(source.text)) if source is not None else frozenset()

    def root(self, name: str) -> Mapping:
        """The tree of a file; an empty mapping if it is missing or could not be read."""
        source = self.sources.get(name)
        if source is None:
            return Mapping((), Span(self.shown(name)))
        return source.root or Mapping((), Span(source.file))


class Unread(Struct, frozen=True):
    """Parts of a template that could not be read; suppresses follow-up errors about names defined there.

    Attributes:
        paths: The paths of unread parts: ``印制``, ``评分.满分``, ``指标.某项.参数``; ``字段`` and ``指标`` if it is
            not known which fields or indicators there are.
        words: The words of files that were not read whole: each may be a name.
    """

    paths: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    @classmethod
    def of(cls, files: Files, paths: AbstractSet[str]) -> Unread:
        """The unread parts of these files, with the ``paths`` that were noted while reading them."""
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
        """Whether the value under this path could not be read."""
        return path in self.paths

    def may_be(self, steps: Sequence[str]) -> bool:
        """Whether there may be a fact or an indicator of this name in a part that could not be read."""
        return ("指标" if steps[0] == "指标" else "字段") in self.paths or all(step in self.words for step in steps)


def find_files(folder: Path) -> tuple[tuple[str, ...], list[Finding]]:
    """The names of the files that can be read, and findings for the others: missing, or no regular files."""
    names, found = [], []
    for name in (*_REQUIRED, *_OPTIONAL):
        file = folder / name
        if file.is_file():
            names.append(name)
        elif os.path.lexists(file):
            # Not treated as a missing optional file: the template would be scored without it.
            found.append(codes.NOT_A_FILE.at(Span(shown_path(file)), template=folder.name, file=name))
        elif name in _REQUIRED:
            found.append(codes.MISSING_FILE.at(Span(shown_path(folder)), template=folder.name, file=name))
    return tuple(names), found


def read_files(folder: Path, names: tuple[str, ...], findings: list[Finding]) -> Files:
    """The files with these names; what is wrong with them as YAML is added to ``findings``.

    Raises:
        FileProblem: One of them cannot be read.
    """
    sources = {name: read_yaml(folder / name, shown_path(folder / name)) for name in names}
    findings += (finding for source in sources.values() for finding in source.findings)
    return Files(folder, sources)
