"""Assemble a template from its files, collecting everything that is wrong with them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping as Named
from collections.abc import Sequence as Listed
from fractions import Fraction
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import Finding, in_order, suggestion
from generator.base.files import Absent, Outside, find_beside, near_misses
from generator.base.formats import RATE, Format
from generator.formula.parser import own_formula
from generator.template import codes, model
from generator.template.fields import check_weights, read_fields, read_indicators
from generator.template.files import (
    CHECKS,
    FIELDS,
    INDICATORS,
    MANIFEST,
    SEVERITIES,
    Files,
    Notes,
    Reader,
    Unread,
    find_files,
    read_files,
)
from generator.template.validate import check_names
from generator.yamlfile.build import Mapping, Scalar, Sequence

_ON = {"开启": True, "关闭": False}
LEVELS = (*SEVERITIES, *_ON)
"""What may follow a check's name: its level, or whether it runs at all."""


def read_switches(checks: Reader) -> tuple[model.Switch, ...]:
    """The switches of checks.yaml; reports wrong shapes, leaves unknown names to ``checks``."""
    findings, switches = checks.findings, []
    for key, node in checks.entries("检查"):
        path, settings = f"检查.{key.text}", {}
        stated = node.get("级别") if isinstance(node, Mapping) else node
        word = stated.text if isinstance(stated, Scalar) else ""
        if stated is not None and not word:
            expected = f"{'、'.join(LEVELS)}之一"
            findings.append(codes.WRONG_SHAPE.at(stated.span, path, key=key.text, expected=expected))
        elif stated is not None and word not in LEVELS:
            hint = suggestion(word, LEVELS)
            findings.append(codes.UNKNOWN_KIND.at(stated.span, path, hint=hint, kind=word, what="级别"))
        for entry in node.entries if isinstance(node, Mapping) else ():
            name, value = entry.key.text, entry.value
            if name == "级别":
                continue
            items = value.items if isinstance(value, Sequence) else (value,)
            if not all(isinstance(item, Scalar) for item in items):
                findings.append(codes.WRONG_SHAPE.at(value.span, path, key=name, expected="一个值或一个列表"))
            settings[name] = (tuple(item.text for item in items if isinstance(item, Scalar)), value.span)
        level = SEVERITIES.get(word)
        on = _ON.get(word, True if level else None)
        switches.append(model.Switch(key.text, key.span, on, level, settings))
    return tuple(switches)


_TRIMS = {"不去": "none", "末尾": "zeros", "整数": "whole"}
_UNITS = ("元", "千元", "万元", "亿元", "%", "‰")
_KEYS = ("名称", "版本", "文件名", "版式", "输出", "评分", "等级", "结论", "印制", "叙述", "属性")
_ENDINGS = (".docx", ".xlsx")
_USES = ("报送", "公开")
_SHAPES = ("版式", "网页")
# Only follows if a file was not read whole.
_MISSING = (codes.MISSING_KEY.number, codes.NO_SCORE.number)


def assemble(files: Files, findings: list[Finding]) -> tuple[model.Template, Unread]:
    """The template, its faulty parts left blank, and which parts could not be read.

    Errors in the files are added to ``findings``, without those that only follow from unread parts.
    """
    found: list[Finding] = []
    notes = {name: Notes(found) for name in (MANIFEST, FIELDS, INDICATORS, CHECKS)}
    manifest, indicators, checks = (
        Reader(files.root(name), "", notes[name]) for name in (MANIFEST, INDICATORS, CHECKS)
    )
    # First: its unread parts decide which errors in the other files are reported.
    manifest.finish(_KEYS)
    formats = _formats(manifest)
    known_formats = formats if files.is_whole(MANIFEST) and "印制" not in notes[MANIFEST].unread else None
    stated = manifest.reader("属性")
    properties = {
        key: (name, stated.place(key)) for key in model.PROPERTIES if stated is not None and (name := stated.text(key))
    }
    outputs = tuple(_output(reader, files.folder) for reader in manifest.readers("输出"))
    template = model.Template(
        id=files.folder.name,
        folder=files.folder,
        title=manifest.text("名称", required=True),
        version=manifest.text("版本", required=True),
        file_name=_file_name(manifest),
        layout=_main_layout(manifest, outputs, files.folder),
        formats=formats,
        scoring=_scoring(manifest, known_formats),
        narratives=_narratives(manifest),
        fields=read_fields(files.root(FIELDS), known_formats, notes[FIELDS]),
        indicators=read_indicators(indicators.readers("指标"), known_formats, manifest.shares("结论")),
        checks=tuple(rule for rule in map(_rule, checks.readers("勾稽")) if rule is not None),
        switches=read_switches(checks),
        row_forms=tuple(_row_form(reader, manifest, known_formats) for reader in indicators.readers("评分对象")),
        outputs=outputs,
        measured=tuple(map(_measured, checks.readers("指标表"))),
        properties=properties,
    )
    for one in notes.values():
        one.finish()
    unread = Unread.of(files, notes[MANIFEST].unread | notes[INDICATORS].unread)
    broken = {files.shown(name) for name in notes if not files.is_whole(name)}
    findings += (one for one in found if one.span.file not in broken or one.code not in _MISSING)
    findings += _without_indicators(template, files, unread)
    for _, scoring, roots in template.all_forms():
        findings += check_weights(roots, scoring, unread)
    findings += check_names(template, unread)
    return template, unread


def _row_form(reader: Reader, manifest: Reader, formats: Named[str, Format] | None) -> model.RowForm:
    table, nothing = reader.text("表", required=True), own_formula("0", reader.node.span)
    reader.get("评分", required=True)
    return model.RowForm(
        table=table,
        name=reader.text("名称", required=True),
        scoring=_scoring(reader, formats) or model.Scoring(0, Fraction(0), reader.node.span, nothing, ()),
        indicators=read_indicators(reader.readers("指标"), formats, manifest.shares("结论"), in_row=True),
        span=reader.place("表"),
    )


def _measured(reader: Reader) -> model.Measured:
    """What the columns of a table of indicators say."""
    columns = {part: column for part in model.PARTS if (column := reader.text(part))}
    return model.Measured(reader.text("表", required=True), columns, reader.texts("项目"), reader.place("表"))


def _without_indicators(template: model.Template, files: Files, unread: Unread) -> list[Finding]:
    """A finding if the template scores but has no indicators."""
    if template.scoring is None or template.indicators or "指标" in unread or not files.is_whole(INDICATORS):
        return []
    if INDICATORS in files.sources:
        return [codes.MISSING_KEY.at(files.root(INDICATORS).span, key="指标")]
    place = template.scoring.full_span
    hint = "把评分表写进 indicators.yaml；没有评分表的，删去 template.yaml 的「评分」和「等级」。"
    return [codes.MISSING_FILE.at(place, "评分", hint=hint, template=template.id, file=INDICATORS)]


def _file_name(reader: Reader) -> str:
    # The program adds the ending itself.
    return re.sub(r"\.(?:docx|xlsx|html)$", "", reader.text("文件名", required=True), flags=re.IGNORECASE)


def _output(reader: Reader, folder: Path) -> model.Output:
    name = reader.text("名称", required=True)
    layout = _layout(reader, folder)
    use = reader.choice("用途", _USES, "用途", default=_USES[0])
    output = model.Output(
        name=name,
        layout=layout,
        file_name=_file_name(reader),
        span=reader.place("名称"),
        file_span=reader.place("文件名"),
        table=reader.text("每行"),
        table_span=reader.place("每行"),
        public=use == _USES[1],
        page=reader.choice("格式", _SHAPES, "格式", default=_SHAPES[0]) == _SHAPES[1],
    )
    place, file = reader.place("版式"), layout.name
    if layout != folder and layout.suffix.lower() not in _ENDINGS:
        mend = "在 Word 或 Excel 里打开它，另存为 .docx 或 .xlsx，再写另存的文件名。"
        problem = f"的版式「{file}」不是 Word 或 Excel 文件"
        reader.findings.append(codes.OUTPUT.at(place, reader.path, name=name, problem=problem, mend=mend))
    elif output.page and not output.is_word:
        words = {"problem": "的版式是工作簿，不能写成网页", "mend": "换成 .docx 版式，或删去「格式」。"}
        reader.findings.append(codes.OUTPUT.at(reader.place("格式"), reader.path, name=name, **words))
    elif layout != folder and not os.path.lexists(layout):
        hint = near_misses(file, folder, _ENDINGS)
        reader.findings.append(codes.MISSING_FILE.at(place, reader.path, hint=hint, template=folder.name, file=file))
    return output


def _main_layout(manifest: Reader, outputs: Listed[model.Output], folder: Path) -> Path:
    """The layout of the report: the only one, or that of the first output that is a Word file for the whole filing."""
    if manifest.get("输出") is None:
        return _layout(manifest, folder)
    if manifest.get("版式") is not None:
        words = {"name": "版式", "problem": "不能和「输出」同时写", "mend": "把它写进「输出」的一项，删去这一行。"}
        manifest.findings.append(codes.OUTPUT.at(manifest.place("版式"), "版式", **words))
    return next((one.layout for one in outputs if one.may_be_main), folder)


def _layout(manifest: Reader, folder: Path) -> Path:
    """The path of the layout, which must lie in the template's folder."""
    node = manifest.scalar("版式", required=True)
    if node is None:
        return folder
    try:
        return find_beside(node.text, folder)
    except Outside:
        manifest.findings.append(codes.LAYOUT_OUTSIDE.at(node.span, "版式", file=node.text))
        return folder
    except Absent:
        # Printing reports a missing layout; a pipe would make it wait forever.
        if os.path.exists(folder / node.text):  # noqa: PTH110 - it never raises
            manifest.findings.append(codes.NOT_A_FILE.at(node.span, "版式", template=folder.name, file=node.text))
    return folder / node.text


def _formats(manifest: Reader) -> dict[str, Format]:
    holder = manifest.reader("印制")
    if holder is None:
        return {}
    readers = {key.text: holder.reader(key.text, required=True) for key in holder.node.keys()}
    # The name of a format with an error counts as known.
    return {name: _format(reader) if reader is not None else Format() for name, reader in readers.items()}


_IN_NAME = re.compile("千元|万元|亿元|^元$")


def _format(reader: Reader) -> Format:
    # No default unit, for scores: 元 would print the same digits, but count as the unit left out.
    unit = reader.choice("单位", _UNITS, "单位", default="") if reader.get("单位") is not None else ""
    fmt = Format(
        unit=unit,
        places=reader.places("小数位"),
        trim=_TRIMS[reader.choice("去零", _TRIMS, "去零办法", default="不去")],  # type: ignore[arg-type]
        comma=reader.flag("千分位"),
        suffix=reader.text("后缀"),
    )
    # The unit that readers see, behind the number or in the name of the format, is the one that it is divided by.
    seen = fmt.suffix if fmt.suffix in _UNITS else "".join(_IN_NAME.findall(reader.path.rpartition(".")[2])[:1])
    if seen and seen != (unit or "元") and (unit or reader.get("单位") is None):
        where = "后缀" if fmt.suffix else "名称"
        expected = f"「{seen}」，和{where}相合；现在按「{unit or '元'}」换算"
        reader.findings.append(codes.WRONG_SHAPE.at(reader.place("单位"), reader.path, key="单位", expected=expected))
    return fmt


def _scoring(manifest: Reader, formats: Named[str, Format] | None) -> model.Scoring | None:
    bands = tuple(
        model.Band(
            condition=reader.formula("条件", required=True) or own_formula("是", reader.node.span),
            name=reader.text("名称", required=True),
        )
        for reader in manifest.readers("等级")
    )
    holder = manifest.reader("评分")
    if holder is None:
        return None
    full, points = holder.scalar("满分", "数字", required=True), holder.number("满分")
    if full is not None and points is not None and points < 0:
        holder.findings.append(codes.WRONG_SHAPE.at(full.span, holder.path, key="满分", expected="不小于 0 的数字"))
        holder.notes.unread.add(f"{holder.path}.满分")
    return model.Scoring(
        places=holder.places("小数位", required=True),
        full=max(points or Fraction(0), Fraction(0)),
        full_span=full.span if full is not None else holder.node.span,
        total=holder.formula("总分") or own_formula("合计", holder.node.span),
        bands=bands,
        rate_format=holder.format("得分率形式", formats) or RATE,
        unrated=holder.formula(model.UNRATED),
    )


def _narratives(manifest: Reader) -> model.Narratives:
    holder = manifest.reader("叙述")
    if holder is None:
        return model.Narratives({}, "", {})
    opening, closing = {way: holder.text(way) for way in model.METHODS}, holder.reader("结尾")
    said = [way for way in model.METHODS if closing is not None and closing.node.get(way) is not None]
    return model.Narratives(opening, holder.text("说明"), {way: closing.text(way) for way in said} if closing else {})


def _rule(reader: Reader) -> model.CheckRule | None:
    """A rule; None if its table could not be read, without which its names mean something else."""
    name = reader.text("名称", required=True)
    reader.path = f"勾稽.{name}"
    table = reader.text("表")
    rule = model.CheckRule(
        name=name,
        span=reader.node.span,
        condition=reader.formula("条件", required=True) or own_formula("是", reader.node.span),
        severity=reader.severity("级别"),
        message=reader.text("消息", required=True),
        hint=reader.text("改法"),
        table=tuple(table.split(".")) if table else (),
        place=reader.text("位置"),
        table_span=reader.place("表"),
        place_span=reader.place("位置"),
    )
    reader.text("说明")
    reader.finish()
    return None if f"{reader.path}.表" in reader.notes.unread else rule


class Inspected(Struct, frozen=True):
    """A template read from its folder, its faulty parts left blank, with what is wrong with its YAML files."""

    template: model.Template
    findings: tuple[Finding, ...]
    unread: Unread
    files: Files


def inspect_template(folder: Path) -> Inspected:
    """Read all YAML files of a template; unlike ``load_template`` it does not stop at errors.

    Raises:
        FileProblem: One of the files cannot be read.
    """
    names, findings = find_files(folder)
    files = read_files(folder.absolute(), names, findings)
    template, unread = assemble(files, findings)
    return Inspected(template, in_order(findings), unread, files)
