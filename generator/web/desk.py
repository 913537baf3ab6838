"""The filings of a folder, and working texts that change as the user types and are saved on request."""

from __future__ import annotations

import hashlib
import re
import secrets
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, cached_property, partial
from itertools import chain, count, islice
from pathlib import Path
from threading import RLock
from typing import Final

from msgspec import Struct, field

from generator.base.diagnostics import Finding, JixiaoError, Refused, Span, has_errors
from generator.base.files import Absent, Outside, find_beside
from generator.provenance.guard import backup_of, overwrite
from generator.provenance.write import not_written, write_new
from generator.submission.accept import check_value, read_filing
from generator.submission.attachments import EVIDENCE, names_file
from generator.submission.filing import (
    INDICATORS,
    ITEMS,
    Values,
    field_at,
    is_workbook,
    node_meaning,
    row_at,
    said_by,
    with_lists,
    written_path,
)
from generator.template.load import named_template
from generator.template.model import Template
from generator.web.look import Look, look_at
from generator.workflows import codes
from generator.workflows.diff.differences import FactChange
from generator.workflows.diff.facts import compare_facts
from generator.workflows.jobs import is_input
from generator.yamlfile.build import Mapping, Node, Scalar
from generator.yamlfile.build import Sequence as Items
from generator.yamlfile.edit import KeyPath
from generator.yamlfile.regrow import regrown, regrown_within
from generator.yamlfile.source import Source, parse_yaml, read_yaml

Cells = list[tuple[list[str | int], str]]
"""The values of a row: path within the row, and text."""


class Typed(Struct, forbid_unknown_fields=True):
    """A change: a new text at a path, or new rows of the table there."""

    path: list[str | int]
    value: str = ""
    rows: list[Cells] | None = field(default=None)


def changed(source: Source, template: Template, values: Values, changes: Sequence[Typed]) -> Source:
    """Apply changes to a filing that has no findings; raises ``Refused`` if one cannot be written as YAML."""
    meaning = partial(node_meaning, template=template)
    for change in changes:
        values, path = _with(values, change, template), tuple(change.path)
        # Rewrites as little of the text as possible.
        for steps, above in _mappings(source, path, template):
            part = {at: value for at, value in values.items() if at[: len(above)] == above}
            new = _down(with_lists(part, template), above)
            made = regrown_within(source, steps, new, meaning, above) if new is not None else None
            if made is not None:
                break
        else:
            made = regrown(source, with_lists(values, template), meaning)
        if made is None:
            raise Refused([codes.CANNOT_WRITE_SO.at(Span(source.file), written_path(path), where=written_path(path))])
        source = made
    return source


def near(change: Typed, template: Template, folder: Path) -> tuple[str, list[Finding]]:
    """Check a typed value on its own; returns its path and the findings."""
    path, field = tuple(change.path), field_at(tuple(change.path), template)
    return written_path(path), check_value(change.value, field, written_path(path), folder) if field is not None else []


def _mappings(source: Source, path: KeyPath, template: Template) -> Iterator[tuple[KeyPath, KeyPath]]:
    """The mappings around a value, innermost first: steps in the tree, and path with row numbers."""
    node: Node | None = source.root
    steps: KeyPath = ()
    found: list[tuple[KeyPath, KeyPath]] = []
    for number, step in enumerate(path):
        if isinstance(node, Mapping) and isinstance(step, str):
            node, steps = node.get(step), (*steps, step)
        elif isinstance(node, Items) and isinstance(step, int):
            at = row_at(node, step, path[: number + 1], template)
            if at is None:
                break
            node, steps = node.items[at], (*steps, at)
        else:
            break
        if isinstance(node, Mapping):
            found.append((steps, path[: number + 1]))
    yield from reversed(found)


def _down(tree: Node, path: KeyPath) -> Mapping | None:
    """The mapping at a path of a tree that has no other branches."""
    for step in path:
        if isinstance(tree, Items):
            tree = tree.items[0]
        elif isinstance(tree, Mapping) and (below := tree.get(str(step))) is not None:
            tree = below
        else:
            return None
    return tree if isinstance(tree, Mapping) else None


def _with(values: Values, change: Typed, template: Template) -> Values:
    path = tuple(change.path)
    new: Values = {}
    if change.rows is None:
        new = {path: _typed(change.value)} if change.value.strip() else {}
    else:
        filled = ([(cell, text.strip()) for cell, text in row if text.strip()] for row in change.rows)
        for number, row in enumerate(row for row in filled if row):
            cells = {(*path, number, *cell): _typed(text) for cell, text in row}
            new |= _evidence(path, number, row) if path[-1] == EVIDENCE else cells
    kept = {at: value for at, value in values.items() if at[: len(path)] != path}
    # In the order of the template, each new key comes behind the one before it, wherever the file has that.
    rank = _ranked(template)
    return dict(sorted([*kept.items(), *new.items()], key=lambda one: rank(one[0])))


def _typed(text: str) -> Scalar:
    """A text from the page, without blank lines and blanks around its lines."""
    return Scalar("\n".join(line.strip() for line in text.split("\n") if line.strip()), Span(""))


def _evidence(path: KeyPath, number: int, row: Cells) -> Values:
    """A piece of evidence; a plain text if it has only a title or only a file."""
    texts = {str(cell[0]): text for cell, text in row}
    (key, text), *more = texts.items()
    if not more and names_file(text) == (key == "文件"):
        return {(*path, number): Scalar(text, Span(""))}
    return {(*path, number, key): Scalar(text, Span("")) for key, text in texts.items()}


def _ranked(template: Template) -> Callable[[KeyPath], list[int]]:
    """Ranks paths by the template's order and the numbers of rows; unknown keys come last."""
    order = cache(lambda above: {name: at for at, name in enumerate(_order(above, template))})

    def rank(path: KeyPath) -> list[int]:
        names = [tuple(step for step in path[:at] if isinstance(step, str)) for at in range(len(path))]
        return [
            step if isinstance(step, int) else order(above).get(step, sys.maxsize)
            for above, step in zip(names, path, strict=True)
        ]

    return rank


def _order(above: KeyPath, template: Template) -> list[str]:
    """The names below a path without numbers of rows, in template order."""
    if not above:
        return ["模板", *template.fields, INDICATORS, "附件"]
    if above == (INDICATORS,):
        return [node.name for node in template.all_indicators()]
    if above[0] == INDICATORS:
        indicator = next((node for node in template.all_indicators() if node.name == above[1]), None)
        if above[-1] == ITEMS and indicator is not None:
            return [item.name for item in indicator.items]
        return ["自评分", "结论", ITEMS, "说明", "原因", EVIDENCE]
    field = field_at(above, template)
    return list(field.members) if field is not None else []


_ENDINGS: Final = (".yaml", ".yml")
_DIGEST_OF_NOTHING: Final = hashlib.sha256(b"").hexdigest()
_MOST_LISTED, _MOST_STEPS, _HEAD, _LARGE = 1_000, 200, 4_096, 60_000
_HEAD_KEYS = [re.compile(rf"^[ \t]*{key}:[ \t]*([^\n#]+)", re.MULTILINE) for key in ("模板", "年度", "名称")]


class FilingLine(Struct, frozen=True):
    """An entry of the list of filings; ``windows`` are its unsaved working texts."""

    name: str
    template: str
    year: str
    department: str
    windows: tuple[str, ...] = ()
    is_book: bool = False


class Desk:
    """A folder of filings and the windows opened on them."""

    def __init__(self, folder: Path, templates: Path | None = None, output: Path | None = None) -> None:
        self.folder, self.templates, self.output = folder, templates, output
        self.windows: dict[str, Window] = {}
        self.lock = RLock()

    def filings(self) -> list[FilingLine]:
        """The filings of the folder by name, including unreadable ones."""
        filings = (file for file in sorted(self.folder.iterdir()) if is_input(file, self.folder))
        return [self._line(file) for file in islice(filings, _MOST_LISTED)]

    def _line(self, file: Path) -> FilingLine:
        if is_workbook(file):
            return FilingLine(file.name, "（Excel 填报表）", "", "", is_book=True)
        try:
            with file.open("rb") as stream:
                head = stream.read(_HEAD).decode("utf-8", "replace")
        except OSError:
            head = ""
        template, year, department = (
            match[1].strip() if (match := pattern.search(head)) else "" for pattern in _HEAD_KEYS
        )
        unsaved = [key for key, one in self.windows.items() if one.file == file and not one.is_saved]
        return FilingLine(file.name, template, year, department, tuple(unsaved))

    def file(self, name: str) -> Path:
        """The path of a filing of this folder by its name; raises ``Refused`` if there is none."""
        # Only names that exist in the folder are accepted, so a name cannot be a path to elsewhere.
        names = {file.name for file in self.folder.iterdir()} if self.folder.is_dir() else set()
        if name not in names or not (Path(name).suffix.lower() in _ENDINGS or is_workbook(name)):
            raise Refused([codes.NO_FILING.at(Span(name), folder=self.folder, file=name)])
        return self.folder / name

    def open(self, name: str) -> str:
        """Open a filing in a new window; returns its key."""
        key = secrets.token_urlsafe(9)
        for one in self.windows.values():
            one.rest()  # most are of tabs that were closed
        self.windows[key] = Window(self.file(name), self.templates)
        return key


class Window:
    """A working text of a filing, with undo and redo."""

    def __init__(self, file: Path, templates: Path | None) -> None:
        self.file, self.templates = file, templates
        self.version = 0
        self.past: list[str] = []
        self.future: list[str] = []
        self.last: list[str | int] = []
        self.load()

    def load(self) -> None:
        """Load the file; undo restores the previous working text."""
        on_disk = read_filing(self.file, self.templates)
        if self.version and on_disk.text != self.source.text and not self.is_unreadable:
            self._keep()
        self.on_disk = on_disk
        self._set(on_disk)

    def _set(self, source: Source) -> None:
        self.source = source
        self.version += 1
        self.near: list[tuple[str, list[Finding]]] = []
        self.rest()

    def rest(self) -> None:
        """Drop cached values."""
        for name in ("look", "template", "values"):
            self.__dict__.pop(name, None)

    def _keep(self) -> None:
        self.past = [*self.past, self.source.text][-_MOST_STEPS:]
        self.future.clear()

    @property
    def is_saved(self) -> bool:
        """Whether the working text equals the file as last read or written."""
        return self.source.text == self.on_disk.text

    @cached_property
    def template(self) -> Template | None:
        """The template; None if the text cannot be shown as a form."""
        root = self.source.root
        if root is None or self.is_book or has_errors(self.source.findings):
            return None
        try:
            return named_template(root, self.file, self.templates)
        except JixiaoError:
            return None

    @cached_property
    def values(self) -> Values:
        """The values by path."""
        assert self.source.root is not None  # noqa: S101 - only used with a form
        assert self.template is not None  # noqa: S101
        return said_by(self.source.root, self.template)

    @property
    def is_book(self) -> bool:
        """Whether it is a workbook, which is only shown and checked here."""
        return is_workbook(self.file)

    @property
    def is_unreadable(self) -> bool:
        """Whether the file could not be decoded: its text is unknown, and nothing may be written in its place."""
        return not self.is_book and _is_unreadable(self.source)

    @property
    def beside(self) -> Path:
        """A free name for the YAML file that a workbook is converted to."""
        return free(self.file.with_suffix(".yaml"))

    @property
    def is_large(self) -> bool:
        """Whether assessing it is too slow to do on every change."""
        return not self.is_book and len(self.source.text) > _LARGE

    @property
    def place(self) -> tuple[Path, Path | None]:
        """Its file, and the folder of templates."""
        return self.file, self.templates

    @cached_property
    def look(self) -> Look:
        """The findings, scores and report of the working text."""
        return look_at(self.source, self.file, self.templates)

    def change(self, version: int, changes: Sequence[Typed]) -> None:
        """Apply changes; raises ``Refused`` if the page shows an older version, or the text cannot be changed so."""
        self._refuse_old(version)
        template = self.template
        if template is None:
            raise Refused(self.look.findings)
        made = changed(self.source, template, self.values, changes)
        # Consecutive changes of one box are one undo step.
        path = changes[0].path if len(changes) == 1 and changes[0].rows is None else []
        self._replace(made, together=bool(path) and path == self.last)
        self.last = path
        self.near = [near(change, template, self.file.parent) for change in changes if change.rows is None]

    def write(self, version: int, text: str) -> None:
        """Replace the text; raises ``Refused`` if the page shows an older version, or the file could not be decoded."""
        self._refuse_old(version)
        self._refuse_unreadable()
        self._replace(self._parsed(text))

    def _parsed(self, text: str) -> Source:
        return parse_yaml(text.encode("utf-8", "replace"), self.source.file)

    def _replace(self, source: Source, *, together: bool = False) -> None:
        if source.text == self.source.text:
            return
        if not together:
            self._keep()
        self._set(source)
        self.last = []

    def undo(self, version: int, *, again: bool = False) -> None:
        """Undo one step, or redo it."""
        self._refuse_old(version)
        come_from, go_to = (self.future, self.past) if again else (self.past, self.future)
        if come_from:
            go_to.append(self.source.text)
            self._set(self._parsed(come_from.pop()))
            self.last = []

    def save(self, version: int, over: str = "") -> None:
        """Write the working text in place.

        ``over`` is the digest of a file changed elsewhere that may be replaced; a backup is kept.

        Raises:
            Refused: The page shows an older version, the file was changed elsewhere or could not be decoded.
            FileProblem: It cannot be written.
        """
        self._refuse_old(version)
        self._refuse_unreadable()
        there = self.on_disk
        if over or _is_unreadable(there):
            there = read_yaml(self.file)
            if over and there.digest != over:
                raise Refused([self._changed()])
            data = self.file.read_bytes()
            write_new(data, backup_of(self.file, data))
        # If the file was moved away meanwhile, create it again.
        if not write_new(self.source.text.encode("utf-8", "replace"), self.file):
            overwrite(self.file, there, self.source.text, self._changed())
        self.on_disk = read_yaml(self.file)

    def _changed(self) -> Finding:
        return codes.CHANGED_ON_DISK.at(Span(str(self.file)), file=self.file.name)

    def _refuse_old(self, version: int) -> None:
        if self.is_book or version != self.version:
            raise Refused([codes.MOVED_ON.at(Span(str(self.file)))])

    def _refuse_unreadable(self) -> None:
        if self.is_unreadable:
            raise Refused(self.source.findings)

    @property
    def leads_out(self) -> bool:
        """Whether the folder of evidence next to the filing is a link to elsewhere."""
        return (self.file.parent / EVIDENCE).resolve().parent != self.file.parent.resolve()

    def put(self, name: str, data: bytes) -> str:
        """Store a file in the folder of evidence next to the filing; returns its relative path.

        Existing files are kept: an identical one is reused, otherwise the new name is numbered.
        """
        folder = self.file.parent
        try:
            (folder / EVIDENCE).mkdir(exist_ok=True)
        except OSError as error:
            raise not_written(folder / EVIDENCE, error) from error
        plain_name, numbers = Path(name), count(2)
        while True:
            path = f"{EVIDENCE}/{name}"
            if write_new(data, folder / path):
                return path
            with suppress(Absent, Outside, OSError):
                if find_beside(path, folder).read_bytes() == data:
                    return path
            name = f"{plain_name.stem}-{next(numbers)}{plain_name.suffix}"

    def against(self, other: Source) -> list[FactChange]:
        """The facts that differ between another text and the working text."""
        fields = self.template.fields if self.template is not None else {}
        return compare_facts(other.root, self.source.root, fields).changes


def free(file: Path) -> Path:
    """The file, or one of its name with the next free number, so that none is overwritten."""
    numbered = (file.with_name(f"{file.stem}-{number}{file.suffix}") for number in count(2))
    return next(name for name in chain([file], numbered) if not name.exists())


def _is_unreadable(source: Source) -> bool:
    return not source.text and source.digest != _DIGEST_OF_NOTHING
