"""A template's folder to a Template. All problems of all its files come in one run."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from pathlib import Path

from generator.diagnostics import Finding, Span, has_errors, in_order, shown_path
from generator.errors import Refused
from generator.figures import RATE, Form
from generator.reading import Mapping, read_yaml
from generator.template import codes
from generator.template.fields import read_fields
from generator.template.indicators import check_weights, read_indicators
from generator.template.model import Band, CheckRule, Narratives, Scoring, Template
from generator.template.names import check_names
from generator.template.reader import Reader, constant

__all__ = ["load_template"]

_FILES = ("template.yaml", "fields.yaml")
_OPTIONAL_FILES = ("indicators.yaml", "checks.yaml")
_TRIMS = {"不去": "none", "末尾": "zeros", "整数": "whole"}
_UNITS = ("元", "千元", "万元", "亿元", "%", "‰")
_CACHED_TEMPLATES = 32
_OF_FORMULAS = "JX3"


def load_template(folder: Path) -> Template:
    """The template in this folder; loaded once a process as long as its files stay the same.

    Raises:
        Refused: The template has errors.
        FileProblem: One of its files cannot be read.
    """
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        span = Span(str(folder))
        raise Refused([codes.MISSING_FILE.at(span, template=folder.name, file=name) for name in missing])
    files = tuple(name for name in (*_FILES, *_OPTIONAL_FILES) if (folder / name).is_file())
    # Two folders may have the same relative name in turn, and two versions of a file the same time; places are told
    # from the working folder.
    stats = [(folder / name).stat() for name in files]
    return _load(folder.absolute(), files, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats), Path.cwd())


@lru_cache(maxsize=_CACHED_TEMPLATES)
def _load(folder: Path, files: tuple[str, ...], _stamps: tuple[tuple[int, int], ...], _here: Path) -> Template:
    findings: list[Finding] = []
    roots = {name: _root(folder, name, findings) for name in files}
    _stop_at(findings)
    template = _assemble(folder, roots, findings)
    _stop_at([*findings, *_misfits(template, roots, findings)])
    return template


def _misfits(template: Template, roots: dict[str, Mapping], findings: list[Finding]) -> list[Finding]:
    """What does not fit together, told from files without other faults: no mere consequences of those."""
    faulty = {finding.span.file for finding in findings if not finding.code.startswith(_OF_FORMULAS)}
    sound = {name for name, root in roots.items() if root.span.file not in faulty}
    found: list[Finding] = []
    if sound >= {"template.yaml", "indicators.yaml"} & roots.keys():
        found += check_weights(template.indicators, template.scoring)
    if sound >= {"fields.yaml", "indicators.yaml"} & roots.keys():
        found += check_names(template)
    return found


def _stop_at(findings: list[Finding]) -> None:
    if has_errors(findings):
        raise Refused(in_order(findings))


def _root(folder: Path, name: str, findings: list[Finding]) -> Mapping:
    source = read_yaml(folder / name, shown_path(folder / name))
    findings += source.findings
    return source.root or Mapping((), Span(source.file))


def _assemble(folder: Path, roots: dict[str, Mapping], findings: list[Finding]) -> Template:
    manifest = Reader(roots["template.yaml"], "", findings)
    forms = _forms(manifest)
    scoring = _scoring(manifest, forms)
    fields = read_fields(roots["fields.yaml"], forms, findings)
    nothing = Mapping((), manifest.node.span)
    indicators = Reader(roots.get("indicators.yaml", nothing), "", findings)
    checks = Reader(roots.get("checks.yaml", nothing), "", findings)
    template = Template(
        id=folder.name,
        folder=folder,
        title=manifest.text("名称", required=True),
        version=manifest.text("版本", required=True),
        file_name=manifest.text("文件名", required=True),
        layout=folder / manifest.text("版式", required=True),
        forms=forms,
        scoring=scoring,
        narratives=_narratives(manifest),
        fields=fields,
        indicators=read_indicators(indicators.readers("指标"), forms, manifest.numbers("结论")),
        checks=tuple(_rule(reader) for reader in checks.readers("勾稽")),
    )
    for reader in (manifest, indicators, checks):
        reader.finish()
    return template


def _forms(manifest: Reader) -> dict[str, Form]:
    holder = manifest.reader("印制")
    if holder is None:
        return {}
    readers = {key.text: holder.reader(key.text, required=True) for key in holder.node.keys()}
    # A form that cannot be read was reported; its name is known all the same.
    return {name: _form(reader) if reader is not None else Form() for name, reader in readers.items()}


def _form(reader: Reader) -> Form:
    # A form for scores names no unit; in 元 a number prints alike, but then 元 is what it leaves out.
    unit = reader.choice("单位", _UNITS, "单位", default="元") if reader.get("单位") is not None else ""
    form = Form(
        unit=unit,
        places=reader.places("小数位"),
        trim=_TRIMS[reader.choice("去零", _TRIMS, "去零办法", default="不去")],  # type: ignore[arg-type]
        comma=reader.flag("千分位"),
        suffix=reader.text("后缀"),
    )
    reader.finish()
    return form


def _scoring(manifest: Reader, forms: dict[str, Form]) -> Scoring | None:
    bands = tuple(_band(reader) for reader in manifest.readers("等级"))
    holder = manifest.reader("评分")
    if holder is None:
        return None
    full = holder.scalar("满分", "数字", required=True)
    scoring = Scoring(
        places=holder.places("小数位", required=True),
        full=holder.number("满分") or Fraction(0),
        full_span=full.span if full is not None else holder.node.span,
        total=holder.formula("总分") or constant("合计", holder.node.span),
        bands=bands,
        rate_form=forms.get(holder.choice("得分率形式", forms, "印制形式", default="无"), RATE),
    )
    holder.finish()
    return scoring


def _band(reader: Reader) -> Band:
    condition = reader.formula("条件", required=True) or constant("是", reader.node.span)
    band = Band(reader.text("名称", required=True), condition)
    reader.finish()
    return band


def _narratives(manifest: Reader) -> Narratives:
    holder = manifest.reader("叙述")
    if holder is None:
        return Narratives({}, "", {})
    closing = holder.text_map("结尾")
    remarks = holder.text("说明")
    opening = {method: holder.text(method) for method in ("自评", "要点", "计算", "附加")}
    holder.finish()
    return Narratives(opening, remarks, closing)


def _rule(reader: Reader) -> CheckRule:
    name = reader.text("名称", required=True)
    reader.path = f"勾稽.{name}"
    table = reader.text("表")
    rule = CheckRule(
        name=name,
        span=reader.node.span,
        condition=reader.formula("条件", required=True) or constant("是", reader.node.span),
        severity=reader.severity("级别"),
        message=reader.text("消息", required=True),
        hint=reader.text("改法"),
        table=tuple(table.split(".")) if table else (),
        place=reader.text("位置"),
    )
    reader.text("说明")
    reader.finish()
    return rule
