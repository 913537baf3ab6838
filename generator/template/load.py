"""Loads templates from memory, from the cache of an earlier process, or from their files.

Parsing a template takes longer than reading its input, hence the cache.

A supplement holds the fields, indicators, weights and rules that a filing adds to its template. It is merged into the
trees of the template's files before these are read: all rules for templates hold for it, and findings point at its
lines.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Container, Iterator
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from msgspec import Struct
from msgspec.structs import astuple, replace

from generator.base import cache, diagnostics
from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import Finding, Refused, Span, nearest, shown_path, suggestion
from generator.base.files import Absent, Outside, find_beside, near_misses
from generator.base.formats import Format, plain
from generator.formula import parser as nodes
from generator.formula.parser import Expression
from generator.template import codes, model
from generator.template.files import (
    CHECKS,
    FIELDS,
    INDICATORS,
    MANIFEST,
    Files,
    Notes,
    Reader,
    find_files,
    find_template,
    known_templates,
    read_files,
    template_places,
)
from generator.template.model import Template, says_nothing
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import read_yaml
from generator.yamlfile.text import MOST_BYTES

KEY = "补充"
"""The key of an input that names its supplement."""
_KEYS = ("名称", "模板", "字段", "指标", "分值", "勾稽")
_ABOVE, _NAME, _WEIGHT, _BELOW, _ROWS = "上级", "名称", "分值", "下级", "指标来自"


def supplement_of(root: Mapping, folder: Path, fields: Container[str]) -> Path | None:
    """The supplement that an input in this folder names; None if it names none, or 补充 is a field of the template.

    Raises:
        Refused: There is no such file in the folder or below it.
    """
    node = root.get(KEY)
    if KEY in fields or node is None or (isinstance(node, Scalar) and (node.is_blank or says_nothing(node.text))):
        return None
    name = node.text.strip() if isinstance(node, Scalar) else ""
    return find_supplement(name, folder, node.span)


def find_supplement(name: str, folder: Path, span: Span) -> Path:
    """The supplement of this name in a folder or below it.

    Raises:
        Refused: There is none.
    """
    try:
        return find_beside(name, folder)
    except (Outside, Absent):
        hint = near_misses(name, folder, (".yaml", ".yml")) if name else "写一个文件名，如「补充: 补充.yaml」。"
        raise Refused([codes.NO_SUPPLEMENT.at(span, KEY, hint=hint, file=name or "（空白）")]) from None


def _with_supplement(files: Files, path: Path, findings: list[Finding]) -> Files:
    """The files of a template with a supplement merged in; what contradicts the template is added to ``findings``.

    Raises:
        Refused: The supplement cannot be read.
        FileProblem: Likewise.
    """
    source = read_yaml(path, shown_path(path))
    if source.root is None or source.findings:
        raise Refused(source.findings)
    reader = Reader(source.root, "", Notes(findings))
    reader.finish(_KEYS)
    meant = reader.text("模板")
    if meant and meant != files.folder.name:
        problem = f"补充的是模板「{meant}」，填报用的是「{files.folder.name}」"
        findings.append(codes.SUPPLEMENT.at(reader.place("模板"), "模板", problem=problem))
    roots = {name: files.root(name) for name in (MANIFEST, FIELDS, INDICATORS, CHECKS)}
    own = {key.text: key for key in roots[FIELDS].keys()}
    for key, _ in reader.entries("字段"):
        if key.text in own:
            problem = f"的字段「{key.text}」模板里已经有了，要另取名称"
            findings.append(codes.SUPPLEMENT.at(key.span, f"字段.{key.text}", problem=problem))
    added = source.root.get("字段")
    if isinstance(added, Mapping):
        new = tuple(entry for entry in added.entries if entry.key.text not in own)
        roots[FIELDS] = Mapping((*roots[FIELDS].entries, *new), roots[FIELDS].span)
    rules = source.root.get("勾稽")
    if isinstance(rules, Sequence):
        roots[CHECKS] = _with(
            roots[CHECKS], "勾稽", Sequence((*_items(roots[CHECKS].get("勾稽")), *rules.items), rules.span)
        )
    if reader.get("指标") is not None or reader.get(_WEIGHT) is not None:
        _add_indicators(roots, reader)
    sources = {name: replace(one, root=roots[name]) for name, one in files.sources.items()}
    if CHECKS not in sources and isinstance(rules, Sequence):
        sources[CHECKS] = replace(source, root=roots[CHECKS])
    return Files(files.folder, sources)


def _add_indicators(roots: dict[str, Mapping], reader: Reader) -> None:
    """Add the new indicators below their groups; adapt the weights above, and full marks."""
    form = roots[INDICATORS].get("指标")
    scoring = roots[MANIFEST].get("评分")
    full = scoring.get("满分") if isinstance(scoring, Mapping) else None
    if not isinstance(form, Sequence) or not isinstance(scoring, Mapping) or not isinstance(full, Scalar):
        place = reader.place("指标" if reader.node.get("指标") is not None else _WEIGHT)
        reader.findings.append(codes.SUPPLEMENT.at(place, "指标", problem="有指标，模板却没有评分表"))
        return
    known = {_text(one, _NAME): one for one in _walk(form)}
    grown = _Grown({}, {})
    for one in reader.readers("指标"):
        above = one.text(_ABOVE)
        problem = _why_not_below(above, known) if above else ""
        if problem:
            hint = suggestion(above, [name for name, node in known.items() if node.get(_BELOW) is not None])
            reader.findings.append(codes.SUPPLEMENT.at(one.place(_ABOVE), one.path, hint=hint, problem=problem))
            continue
        entries = tuple(entry for entry in one.node.entries if entry.key.text != _ABOVE)
        grown.added.setdefault(above, []).append(Mapping(entries, one.node.span))
    for key, node in reader.entries(_WEIGHT):
        if key.text not in known:
            hint, problem = suggestion(key.text, known), f"改了「{key.text}」的分值，模板没有这个指标"
            reader.findings.append(codes.SUPPLEMENT.at(key.span, f"分值.{key.text}", hint=hint, problem=problem))
        elif known[key.text].get(_BELOW) is not None or known[key.text].get(_ROWS) is not None:
            problem = f"改了「{key.text}」的分值，它是下级之和，随下级变，不能改"
            reader.findings.append(codes.SUPPLEMENT.at(key.span, f"分值.{key.text}", problem=problem))
        elif isinstance(node, Scalar):
            grown.weights[key.text] = node
        else:
            words = {"key": key.text, "expected": "数字"}
            reader.findings.append(codes.WRONG_SHAPE.at(node.span, f"分值.{key.text}", **words))
    items = grown.siblings(form, "")
    roots[INDICATORS] = _with(roots[INDICATORS], "指标", items)
    roots[MANIFEST] = _with(roots[MANIFEST], "评分", grown.adapted(scoring, "满分", form, items))


def _why_not_below(name: str, known: abc.Mapping[str, Mapping]) -> str:
    """Why the indicator of this name cannot get another one below it; empty if it can."""
    if name not in known:
        return f"的「上级」写的「{name}」，模板没有这个指标"
    if known[name].get(_BELOW) is None:
        way = "的指标由填报的表给出" if known[name].get(_ROWS) is not None else "自己评分，没有下级"
        return f"的「上级」写的「{name}」{way}，不能再加"
    return ""


class _Grown(Struct, frozen=True):
    """Additions below each indicator by its name (empty: on the first level), and changed weights."""

    added: dict[str, list[Mapping]]
    weights: dict[str, Scalar]

    def siblings(self, items: Sequence, above: str) -> Sequence:
        """A list of indicators with all additions below it."""
        return Sequence((*map(self._one, items.items), *self.added.get(above, ())), items.span)

    def _one(self, node: Node) -> Node:
        if not isinstance(node, Mapping):
            return node
        name, below = _text(node, _NAME), node.get(_BELOW)
        if name in self.weights:
            return _with(node, _WEIGHT, self.weights[name])
        if not isinstance(below, Sequence):
            return node
        items = self.siblings(below, name)
        return self.adapted(_with(node, _BELOW, items), _WEIGHT, below, items)

    @staticmethod
    def adapted(node: Mapping, key: str, before: Sequence, after: Sequence) -> Mapping:
        """The mapping whose weight under ``key`` has grown as much as the sum of the weights below it."""
        weight, change = node.get(key), _sum_of(after) - _sum_of(before)
        if not change or not isinstance(weight, Scalar):
            return node
        return _with(node, key, Scalar(plain(_number(weight) + change), weight.span))


def _sum_of(items: Sequence) -> Fraction:
    return sum((_number(one.get(_WEIGHT)) for one in items.items if isinstance(one, Mapping)), Fraction(0))


def _walk(items: Node | None) -> Iterator[Mapping]:
    for one in _items(items):
        if isinstance(one, Mapping):
            yield one
            yield from _walk(one.get(_BELOW))


def _items(node: Node | None) -> tuple[Node, ...]:
    return node.items if isinstance(node, Sequence) else ()


def _text(node: Mapping, key: str) -> str:
    value = node.get(key)
    return value.text if isinstance(value, Scalar) else ""


def _number(node: Node | None) -> Fraction:
    """A weight; 0 if it is invalid, which reading it reports."""
    try:
        return Fraction(parse_amount(node.text if isinstance(node, Scalar) else ""))
    except NotAnAmount:
        return Fraction(0)


def _with(node: Mapping, key: str, value: Node) -> Mapping:
    """The mapping with another value under a key, which is added if missing."""
    entries = tuple(Entry(one.key, value) if one.key.text == key else one for one in node.entries)
    new = () if node.get(key) is not None else (Entry(Scalar(key, value.span), value),)
    return Mapping((*entries, *new), node.span)


_TYPES: Final[tuple[Callable[..., Any], ...]] = (
    *(tuple, Fraction, Path, diagnostics.Severity, Span, Format, Expression),
    *(model.Template, model.Field, model.Item, model.RequiredEvidence, model.Indicator, model.Band, model.Scoring),
    *(model.Narratives, model.CheckRule, model.Switch, model.IndicatorRows, model.RowForm, model.Output),
    *(model.Measured,),
    *(nodes.Literal, nodes.Name, nodes.Unary, nodes.Binary, nodes.Compare, nodes.Logic, nodes.Choice, nodes.Call),
)
_NUMBERS: Final = {kind: number for number, kind in enumerate(_TYPES)}


class _Place(Struct, frozen=True):
    """A template's folder, and its files as shown from the working folder; the cache contains neither."""

    folder: Path
    seen: tuple[str, ...]


def cache_key(folder: Path, names: tuple[str, ...]) -> str:
    """The cache key of a template with these files' contents, in whatever folder.

    Empty if a file cannot be read, or is far too large.
    """
    files = [folder / name for name in names]
    try:
        contents = [file.read_bytes() for file in files if file.stat().st_size <= MOST_BYTES]
    except OSError:
        return ""
    said = [sha256(data).hexdigest() for data in contents]
    return cache.key_of("template", folder.name, names, said) if len(said) == len(names) else ""


def _cached(key: str, place: _Place) -> Template | None:
    """The template under this key; None if there is none, or its layout is no longer in its folder."""
    try:
        template = _restored(cache.load(key) if key else None, place)
        if not isinstance(template, Template):
            return None
        for layout in (template.layout, *(one.layout for one in template.outputs)):
            find_beside(str(layout.relative_to(template.folder)), template.folder)
    except (LookupError, TypeError, ValueError, Outside, Absent):
        return None
    return template


def _packed(value: object, place: _Place) -> object:
    """A value for msgpack: all but texts, numbers and dicts become lists that begin with the number of their type.

    Paths are relative to the template's folder, files of spans are numbers.
    """
    kind = Path if isinstance(value, Path) else type(value)
    if isinstance(value, Span):
        file, *rest = astuple(value)
        return [_NUMBERS[kind], place.seen.index(file) if file in place.seen else file, *rest]
    if isinstance(value, Struct):
        return [_NUMBERS[kind], *(_packed(getattr(value, name), place) for name in value.__struct_fields__)]
    if kind is tuple:
        return [_NUMBERS[kind], *(_packed(item, place) for item in cast("tuple[object, ...]", value))]
    if isinstance(value, Path):
        return [_NUMBERS[Path], str(value.relative_to(place.folder) if value.is_relative_to(place.folder) else value)]
    if kind in _NUMBERS:
        return [_NUMBERS[kind], str(value)]
    return {key: _packed(item, place) for key, item in value.items()} if isinstance(value, abc.Mapping) else value


def _restored(value: Any, place: _Place) -> Any:
    if type(value) is list:
        kind, items = _TYPES[value[0]], [_restored(item, place) for item in value[1:]]
        if kind is Span:
            file, *rest = items
            return Span(place.seen[file] if type(file) is int else file, *rest)
        return tuple(items) if kind is tuple else place.folder.joinpath(*items) if kind is Path else kind(*items)
    return {key: _restored(item, place) for key, item in value.items()} if type(value) is dict else value


_CACHED_TEMPLATES = 32


def load_template(folder: Path, supplement: Path | None = None) -> Template:
    """The template in this folder, with its supplement; loaded again only if a file changes.

    Raises:
        Refused: The template has errors.
        FileProblem: One of its files cannot be read.
    """
    names, found = find_files(folder)
    if found:
        raise Refused(found)
    # Absolute, and with the working folder as a part of the key: spans show relative paths.
    more = supplement.absolute() if supplement is not None else None
    stats = [file.stat() for file in (*(folder / name for name in names), *([more] if more is not None else []))]
    return _load(folder.absolute(), names, more, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats), Path.cwd())


@lru_cache(maxsize=_CACHED_TEMPLATES)
def _load(
    folder: Path, names: tuple[str, ...], supplement: Path | None, _stamps: tuple[tuple[int, int], ...], _here: Path
) -> Template:
    read = (*names, str(supplement)) if supplement is not None else names
    # Joining a folder and an absolute path gives the latter.
    key, place = cache_key(folder, read), _Place(folder, tuple(shown_path(folder / name) for name in read))
    cached = _cached(key, place)
    if cached is not None:
        return cached
    from generator.template.assembling import assemble  # noqa: PLC0415 - most templates come from the cache

    findings: list[Finding] = []
    files = read_files(folder, names, findings)
    if supplement is not None:
        files = _with_supplement(files, supplement, findings)
    template = replace(assemble(files, findings)[0], supplement=supplement)
    if diagnostics.has_errors(findings):
        raise Refused(diagnostics.in_order(findings))
    # Unless a file was saved in between: then key and template may not match.
    if key and key == cache_key(folder, read):
        cache.store(key, _packed(template, place))
    return template


_KEY = "模板"


def named_template(root: Mapping, start: Path, templates: Path | None = None) -> Template:
    """The template that an input names under 「模板」, with its 「补充」; see ``template_places``.

    Raises:
        Refused: The input names none, or one that is not there, or the template or its supplement has errors.
        FileProblem: A file of the template cannot be read.
    """
    named = root.get(_KEY)
    if not isinstance(named, Scalar) or named.is_blank:
        # Reported at the key that was probably meant, else at the top of the file.
        meant = next((key for key in root.keys() if named is None and nearest(_KEY, [key.text])), None)
        place, places = named or meant, [templates] if templates is not None else list(template_places(start))
        span = place.span if place is not None else Span(root.span.file, 1, 1)
        hint = f"是否把「模板」写成了「{meant.text}」？" if meant is not None else ""
        example = next(iter(known_templates(places)), "模板的名称")
        raise Refused([codes.NO_TEMPLATE_NAMED.at(span, _KEY, hint=hint, example=example)])
    folder = find_template(named.text, start, templates, named.span)
    supplement = None if root.get(KEY) is None else supplement_of(root, start.parent, load_template(folder).fields)
    return load_template(folder, supplement)


class TemplateLine(Struct, frozen=True):
    """One line of ``jixiao template list``; ``faulty`` if the template cannot be loaded."""

    name: str
    title: str
    version: str
    folder: Path
    faulty: bool = False


def list_templates(start: Path, templates: Path | None = None) -> list[TemplateLine]:
    """The templates that an input would find, those with errors among them; see ``template_places``.

    Raises:
        FileProblem: ``templates`` is no folder.
    """
    found: dict[str, TemplateLine] = {}
    for place in template_places(start, templates):
        for name in known_templates([place]):
            if name in found:
                continue  # the one in the nearer folder is used
            try:
                template = load_template(place / name)
            except diagnostics.JixiaoError:
                found[name] = TemplateLine(name, "", "", place / name, faulty=True)
            else:
                found[name] = TemplateLine(name, template.title, template.version, template.folder)
    return [found[name] for name in sorted(found)]
