"""A supplement to a template: fields, indicators, weights and rules that a filing adds to it, as data.

It is merged into the trees of the template's files before these are read: every rule for templates holds for it, and
findings point at its own lines.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from collections.abc import Mapping as Named
from fractions import Fraction
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import Finding, Refused, Span, shown_path, suggestion
from generator.base.files import Absent, Outside, find_beside, near_misses
from generator.base.forms import plain
from generator.template import codes
from generator.template.fields import says_nothing
from generator.template.files import CHECKS, FIELDS, INDICATORS, MANIFEST, Files, Notes, Reader
from generator.yamlfile.build import Entry, Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import read_yaml

KEY = "补充"
"""The key of an input that names its supplement."""
_KEYS = ("名称", "模板", "字段", "指标", "分值", "勾稽")
_ABOVE, _NAME, _WEIGHT, _BELOW, _ROWS = "上级", "名称", "分值", "下级", "指标来自"


def supplement_of(root: Mapping, folder: Path, fields: Container[str]) -> Path | None:
    """The supplement that an input in this folder names; None where it names none, or 补充 is a field of the template.

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


def with_supplement(files: Files, path: Path, findings: list[Finding]) -> Files:
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
        findings.append(
            _clash(reader.place("模板"), "模板", f"补充的是模板「{meant}」，填报用的是「{files.folder.name}」")
        )
    roots = {name: files.root(name) for name in (MANIFEST, FIELDS, INDICATORS, CHECKS)}
    own = {key.text: key for key in roots[FIELDS].keys()}
    for key, _ in reader.entries("字段"):
        if key.text in own:
            findings.append(_clash(key.span, f"字段.{key.text}", f"的字段「{key.text}」模板里已经有了，要另取名称"))
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


def _clash(span: Span, path: str, problem: str) -> Finding:
    return codes.SUPPLEMENT.at(span, path, problem=problem)


def _add_indicators(roots: dict[str, Mapping], reader: Reader) -> None:
    """Put the new indicators below their groups; weights above them, and full marks, follow."""
    form = roots[INDICATORS].get("指标")
    scoring = roots[MANIFEST].get("评分")
    full = scoring.get("满分") if isinstance(scoring, Mapping) else None
    if not isinstance(form, Sequence) or not isinstance(scoring, Mapping) or not isinstance(full, Scalar):
        place = reader.place("指标" if reader.node.get("指标") is not None else _WEIGHT)
        reader.findings.append(_clash(place, "指标", "有指标，模板却没有评分表"))
        return
    known = {_text(one, _NAME): one for one in _walk(form)}
    grown = _Grown({}, {})
    for one in reader.readers("指标"):
        above = one.text(_ABOVE)
        problem = _why_not_below(above, known) if above else ""
        if problem:
            hint = suggestion(above, [name for name, node in known.items() if node.get(_BELOW) is not None])
            reader.findings.append(
                replace(_clash(one.place(_ABOVE), one.path, problem), hint=hint or codes.SUPPLEMENT.hint)
            )
            continue
        entries = tuple(entry for entry in one.node.entries if entry.key.text != _ABOVE)
        grown.added.setdefault(above, []).append(Mapping(entries, one.node.span))
    for key, node in reader.entries(_WEIGHT):
        if key.text not in known:
            found = _clash(key.span, f"分值.{key.text}", f"改了「{key.text}」的分值，模板没有这个指标")
            reader.findings.append(replace(found, hint=suggestion(key.text, known) or found.hint))
        elif known[key.text].get(_BELOW) is not None or known[key.text].get(_ROWS) is not None:
            problem = f"改了「{key.text}」的分值，它是下级之和，随下级变，不能改"
            reader.findings.append(_clash(key.span, f"分值.{key.text}", problem))
        elif isinstance(node, Scalar):
            grown.weights[key.text] = node
    items, change = grown.siblings(form, "")
    roots[INDICATORS] = _with(roots[INDICATORS], "指标", items)
    if change:
        total = Scalar(plain(_number(full) + change), full.span)
        roots[MANIFEST] = _with(roots[MANIFEST], "评分", _with(scoring, "满分", total))


def _why_not_below(name: str, known: Named[str, Mapping]) -> str:
    """Why an indicator cannot be put below the one of this name; empty if it can."""
    if name not in known:
        return f"的「上级」写的「{name}」，模板没有这个指标"
    if known[name].get(_BELOW) is None:
        way = "的指标由填报的表给出" if known[name].get(_ROWS) is not None else "自己评分，没有下级"
        return f"的「上级」写的「{name}」{way}，不能再加"
    return ""


class _Grown(Struct, frozen=True):
    """What is added below each indicator, by its name (empty: on the first level), and the weights that change."""

    added: dict[str, list[Mapping]]
    weights: dict[str, Scalar]

    def siblings(self, items: Sequence, above: str) -> tuple[Sequence, Fraction]:
        """A list of indicators with everything added below it, and by how much its weights have grown."""
        grown = [self._one(item) for item in items.items]
        added = self.added.get(above, [])
        change = sum((change for _, change in grown), Fraction(0))
        change += sum((_number(one.get(_WEIGHT)) for one in added), Fraction(0))
        return Sequence((*(node for node, _ in grown), *added), items.span), change

    def _one(self, node: Node) -> tuple[Node, Fraction]:
        if not isinstance(node, Mapping):
            return node, Fraction(0)
        name, below, weight = _text(node, _NAME), node.get(_BELOW), node.get(_WEIGHT)
        if name in self.weights:
            return _with(node, _WEIGHT, self.weights[name]), _number(self.weights[name]) - _number(weight)
        if not isinstance(below, Sequence):
            return node, Fraction(0)
        items, change = self.siblings(below, name)
        node = _with(node, _BELOW, items)
        if change and isinstance(weight, Scalar):
            node = _with(node, _WEIGHT, Scalar(plain(_number(weight) + change), weight.span))
        return node, change


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
    """A weight; 0 if it is none, which is reported where it is read."""
    try:
        return Fraction(parse_amount(node.text if isinstance(node, Scalar) else ""))
    except NotAnAmount:
        return Fraction(0)


def _with(node: Mapping, key: str, value: Node) -> Mapping:
    """The mapping with another value under a key, which is added where it is missing."""
    entries = tuple(Entry(one.key, value) if one.key.text == key else one for one in node.entries)
    new = () if node.get(key) is not None else (Entry(Scalar(key, value.span), value),)
    return Mapping((*entries, *new), node.span)
