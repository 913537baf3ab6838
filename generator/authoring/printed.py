"""What texts and layouts print, held against the words, units and headings beside it; and what nothing prints.

The report is tried with every optional field left out and 无 wherever that is an answer, and read as a person would.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from collections.abc import Mapping as Named
from typing import Any, Final

from generator.base.diagnostics import Finding, Span, shown_path
from generator.base.formats import RATE, Format
from generator.checks.rules import RULES
from generator.formula import codes as formula_codes
from generator.formula import parser as nodes
from generator.template import codes
from generator.template.model import Field, Template, walk_fields, walk_indicators
from generator.template.scope import ITEMS, RATIO, SCORE, UNITS_OF_FIGURES, VIEWS, formulas, tables_above, worth_of
from generator.template.typecheck import BARE, MONEY, Checker, differ, unit_of, unit_of_format
from generator.yamlfile.build import Node, scalars

_MANY: Final = 99
_ROWS: Final = frozenset({"表", "列表", "段落", "组"})
_STEPS = re.compile(
    r"\{\{[-pr]?\s*(?P<name>[^\W\d]\w*(?:\.\w+)*)\s*(?:\|\s*(?P<filter>\w+)\s*(?:\(\s*(?P<places>\d*)[^()]*\))?\s*)?"
    r"(?:or\s+(?:'[^'{}]*'|\"[^\"{}]*\")\s*)?-?\}\}"
    r"[ \u3000]?[（(]?(?P<behind>(?:百万|千万|千|万|亿)?元|[%％‰])?"
    r"|\{%[-a-z]*\s*for\s+(?P<variable>\w+)\s+in\s+(?P<table>[\w.]+)"
    r"|\{%[-a-z]*\s*(?P<end>endfor)"
    r"|\{%[-a-z]*\s*(?:if|elif)\b(?P<condition>(?:[^%\n]|%(?!\}))*)%\}"
)
"""The tags that print a name, open a loop, or ask for something."""
_COMPARED = re.compile(
    r"(?P<name>[^\W\d]\w*(?:\.\w+)*)\s*(?:[=!]=|[<>]=?)\s*(?P<value>\d+(?:\.\d+)?(?![\d.%％])|\"[^\"]*\"|'[^']*')"
)
_ASKED = re.compile(r"[^\W\d]\w*(?:\.\w+)*")
_BUILT_IN = {
    **{unit: Format(unit) for unit in ("元", "万元", "亿元")},
    **dict.fromkeys(("小数", "去零", "千分位"), Format(places=_MANY)),
    **dict.fromkeys(("int", "round", "中文数字", "圈号"), Format(places=0)),
    "百分比": RATE,
    "大写金额": Format("元", suffix="元"),
}
_SCORED = frozenset({"评分", "指标", ITEMS, "loop", *VIEWS})
_UNITS_OF_FIGURES = {**UNITS_OF_FIGURES, "index": BARE, "length": BARE}
_SORTS = {
    **dict.fromkeys(("得分", "自评分", "总分", "合计"), "得分"),
    **dict.fromkeys(("分值", "满分", "适用分值"), "满分"),
    **{name: name for name in ("得分率", "等级")},
}
"""What the figures of an indicator or a form say; two of one sort may stand for each other."""
_TAG = re.compile(r"\{[{%].*?[}%]\}")
_KIND = re.compile(r"^(?:指标|勾稽|等级|评分)\.")
# 总分100分 says out of how many.
_UNLIKE = {
    name: [one for one, other in _SORTS.items() if other != sort and (sort != "满分" or one not in ("总分", "合计"))]
    for name, sort in _SORTS.items()
}
_ASIDE = re.compile(r"[\s：:“（(]*[为是约共达计有]?[\s：:“（(]*$")
_MERGED = re.compile(r"\{%-?\s*vm\b.*?%\}")
_NOTE = re.compile(r"[（(].*|\s")
_OPENING = re.compile(r"(?:[^、\w]|其中|自评|^)$")
"""What stands before words that are all that a tag is about: not 扣除项目支出, nor the last of 甲、乙."""
_SHORTEST: Final = 3
_MOST_WORDS: Final = 12
_SHOWN: Final = 24
_YEAR = re.compile(r"(?<!\d)(?:20\d\d|二[〇○零][一二三四五六七八九〇]{2})年度")
_QUOTED = re.compile(r"《[^》]*》|〔[^〕]*〕|“[^”]*”|\{[{%#].*?[}%#]\}")
_UNIT = re.compile(r"[（(：:]\s*(?:人民币)?((?:千|万|百万|亿)?元|[%％‰])\s*(?:[）)、]|$)")


def vain(span: Span, path: str, problem: str, mend: str) -> Finding:
    """What is said in vain, or cannot be; the last part of ``path`` names it, if the first says of what kind it is."""
    return codes.SETTING.at(span, path, name=_KIND.sub("", path), problem=problem, mend=mend)


def check_printed(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Findings for tags beside another unit than theirs, in a form of another unit, or compared with another kind.

    Args:
        template: The template.
        texts: Each text with its path and its place; the paragraphs of a layout are one text.
    """
    printed = _Printed(template)
    rows = {shown_path(one.layout): one.table for one in template.outputs}
    for text, path, span in texts:
        printed.begin(path, rows.get(span.file, "") if not path else "")
        alike: dict[str, dict[str, str]] = {}
        for line in _rows_of(text) if printed.is_layout else [text]:
            for tag, problem in printed.problems(line):
                if problem:
                    alike.setdefault(problem, {}).setdefault(tag, path or f"「{line[:_SHOWN]}…」")
        for problem, tags in alike.items():
            several = f"等 {len(tags)} 处" if len(tags) > 1 else ""
            tag, place = next(iter(tags.items()))
            yield codes.PRINTED.at(span, place, tag=tag, problem=several + problem)


def _rows_of(text: str) -> Iterator[str]:
    """The paragraphs of a layout, and the rows of its tables, whose cells may be of several lines."""
    row = ""
    for line in text.split("\n"):
        row += line
        if row.endswith(" |") or not row.startswith("| "):
            yield row
            row = ""


def unused(template: Template, printed: Iterable[str], files: Iterable[Node]) -> Iterator[Finding]:
    """Fields that bureaus fill in and that nothing prints or asks.

    ``printed`` are all texts and layouts, ``files`` what the template says of its form and its checks. A field of the
    name of another one that is used is not told, nor are the columns of a table that is counted, nor what is kept for
    the file alone (不公开).
    """
    said = {word for text in printed for tag in _TAG.findall(text) for word in re.findall(r"\w+", tag)}
    names = [name.path for formula in formulas(template) for name in nodes.names_in(formula.expression.root)]
    said.update(step for path in names for step in path)
    counted = {".".join(path) for path in names}
    paths = [one.text for file in files for one in scalars(file)]
    paths += [one for field in walk_fields(template.fields) for one in (field.brought, field.unit_of)]
    defaults = [one.default for rule in RULES for one in rule.settings.values()]
    paths += [text for words in defaults if isinstance(words, tuple) for text in words]
    said |= {path.rpartition(".")[2] for path in paths}
    for field in walk_fields(template.fields):
        # A number may be there for the bureau's own texts to refer to.
        is_idle = field.formula is None and not field.members and not field.private and field.name not in said
        if is_idle and worth_of(field) != "数" and field.path.rpartition(".")[0] not in counted:
            problem = "部门要填，版式、叙述、公式、勾稽里却都没有它"
            yield vain(field.span, field.path, problem, "在版式里印它，或删去它。")


def fixed_years(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """The years that a title says to every filing, where filings state theirs; and the example's year in any text."""
    year = next((field for field in template.fields.values() if field.kind == "年份"), None)
    if year is None:
        return
    for text, path, span in texts:
        lines = [(line, re.search("[，。；]", line)) for line in _QUOTED.sub("", text).split("\n")]
        found = [said for line, stop in lines for said in _YEAR.findall(line) if not stop or said[:4] == year.example]
        for said in dict.fromkeys(found):
            words = {"problem": "写死了年份，下一年印的还是它", "mend": f"写成「{{{{ {year.path} }}}}年度」。"}
            yield codes.SETTING.at(span, path, name=said, **words)


def words_for(field: Field) -> set[str]:
    """What a text may call a field: its name and its label, without what stands in brackets behind it."""
    label = re.sub(r"[（(，].*", "", field.label)
    return {one for one in (field.name, label, label.removesuffix("数")) if len(one) >= _SHORTEST}


def _words_of(template: Template) -> dict[str, frozenset[str] | None]:
    """What the names and the conclusions of a form's indicators may be; None if bureaus name them."""
    indicators = [one for _, _, roots in template.all_forms() for one in walk_indicators(roots)]
    items = [item for one in indicators for item in one.items]
    named = None if any(one.rows is not None for one in indicators) else {one.name for one in indicators}
    shares = [one.shares for one in indicators] + [item.shares for item in items]
    return {
        "名称": None if named is None else frozenset(named.union(item.name for item in items)),
        "结论": frozenset(word for one in shares for word in one),
    }


class _Printed:
    """The numbers that the tags of texts print, one text after another."""

    def __init__(self, template: Template) -> None:
        self.template, self.known = template, Checker(template)
        self.fields, self.formats = template.by_path, {**_BUILT_IN, **template.formats}
        self.places = template.scoring.places if template.scoring is not None else 0
        self.of_rows = {form.table for form in template.row_forms}
        self.words = _words_of(template)
        self.groups: dict[str, list[tuple[Field, str]]] = {}
        self.begin("")

    def begin(self, path: str, table: str = "") -> None:
        """Go on with the text at a path; a layout has none, but it may be one for each row of a table."""
        self.row = [*tables_above(table, self.known.scope.tables), table] if table else []
        self.is_layout, self.is_of_indicators = not path, path.startswith(("指标.", "叙述."))
        name = path.split(".")[1] if path.startswith("指标.") else ""
        self.own = next((one for one in self.template.all_indicators() if one.name == name), None) if name else None
        self.tables: dict[str, str] = {}
        self.loops: list[str] = []
        self.heads: list[str] = []
        self.caption = ""

    def problems(self, line: str) -> Iterator[tuple[str, str]]:
        """Each tag of a text, or of the next line of a layout, with what is wrong with it, or blank."""
        cells = self._cells_of(line)
        for at, match in ((at, match) for at, cell in enumerate(cells) for match in _STEPS.finditer(cell)):
            if match["variable"]:
                yield match[0].strip(), self._of_all(match["table"])
                self.tables[match["variable"]] = self._path(match["table"])
                self.loops.append(match["variable"])
            elif match["end"]:
                del self.loops[-1:]
            elif match["name"]:
                yield match[0].strip(), self._of_all(match["name"]) or self._beside(match, cells, at)
            else:
                yield from ((match[0], self._never(one)) for one in _COMPARED.finditer(match["condition"]))
                for name in _ASKED.findall(match["condition"]):
                    field = self.fields.get(self._path(name))
                    if field is not None and field.kind == "组" and field.required:
                        yield match[0], f"问的「{name}」是必填的一组，总是成立：写到其中的字段"

    def _cells_of(self, line: str) -> list[str]:
        """The cells of a row, or the line alone; keeps headings, and the unit above a table, for the rows below."""
        if not line.startswith("| "):
            unit = _UNIT.search(line.strip()) if "单位" in line else None
            self.heads, self.caption = [], unit[0] if unit else self.caption if not line.strip() else ""
            return [line]
        cells = _TAG.sub(lambda tag: tag[0].replace("|", "¦"), line)[2:-2].split(" | ")
        if not _TAG.search(line):
            above = self.heads if len(self.heads) == len(cells) else [""] * len(cells)
            self.heads = [cell.strip() or over for cell, over in zip(cells, above, strict=True)]
        return [cell.replace("¦", "|") for cell in cells]

    def _path(self, name: str) -> str:
        """What a name means: that of a loop stands for the rows of its table, of the last loop with this name."""
        first, point, rest = name.partition(".")
        if first in self.tables:
            return f"{self.tables[first]}{point}{rest}"
        return next((path for table in reversed(self.row) if (path := f"{table}.{name}") in self.fields), name)

    def _shown(self, name: str) -> tuple[str, Format | None]:
        """The unit of what a name prints, and the form in which it does; no form if it is not known."""
        path = self._path(name)
        field, figure = self.fields.get(path), _UNITS_OF_FIGURES.get(path.rpartition(".")[2], "")
        if name == "取值" and self.own is not None and field is None:
            return unit_of_format(self.own.value_format), self.own.value_format
        if field is None:
            is_figure = _SCORED & {*path.split(".")} or (self.is_of_indicators and path == name)
            if not figure or not is_figure:
                return "", None
            return figure, RATE if figure == RATIO else Format(places=self.places)
        unit = unit_of(field)
        if field.formula is not None and field.format is not None:
            return unit or unit_of_format(field.format), field.format
        if unit == MONEY:
            return unit, Format(suffix="元")
        return unit, RATE if field.kind == "比率" else Format(places=_MANY, suffix=field.unit) if field.unit else None

    def _of_all(self, name: str) -> str:
        """What is wrong with a name of the whole report within a loop over rows that have one of this name."""
        first = name.partition(".")[0]
        for variable in reversed(self.loops if self.is_layout and first not in self.tables else []):
            table = self.tables[variable]
            scored = table in self.of_rows and first in ("评分", "指标")
            known = self.fields.get(f"{table}.{name}"), self.fields.get(name)
            if scored or all(one is not None and one.kind != "年份" for one in known):
                own = f"{variable}.评分.{name}" if first == "指标" else f"{variable}.{name}"
                return f"在「{variable}」的循环里，印的却是全部的「{name}」：每一行自己的写「{own}」"
        return ""

    def _beside(self, tag: re.Match[str], cells: list[str], at: int) -> str:
        """What is wrong with a tag and the words nearest to it: before it, to the left, above, behind."""
        before, left = tag.string[: tag.start()], cells[at - 1] if at and not _TAG.search(cells[at - 1]) else ""
        label = _ASIDE.sub("", before.rpartition("}")[2]) or ("" if self.heads else _NOTE.sub("", _ASIDE.sub("", left)))
        is_alone = tag[0].strip() == _MERGED.sub("", tag.string).strip() and len(self.heads) == len(cells)
        head = self.heads[at] if is_alone else ""
        row = next((cell for cell in reversed(cells[:at]) if cell.strip() and not _TAG.search(cell)), "")
        above = [self.caption if len(cells) > 1 else "", head, row, before]
        units = [unit for text in above for unit in _UNIT.findall(text)]
        return self._misnamed(tag["name"], label, _NOTE.sub("", head), left) or self._misscaled(tag, label, units)

    def _misnamed(self, name: str, label: str, head: str, left: str) -> str:
        """What is wrong with a name behind or below the words for another fact of its group, or another figure."""
        path = self._path(name)
        field, last = self.fields.get(path), path.rpartition(".")[2]
        names = {last, f"{last}指标"} if field is None else {last, field.label}
        own, others = (names, _UNLIKE.get(last, [])) if field is None else (words_for(field), self._beside_of(field))
        for word in others:
            is_label = label.endswith(word) and _OPENING.search(label[: -len(word)])
            if is_label and not any(word in one or one in word for one in own):
                return f"前面写的是「{word}」，印的却是「{name}」"
        if not head or any(one in left for one in names):
            return ""
        is_of_other = any(word == head or (len(head) > _SHORTEST and word.startswith(head)) for word in others)
        is_own = any(one in head or head in one for one in names) and not (field is None and head in others)
        other = next((one for one in (_NOTE.sub("", one) for one in self.heads) if one in names), "")
        if is_own or not (other or is_of_other):
            return ""
        return f"印在「{head}」一列，" + (f"「{other}」是另一列" if other else f"印的却是「{name}」")

    def _beside_of(self, field: Field) -> list[str]:
        """What a text may call the other fields of its group, or columns of its table."""
        if not self.groups:
            for one in (one for one in self.fields.values() if one.kind not in _ROWS):
                words = [(one, word) for word in words_for(one)]
                self.groups.setdefault(one.path.rpartition(".")[0], []).extend(words)
        return [word for one, word in self.groups.get(field.path.rpartition(".")[0], ()) if one is not field]

    def _misscaled(self, tag: re.Match[str], label: str, units: list[str]) -> str:
        """What is wrong with the unit in which a tag prints, and the one nearest to it; ``units`` stand before it."""
        unit, own = self._shown(tag["name"])
        form = self.formats.get(tag["filter"]) if tag["filter"] else own
        field = self.fields.get(self._path(tag["name"]))
        whole = field is not None and field.kind in ("表", "组") and self.is_layout
        if field is not None and whole and not tag["filter"] and tag[0][2] != "p":
            return f"印的是一整个{field.kind}，不是一个值：写到其中的字段"
        if form is None:
            return ""
        if tag["filter"] and differ(unit, unit_of_format(form)):
            return f"的值是{unit}，印制形式「{tag['filter']}」的单位是「{form.unit}」"
        places = int(tag["places"]) if tag["places"] else form.places
        if unit == SCORE and places < self.places and _SORTS.get(tag["name"].rpartition(".")[2]) != "满分":
            return f"的得分有 {self.places} 位小数，这里只印 {places} 位：不是算出的分，各行加起来也会和合计不同"
        if form.suffix and tag["behind"] and not (self.is_layout or self.is_of_indicators):
            return f"自己带着单位，后面又写了「{tag['behind']}」"  # of what is printed, JX774 tells
        return "" if form.suffix else self._without_unit(tag, unit, form, label, units)

    @staticmethod
    def _without_unit(tag: re.Match[str], unit: str, form: Format, label: str, units: list[str]) -> str:
        """What is wrong with the unit, or the character, beside a number that is printed without one."""
        scale = form.unit or {MONEY: "元", RATIO: "1"}.get(unit, "")
        behind, following = (tag["behind"] or "").replace("％", "%"), tag.string[tag.end() : tag.end() + 1]
        if unit in (MONEY, SCORE) and label.endswith(("率", "占比", "百分比")) and not behind:
            return f"前面写的是率，印的却是{unit}"
        if unit == RATIO and scale == "1" and following == "分":
            behind = "分"
        ahead = next((one for one in reversed(units) if unit == (MONEY if one.endswith("元") else RATIO)), "")
        if not behind and not ahead and form.unit and unit in (MONEY, RATIO) and following in ("，", "。", "；"):
            return f"按「{scale}」换算，印出来没有单位，后面也没有写"
        # Without a scale, it shows when the examples are printed (JX774).
        if not scale or (behind or ahead.replace("％", "%") or scale) == scale:
            return ""
        said = "照小数印（95% 印成 0.95）" if scale == "1" else f"按「{scale}」换算"
        return f"{said}，后面写的是「{behind}」" if behind else f"{said}，表头或表上写的单位是「{ahead}」"

    def _never(self, compared: re.Match[str]) -> str:
        """Why a comparison never holds, or always; blank if it may."""
        path, value = self._path(compared["name"]), compared["value"]
        field = self.fields.get(path)
        if field is not None and field.kind in _ROWS:
            return f"拿{field.kind}和{value}比：有没有行只写名称，有几行写「{compared['name']} | length」"
        if value[0].isdecimal():
            is_rate = self._shown(compared["name"])[0] == RATIO and float(value) > 1
            return f"拿比率和「{value}」比：95% 写成 0.95" if is_rate else ""
        if field is not None and worth_of(field) == "数":
            return f"拿数和文字「{value[1:-1]}」比，不会相等：数不加引号"
        is_scored = path.partition(".")[0] in _SCORED
        last = path.rpartition(".")[2]
        words = self.words[last] if is_scored and last in self.words else self.known.of(path).words
        if words is None or value[1:-1] in words:
            return ""
        known = "、".join(sorted(words)) if len(words) < _MOST_WORDS else "别的"
        return f"拿「{compared['name']}」和「{value[1:-1]}」比，不会相等：它是{known}"


_LONGEST: Final = 40
_NONE: Final = "选填的不填、能写「无」的都写「无」"
_LABEL: Final = re.compile(r"([^：:。；]{4,12})[：:](?=\S)")
_STOP, _SIZES = re.compile("[，。；、]"), range(4, 13)
_TRACES: Final = (
    (re.compile(r"[：:]\s*[。；，、）]"), "「：」后面什么也没有"),
    (re.compile(r"（\s*）|《\s*》|“\s*”|〔\s*〕|【\s*】"), "括号里什么也没有"),
    (re.compile(r"[，、；：][；，、。]|。[，；、。]|(?<![）”》])、[）。]"), "标点连在一起"),
    (re.compile(r"(?<![0-9.])0(?:\s*[\u4e00-\u9fff])[^。；]*[：:]$"), "一项也没有，后面却要逐项列出"),
)
_TWICE: Final = re.compile(
    r"[0-9]\s*(?:(?:万|亿)?元\s*(?:万|亿)?元|[%％]\s*[%％]|(名|家|件|次|项|个|户|处)万?\1(?![均次案月年人]))"
)
_SAID: Final = re.compile(
    r"(?:已|均|全部)(?:及时|按时|按期|按规定|足额|全额|按要求)|没有(?:发现|超过|超出|违规|违纪)|未(?:发现|超|出现)|"
    r"不存在|无违[规纪法]|严格(?:执行|按照|遵守|落实)"
)
_LISTED: Final = ("表", "列表", "段落", "文字")
_BLOCK: Final = re.compile(r"\{%-?\s*(?:p|tr|tc|r)?\s*(if|for|endif|endfor)\b")
_NEVER: Final = re.compile(r"\{%-?\s*(?:p|tr)?\s*(?:el)?if\s+not\s+([\w.]+)\s*-?%\}")


def never_computed(template: Template, refused: Iterable[Finding], example: str) -> Iterator[Finding]:
    """What a formula lacks if nothing happened: a divisor that is 0, or the facts of a group that is left out.

    Findings in the ``example`` are placed at the field or the indicator that they are about.
    """
    places = places_of(template)
    for finding in refused:
        missing = template.by_path.get(finding.path)
        above = template.by_path.get(finding.path.rpartition(".")[0])
        left_out = missing is not None and missing.required and above is not None and not above.required
        if finding.code == formula_codes.ZERO_DIVISION.number or (
            finding.code == formula_codes.MISSING_FACT.number and left_out
        ):
            problem = f"没有发生的部门算不出（{_NONE}）：{finding.message.rstrip('。')}"
            mend = "先问有没有：「… if 已填(…) else …」，除数「… if 除数 > 0 else …」。"
            here = places.get(finding.path.removeprefix("指标."), Span(shown_path(template.folder)))
            place = finding.span if finding.span.file != example else here
            yield vain(place, finding.path, problem, mend)


def places_of(template: Template) -> dict[str, Span]:
    """Where a template says what its fields, by path, and its indicators, by name, are."""
    fields = {field.path: field.span for field in walk_fields(template.fields)}
    scores = ((one, one.score or one.value) for one in template.all_indicators())
    return fields | {one.name: said.span if said is not None else one.span for one, said in scores}


def untold(template: Template, content: Named[str, Any], lines: list[str]) -> Iterator[Finding]:
    """Narratives that are written and not printed, or twice."""
    place = Span(shown_path(template.layout))
    written: dict[str, list[str]] = {}
    around = any([*template.narratives.opening.values(), *template.narratives.closing.values()])
    for node in (one for one in walk_indicators(template.indicators) if one.is_scored and (around or one.narrative)):
        for paragraph in content["指标"][node.name]["叙述"][:1]:
            written.setdefault(paragraph, []).append(node.name)
    more = {paragraph: lines.count(paragraph) - len(names) for paragraph, names in written.items()}
    for sign, said in ((-1, "没有印出来"), (1, "印了不止一遍")):
        names = [name for paragraph, of in written.items() if more[paragraph] * sign > 0 for name in of]
        if names:
            words = {"problem": f"{f'等 {len(names)} 项' if names[1:] else ''}的叙述，用示例试填后{said}"}
            yield codes.SETTING.at(place, name=names[0], mend="核对版式里印「叙述」的标记和它外面的循环。", **words)


def residues(full: Collection[str], nothing: Collection[str], place: Span) -> Iterator[Finding]:
    """Units printed twice, and what is left in a report when nothing happened.

    ``full`` are its lines with every example filled in, ``nothing`` those with only what is required; ``place`` is the
    layout.
    """
    for line in dict.fromkeys(full):
        if match := _TWICE.search(line):
            yield _finding(line, match.start(), "单位印了两次：字段自己带着单位", "用示例试填", place)
    known = set(full)
    # Printing takes the colon away where nothing follows it; the label stays.
    labels = {match[1] for line in full for match in _LABEL.finditer(line)}
    for line in dict.fromkeys(line for line in nothing if line not in known):
        for pattern, said in _TRACES:
            if match := pattern.search(line.strip()):
                yield _finding(line.strip(), match.start(), said, _NONE, place)
                break
        else:
            ends = [match.start() for match in _STOP.finditer(line)]
            start = next((at - size for at in ends for size in _SIZES if line[max(at - size, 0) : at] in labels), -1)
            if start >= 0:
                yield _finding(line.strip(), start, "「：」后面什么也没有", _NONE, place)


def _finding(line: str, at: int, said: str, how: str, place: Span) -> Finding:
    start = max(0, at - _LONGEST // 2)
    cut = f"{'…' if start else ''}{line[start : start + _LONGEST]}{'…' if len(line) > start + _LONGEST else ''}"
    return codes.RESIDUE.at(place, how=how, line=cut, said=said)


def claims(texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Sentences that praise every department, whatever it filled in, in texts with their paths and places."""
    for text, path, span in texts:
        for match in _SAID.finditer(always := _unconditional(text)):
            around = always[max(0, match.start() - 8) : match.end() + 8].strip()
            yield codes.CLAIM.at(span, path, text=around.replace("\n", " "))


def _unconditional(text: str) -> str:
    """The text without what stands within a condition or a loop, and without its tags."""
    kept, depth, end = [], 0, 0
    for match in _BLOCK.finditer(text):
        if not depth:
            kept.append(text[end : match.start()])
        depth += 1 if match[1] in ("if", "for") else -1
        end = text.find("%}", match.end()) + 2
        depth = max(depth, 0)
    return re.sub(r"\{[{%#].*?[}%#]\}", "", "".join([*kept, text[end:] if not depth else ""]), flags=re.DOTALL)


def never_said(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Sentences for what a department has none of, where the template does not let it say so."""
    for text, path, span in texts:
        for name in dict.fromkeys(_NEVER.findall(text)):
            field = template.by_path.get(name)
            may_be_none = field is None or field.formula is not None or field.kind not in _LISTED
            if field is not None and not may_be_none and not (field.may_be_nothing or field.absent):
                yield codes.NEVER_SAID.at(span, path, name=name)
