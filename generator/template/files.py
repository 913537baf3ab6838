"""The files of a template: found in its folder, read key by key, with all that is missing, unknown or ill-shaped."""

from __future__ import annotations

import os
import re
from collections import abc
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Named
from collections.abc import Set as AbstractSet
from fractions import Fraction
from pathlib import Path

from msgspec import Struct, field

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import FileProblem, Finding, Refused, Severity, Span, nearest, shown_path, suggestion
from generator.base.formats import SCALES, Format
from generator.formula.parser import Expression, own_formula, parse
from generator.template import codes
from generator.yamlfile import codes as reading_codes
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import Source, read_yaml

MANIFEST, FIELDS, INDICATORS, CHECKS = "template.yaml", "fields.yaml", "indicators.yaml", "checks.yaml"
_REQUIRED = (MANIFEST, FIELDS)
_OPTIONAL = (INDICATORS, CHECKS)
# Findings about what reading corrects or ignores: nothing of the file is lost.
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
# In these texts, quotes around the whole are a mistake.
_NOTES = frozenset({"说明", "示例", "来源", "改法", "依据"})
_NAMING = frozenset({"名称", "版本", "文件名", "版式", "标签"})
_OF_MANIFEST = frozenset({"评分", "印制", "等级", "叙述", "结论"})
_WORD = re.compile(r"\w+")
_PACKAGE = Path(__file__).resolve().parents[1]
SHIPPED = (_PACKAGE / "templates", _PACKAGE.parent / "templates")
"""The shipped templates: in an installed wheel, in a checkout."""


def find_template(name: str, start: Path, asked: Path | None = None, span: Span | None = None) -> Path:
    """The folder of the template with this name, which was written at ``span``; see ``template_places``.

    Raises:
        Refused: There is none (the finding names similar ones), or its main file is missing.
        FileProblem: ``asked`` is no folder.
    """
    for place in template_places(start, asked):
        # Comparing with the names of existing folders keeps a name from being a path to elsewhere.
        if place.is_dir() and name in os.listdir(place):  # noqa: PTH208 - names alone
            folder = place / name
            if (folder / MANIFEST).exists():
                return folder
            # A broken one is never replaced by another of that name.
            raise Refused([codes.MISSING_FILE.at(Span(shown_path(folder)), template=name, file=MANIFEST)])
    known = known_templates(list(template_places(start, asked)))
    raise Refused(
        [codes.UNKNOWN_TEMPLATE.at(span or Span(str(start)), "模板", hint=suggestion(name, known), name=name)]
    )


def known_templates(places: list[Path]) -> list[str]:
    """The names of the templates in these folders, sorted."""
    return sorted({manifest.parent.name for place in places for manifest in place.glob(f"*/{MANIFEST}")})


def template_places(start: Path, asked: Path | None = None) -> Iterator[Path]:
    """The folders of templates in the order of the search: upward from the input, then the shipped ones.

    If a folder is ``asked`` for, it is the only one.

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
    yield from SHIPPED


class Files(Struct, frozen=True):
    """The files of a template by name, without missing ones and what is no regular file."""

    folder: Path
    sources: dict[str, Source]

    def shown(self, name: str) -> str:
        """A file's name as findings show it."""
        return shown_path(self.folder / name)

    def is_whole(self, name: str) -> bool:
        """Whether a file was read in full; a missing optional file counts."""
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

    def may_be(self, steps: abc.Sequence[str]) -> bool:
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
            # Not a missing optional file: the template would be scored without it.
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


_PLACES = tuple(str(places) for places in range(13))
SEVERITIES = {severity.word: severity for severity in Severity}
"""The words for them in a template."""


class Notes(Struct, frozen=True):
    """What is noted while a file is read.

    ``findings``; the paths of ``unread`` parts: names that these may define count as known; the ``readers`` of its
    mappings.
    """

    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    readers: list[Reader] = field(default_factory=list)

    def finish(self) -> None:
        """Reports what no reader has asked for."""
        for reader in self.readers:
            reader.finish()


class Reader:
    """Reads the values of one mapping. ``notes`` collects findings; a bad value reads as its default."""

    def __init__(self, node: Mapping, path: str, notes: Notes) -> None:
        self.node, self.path, self.notes = node, path, notes
        self.known: set[str] = set()
        self.is_finished = False
        notes.readers.append(self)

    @property
    def findings(self) -> list[Finding]:
        """The findings so far, in this mapping and in all that share its notes."""
        return self.notes.findings

    def finish(self, asked: Iterable[str] = ()) -> None:
        """Report keys that were neither read nor ``asked``; the keys that they may have meant count as unread."""
        if self.is_finished:
            return
        self.is_finished = True
        self.known.update(asked)
        absent = [key for key in sorted(self.known) if self.node.get(key) is None]
        told = self.known - _NOTES - _NAMING
        for entry in self.node.entries:
            # One blank too many makes a key the last line of the text above it.
            block = entry.value.text if isinstance(entry.value, Scalar) and entry.value.block else ""
            taken = next((key for key in absent if block and re.search(rf"(?:^|\s){key}: ", block)), "")
            if taken:
                self._wrong(entry.value, entry.key.text, f"一段文字，里面却有「{taken}: 」，那一行缩进多了")
            is_empty = isinstance(entry.value, Scalar) and entry.value.is_blank and not entry.value.text
            # A required one was reported as missing.
            if is_empty and entry.key.text in told and self._below(entry.key.text) not in self.notes.unread:
                words = {"problem": "后面什么也没有，等于没有写", "mend": "写上它的值，或删去这个键。"}
                self.findings.append(codes.SETTING.at(entry.key.span, self.path, name=entry.key.text, **words))
        for key in self.node.keys():
            if key.text not in self.known:
                hint = suggestion(key.text, sorted(self.known))
                self.findings.append(codes.UNKNOWN_KEY.at(key.span, self.path, hint=hint, key=key.text))
                self._lose(*(nearest(key.text, absent, most=1) or absent))

    def _lose(self, *keys: str) -> None:
        self.notes.unread.update(map(self._below, keys))

    def _below(self, key: str) -> str:
        return f"{self.path}.{key}".lstrip(".")

    def _items(self, key: str) -> tuple[Node, ...]:
        node = self.get(key)
        if node is not None and not isinstance(node, Sequence):
            self._wrong(node, key, "列表")
        return node.items if isinstance(node, Sequence) else ()

    def get(self, key: str, *, required: bool = False) -> Node | None:
        """The node under a key; a blank one counts as absent."""
        self.known.add(key)
        node = self.node.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_blank):
            if required:
                self.findings.append(codes.MISSING_KEY.at(self.node.span, self.path, key=key))
                self._lose(key)
            return None
        return node

    def place(self, key: str) -> Span:
        """The place of the value under a key; that of the mapping if there is none."""
        node = self.node.get(key)
        return node.span if node is not None else self.node.span

    def scalar(self, key: str, expected: str = "文字", *, required: bool = False) -> Scalar | None:
        """The single value under a key."""
        node = self.get(key, required=required)
        if node is None or isinstance(node, Scalar):
            return node
        self._wrong(node, key, expected)
        return None

    def text(self, key: str, *, required: bool = False) -> str:
        """The text under a key, empty where there is none."""
        node = self.scalar(key, required=required)
        if node is not None and key in _NAMING and node.text[:1] == "“" and node.text.find("”") == len(node.text) - 1:
            self._wrong(node, key, '半角引号 " " 里的文字，这里是中文引号')
        return node.text if node is not None else ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        """是 or 否."""
        node = self.scalar(key, "「是」或「否」")
        if node is None:
            return default
        if node.text not in ("是", "否"):
            self._wrong(node, key, "「是」或「否」")
        return node.text == "是"

    def number(self, key: str, *, required: bool = False) -> Fraction | None:
        """A number, which may be a percentage."""
        node = self.scalar(key, "数字", required=required)
        return self._number(node, key) if node is not None else None

    def weight(self) -> Fraction:
        """The weight of an indicator or a point, which is not negative."""
        weight = self.number("分值", required=True) or Fraction(0)
        if weight < 0 and (node := self.get("分值")) is not None:
            self._wrong(node, "分值", "不小于 0 的数字；扣分项写 0 和「附加: 是」，扣分写进「得分」")
        return weight

    def level(self, key: str, default: int) -> int:
        """A whole number from 1 on."""
        node, number = self.scalar(key, "整数"), self.number(key)
        if node is not None and number is not None and (number < 1 or number.denominator != 1):
            self._wrong(node, key, "1 以上的整数")
            return default
        return int(number or default)

    def places(self, key: str, *, required: bool = False) -> int:
        """A number of decimals."""
        node = self.scalar(key, "小数位数", required=required)
        if node is not None and node.text in _PLACES:
            return int(node.text)
        if node is not None:
            self._wrong(node, key, f"不超过 {_PLACES[-1]} 的整数")
        return 0

    def shares(self, key: str) -> dict[str, Fraction]:
        """A mapping of names to shares of a whole."""
        found = self.numbers(key)
        for name, node in self.entries(key):
            if not 0 <= found.get(name.text, 0) <= 1:
                self._wrong(node, name.text, " 0% 到 100% 之间的百分数，如 100%")
        return {name: share for name, share in found.items() if 0 <= share <= 1}

    def numbers(self, key: str) -> dict[str, Fraction]:
        """A mapping of names to numbers."""
        numbers = ((name.text, self._number(node, name.text)) for name, node in self.entries(key))
        return {name: number for name, number in numbers if number is not None}

    def choice(self, key: str, choices: Iterable[str], what: str, *, default: str | None = None) -> str:
        """One of the given words; required if there is no default, and empty if it is none of them."""
        node = self.scalar(key, required=default is None)
        return node.text if node is not None and self.is_one_of(node, choices, what) else default or ""

    def is_one_of(self, node: Scalar, choices: Iterable[str], what: str) -> bool:
        """Whether a word is one of those given; reports any other."""
        words = list(choices)
        if node.text not in words:
            hint = suggestion(node.text, words) if words else f"模板里还没有{what}，先写出来再用。"
            self.findings.append(codes.UNKNOWN_KIND.at(node.span, self.path, hint=hint, kind=node.text, what=what))
        return node.text in words

    def format(self, key: str, formats: Named[str, Format] | None) -> Format | None:
        """One of the template's number formats; any name is accepted if those could not be read (None)."""
        if formats is None:
            self.scalar(key)
            return None
        return formats.get(self.choice(key, formats, "印制形式", default=""))

    def severity(self, key: str) -> Severity:
        """错误, 警告 or 提示."""
        return SEVERITIES[self.choice(key, SEVERITIES, "级别", default="错误")]

    def formula(self, key: str, *, required: bool = False) -> Expression | None:
        """A parsed formula."""
        node = self.scalar(key, "公式", required=required)
        found = self._formula(node, key) if node is not None else None
        if node is not None and found is None:
            self._lose(key)
        return found

    def formulas(self, key: str) -> dict[str, Expression]:
        """A mapping of names to formulas."""
        # The name of a formula with a syntax error counts as known.
        return {
            name.text: self._formula(node, name.text) or own_formula("0", node.span) for name, node in self.entries(key)
        }

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        texts = (self._text(item, key) for item in self._items(key))
        return tuple(text for text in texts if text is not None)

    def text_map(self, key: str) -> dict[str, str]:
        """A mapping of names to texts."""
        texts = ((name.text, self._text(node, name.text)) for name, node in self.entries(key))
        return {name: text for name, text in texts if text is not None}

    def entries(self, key: str) -> Iterator[tuple[Scalar, Node]]:
        """The keys and values of the mapping under a key."""
        node = self.get(key)
        if isinstance(node, Mapping):
            yield from ((entry.key, entry.value) for entry in node.entries)
        elif node is not None:
            self._wrong(node, key, "「名称: 值」的列表")

    def readers(self, key: str) -> Iterator[Reader]:
        """A reader for each mapping of the list under a key."""
        for number, item in enumerate(self._items(key), 1):
            if isinstance(item, Mapping):
                yield Reader(item, self._below(f"{key}[{number}]"), self.notes)
            else:
                self._wrong(item, key, "由「名称: 值」组成的列表")

    def reader(self, key: str, *, required: bool = False) -> Reader | None:
        """A reader for the mapping under a key."""
        node = self.get(key, required=required)
        if isinstance(node, Mapping):
            return Reader(node, self._below(key), self.notes)
        if node is not None:
            self._wrong(node, key, "一组「名称: 值」")
        return None

    def _text(self, node: Node, key: str) -> str | None:
        if isinstance(node, Scalar):
            return node.text
        self._wrong(node, key, "文字")
        return None

    def _formula(self, node: Node, key: str) -> Expression | None:
        if not isinstance(node, Scalar):
            self._wrong(node, key, "公式")
            return None
        span = node.span
        if node.quoted:
            # Places inside the formula are counted from its first character.
            span = Span(span.file, span.line, span.column + 1, max(span.length - 2, 1))
        parsed = parse(node.text, span, self.path)
        if isinstance(parsed, Expression):
            return parsed
        self.findings.append(parsed)
        return None

    def _number(self, node: Node, key: str) -> Fraction | None:
        try:
            amount = parse_amount(node.text if isinstance(node, Scalar) else "")
        except NotAnAmount:
            amount = None
        if amount is None or amount.unit.name not in (*SCALES, "分"):
            self._wrong(node, key, "数字")
            return None
        return Fraction(amount)

    def _wrong(self, node: Node, key: str, expected: str) -> None:
        self.findings.append(codes.WRONG_SHAPE.at(node.span, self.path, key=key, expected=expected))
        self._lose(key)
