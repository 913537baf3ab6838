"""Find self-evaluation forms in filed tables: rows by the heads of their columns, names, money and totals.

A form ends at the name of another project, at the end of a sheet or at a total. 表头.yaml lists the known heads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from msgspec import Struct, field

from generator.base.diagnostics import Finding, Span, suggestion
from generator.checks.stated import states_goals
from generator.submission import codes as sheet_codes
from generator.submission.grid import Cell, Grid, Nature
from generator.submission.headers import is_number_like, normal, short
from generator.workflows import codes
from generator.workflows.audit.inputs import filed, place_of
from generator.yamlfile import build
from generator.yamlfile.build import Scalar
from generator.yamlfile.source import read_yaml

HEADS = Path(__file__).with_name("表头.yaml")
_LONGEST_HEAD, _LONGEST_TITLE = 24, 60
_MOST_HEADS = 40
"""A transposed table has no more rows than a form has columns."""
_ASIDE = re.compile(r"[(\[].*?[)\]]")
_YEAR = re.compile(r"((?:19|20)\d\d)年度?")
_LABELLED = re.compile(r"([^:：\t]{2,14})[:：][ \u3000]*([^\t]*)")
_GAP = re.compile(r"[ \u3000\xa0]{2,}")
_UNIT = re.compile(r"(亿元|万元|千元|元)")
_FIGURE = re.compile(r"[-+]?\d[\d,]*(?:\.\d+)?")
_BLANK = re.compile(r"[\s—－\-/\\无]*")
_CARRIED, _REPEATED = ("一级", "二级", "项目"), ("名称", "目标", "完成", "符号", "单位", "原因", "佐证")
SCORES = ("分值", "得分")


_Words = Mapping[str, tuple[str, int]]


class Row(Struct, frozen=True):
    """A row that states an indicator: its texts by the parts of 表头.yaml, and the place of its name."""

    texts: Mapping[str, Scalar]
    span: Span


class FiledForm(Struct):
    """One self-evaluation form: caption, facts (项目名称 …), the whole money, indicators, total, texts around it.

    ``goals`` are the places of cells that say what was to be achieved.
    """

    span: Span
    title: str = ""
    facts: dict[str, Scalar] = field(default_factory=dict)
    funds: dict[str, Scalar] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    total: dict[str, Scalar] = field(default_factory=dict)
    texts: list[Scalar] = field(default_factory=list)
    goals: set[Span] = field(default_factory=set)

    @property
    def name(self) -> str:
        """What people call it."""
        named = (self.facts[key].text for key in ("项目名称", "部门名称") if key in self.facts)
        return next(named, "") or self.title or "自评表"


class Heads(Struct, frozen=True):
    """The words of 表头.yaml: for each normalized head, its part and its rank among the part's words."""

    columns: _Words
    funds: _Words
    labels: _Words
    whole: frozenset[str]
    totals: frozenset[str]
    subtotals: frozenset[str]

    def has(self, text: str) -> bool:
        """Whether a text is a head or a label."""
        said = plain_head(text)
        return said in self.labels or said in self.columns or said in self.funds


@lru_cache(maxsize=1)
def heads() -> Heads:
    """The words by which columns are known."""
    root = read_yaml(HEADS).root
    lists = {entry.key.text: entry.value for entry in root.entries} if root is not None else {}

    def ranked(key: str) -> _Words:
        found: dict[str, tuple[str, int]] = {}
        parts = lists.get(key)
        for part in parts.entries if isinstance(parts, build.Mapping) else ():
            for rank, word in enumerate(build.scalars(part.value)):
                found.setdefault(plain_head(word.text), (part.key.text, rank))
        return found

    words = (
        frozenset(plain_head(word.text) for word in build.scalars(lists[key])) if key in lists else frozenset[str]()
        for key in ("资金合计", "合计", "小计")
    )
    return Heads(ranked("列"), ranked("资金"), ranked("项"), *words)


@lru_cache(4096)
def plain_head(text: str) -> str:
    """A head without what varies between forms: blanks, brackets, the year, signs."""
    return re.sub(r"^(?:19|20)\d\d年度?|[、:：*的]", "", _ASIDE.sub("", normal(text)))


def _labelled(text: str) -> list[tuple[str, str]]:
    """Labels and values of a line such as 部门：某局　　年度：2024."""
    return [(label, value.strip()) for label, value in _LABELLED.findall(_GAP.sub("\t", text))]


class Table(Struct):
    """The first and last column of each part in a head; ``covered`` are all columns that have a head."""

    parts: Mapping[str, tuple[int, int]]
    covered: frozenset[int]
    last_line: int
    is_reported: bool = False


def find_forms(parts: Iterable[Grid | Scalar], found: list[Finding], file: Span) -> list[FiledForm]:
    """The forms of a file that have rows, in order; what cannot be read is added to ``found``."""
    finder = _Finder(found, file)
    for part in parts:
        if isinstance(part, Grid):
            finder.grid(part)
        else:
            finder.paragraph(part)
    forms = [one for one in finder.forms if one.rows]
    if not forms:
        found.append(codes.NO_TABLE.at(file))
    elif finder.forms[0] is not forms[0]:
        forms[0].texts = [*finder.forms[0].texts, *forms[0].texts]
        forms[0].goals |= finder.forms[0].goals
    # Those that only repeat rows of earlier ones, as annexes do, are left out; rows that differ are reported.
    own, before = list[FiledForm](), dict[tuple[str, str], Row]()
    for form in forms:
        keys = [(form.name, row.texts["名称"].text) for row in form.rows]
        if not all(key in before for key in keys):
            for key, row in zip(keys, form.rows, strict=True):
                before.setdefault(key, row)
            own.append(form)
            continue
        for key, row in zip(keys, form.rows, strict=True):
            for column in ("目标", "完成", *SCORES):
                one, two = row.texts.get(column), before[key].texts.get(column)
                if one is not None and two is not None and normal(one.text) != normal(two.text):
                    words = {"name": key[1], "part": column, "one": one.text, "two": two.text}
                    found.append(codes.TWO_VALUES.at(one.span, place=place_of(two.span), **words))
    return own


class _Finder:
    def __init__(self, found: list[Finding], file: Span) -> None:
        self.found, self.words = found, heads()
        self.forms = [FiledForm(file)]
        self.table: Table | None = None
        self.funds: Table | None = None
        self.is_closed = self.is_apart = False
        self.caption = self.unit = ""
        self.carried: dict[str, Scalar] = {}
        self.by_project: dict[str, FiledForm] = {}

    @property
    def form(self) -> FiledForm:
        return self.forms[-1]

    def begin(self, span: Span) -> None:
        """Begin another form, unless the last one has no rows yet."""
        if self.form.rows or self.is_closed:
            self.forms.append(FiledForm(span))
        self.form.span = span
        self.table = self.funds = None
        self.is_closed = self.is_apart = False
        self.carried, self.by_project = {}, {}

    def paragraph(self, text: Scalar) -> None:
        labelled = [self.label(label, filed(value, text.span)) for label, value in _labelled(text.text)]
        # Labels and tabbed lines around a table are no prose.
        if not any(labelled) and "\t" not in text.text:
            self.form.texts.append(text)
        self.seen(text.text)
        said = text.text.strip()
        if not said.startswith("续") and "单位" not in said:
            self.is_apart = True
            self.caption = said if len(said) <= _LONGEST_TITLE and said[-1] not in "。；" else self.caption

    def seen(self, text: str) -> None:
        """The year and the unit of money that a title states."""
        year = _YEAR.search(text)
        if year and "年度" in text and len(text) <= _LONGEST_TITLE:
            self.form.facts.setdefault("年度", filed(year[1], self.form.span))
        if "单位" in text and (unit := _UNIT.search(text)):
            self.unit = unit[1]

    def label(self, label: str, value: Scalar) -> bool:
        part, _ = self.words.labels.get(plain_head(label), ("", 0))
        if not part or not value.text:
            return False
        if part == "年度" and (year := re.search(r"(?:19|20)\d\d", value.text)):
            value = filed(year[0], value.span)
        before = self.form.facts.get(part)
        if part in ("项目名称", "部门名称") and (self.form.rows or self.is_closed) and value != before:
            self.begin(value.span)
        self.form.facts.setdefault(part, value)
        return True

    def grid(self, grid: Grid) -> None:
        if len(grid.lines) <= _MOST_HEADS and not self._has_head(grid):
            turned = grid.turn()
            grid = turned if self._has_head(turned) else grid
        lines, is_sheet = list(grid.lines), not grid.span.sheet.startswith("表 ")
        if is_sheet:
            self.begin(grid.span)
            self.caption, self.unit = grid.span.sheet, ""
        self.funds = None
        at, is_first = 0, True
        while at < len(lines):
            line, behind = lines[at], lines[at + 1] if at + 1 < len(lines) else 0
            table = self._head(grid, line, behind, self.words.columns)
            if table is not None and _is_indicators(table):
                place, goes_on = grid.place(line, min(grid.lines[line])), not is_first or not self.is_apart
                is_same = self.table is not None and self.table.parts.keys() == table.parts.keys()
                if self.is_closed or (self.form.rows and not (is_same and goes_on)):
                    self.begin(place)
                self.table, self.is_apart = table, False
                self.form.title = self.form.title or self.caption
                self.form.span = self.form.span if self.form.rows else place
                at, is_first = at + 1 + (table.last_line > line), False
                continue
            funds = self._head(grid, line, behind, self.words.funds)
            is_money = funds is not None and {"全年预算数", "全年执行数"} <= funds.parts.keys()
            if funds is not None and is_money and not self._is_list(grid, line):
                if self.form.rows and ("全年预算数" in self.form.funds or self.is_closed):
                    self.begin(grid.place(line, min(grid.lines[line])))
                self.funds, self.table, self.form.funds = funds, None, {}
                for cell in grid.lines[line].values():
                    self.unit = unit[1] if (unit := _UNIT.search(cell.text)) else self.unit
                at += 1 + (funds.last_line > line)
                continue
            if table is not None:
                self._report_unknown(grid, line, table)
            self._line(grid, line, behind)
            at += 1
        if is_sheet:
            self.table = None

    def _has_head(self, grid: Grid) -> bool:
        """Whether a row heads a table of indicators; in a transposed table, a column does."""
        tables = (self._head(grid, line, 0, self.words.columns) for line in grid.lines)
        return any(table is not None and _is_indicators(table) for table in tables)

    def _head(self, grid: Grid, line: int, behind: int, words: _Words) -> Table | None:
        """The row as a head, alone or with the next row, whichever names more columns."""
        upper = {at: cell for at, cell in grid.lines[line].items() if len(cell.text) <= _LONGEST_HEAD}
        ends = {at: grid.wide.get((line, at), at) for at in upper}
        one = _table({at: [plain_head(cell.text)] for at, cell in upper.items()}, ends, words, line)
        lower = grid.lines.get(behind, {})
        if not lower or any(is_number_like(cell.text) or len(cell.text) > _LONGEST_HEAD for cell in lower.values()):
            return one
        texts: dict[int, list[str]] = {}
        for at, cell in upper.items():
            under = [column for column in lower if at <= column <= ends[at]]
            if grid.extent(line, at)[1] > line or not under:
                texts[at] = [plain_head(cell.text)]
                continue
            for column in under:
                own = plain_head(lower[column].text)
                texts[column] = [own, plain_head(cell.text) + own]
        ends = {at: grid.wide.get((behind, at), at) if at in lower else ends[at] for at in texts}
        two = _table(texts, ends, words, behind)
        # A row of values above a repeated head is no part of it.
        below = {at: [plain_head(cell.text)] for at, cell in lower.items()}
        single = _table(below, {at: at for at in lower}, words, behind)
        best = max(len(other.parts) if other is not None else 0 for other in (one, single))
        return two if two is not None and len(two.parts) > best else one

    def _report_unknown(self, grid: Grid, line: int, table: Table) -> None:
        """Report a table that states scores but has too few known columns."""
        parts = table.parts.keys()
        if not parts & {*SCORES} or not parts & {"名称", "一级", "二级", "目标", "完成"}:
            return
        if parts <= {"一级", "二级", *SCORES}:
            self.found.append(codes.SUMMARY.at(grid.place(line, min(grid.lines[line]))))
            return
        texts = [short(cell.text) for cell in grid.lines[line].values()]
        others = [text for text in texts if plain_head(text) not in self.words.columns]
        hints = (suggestion(text, ("三级指标", "指标名称", "指标值", "完成值")) for text in others)
        hint = next((f"「{text}」{said}" for text, said in zip(others, hints, strict=True) if "是否" in said), "")
        lacking = "指标值、完成值或得分" if "名称" in parts else "指标名称"
        span = grid.place(line, min(grid.lines[line]))
        self.found.append(codes.UNKNOWN_HEAD.at(span, "", hint=hint, heads="、".join(texts), lacking=lacking))

    def _is_list(self, grid: Grid, line: int) -> bool:
        return any(plain_head(cell.text) in ("序号", "项目名称", "项目") for cell in grid.lines[line].values())

    def _line(self, grid: Grid, line: int, behind: int) -> None:
        cells = grid.lines[line]
        firsts = [plain_head(cell.text) for cell in list(cells.values())[:3]]
        labelled = self._labels(grid, line)
        if self.funds is not None and not self.form.funds and self.words.whole.intersection(firsts):
            self._money(grid, line, self.funds)
        elif self.table is None or labelled:
            for cell in cells.values():
                self.seen(cell.text)
                if len(cell.text) > _LONGEST_TITLE // 2:
                    self.form.texts.append(filed(cell.text, cell.span))
                    # Its head is above it or, of a block of one line, before it.
                    heads = (grid.lines.get(line - 1, {}).get(cell.span.column), cells.get(cell.span.column - 1))
                    head = next((one.text for one in heads if one is not None and len(one.text) < _LONGEST_HEAD), "")
                    self.form.goals |= {cell.span} if states_goals(head) else set()
            self.table = None if labelled else self.table
        elif self.words.totals.intersection(firsts):
            read = self._read(grid, line, self.table)
            total = {part: read[part] for part in SCORES if part in read}
            if "项目" not in self.table.parts:
                self.form.total, self.is_closed, self.table = total, True, None
            elif "项目" in read and plain_head(read["项目"].text) not in self.words.totals:
                self._form_of(read).total = total
        elif not self.words.subtotals.intersection(firsts):
            self._row(grid, line, behind, self.table)

    def _labels(self, grid: Grid, line: int) -> bool:
        cells, found, words = list(grid.lines[line].values()), False, self.words
        # 项目名称 甲 主管部门 乙 实施单位 丙 is no head of a list.
        in_turn = [words.has(cell.text) for cell in cells[:4]] == [True, False, True, False]
        if (self.table is not None and len(cells) > 8) or (
            self._is_list(grid, line) and len(cells) > 4 and not in_turn
        ):
            return False
        for cell, following in zip(cells, [*cells[1:], None], strict=True):
            inline = [(label, value) for label, value in _labelled(cell.text) if value]
            if inline:
                found |= any([self.label(label, filed(value, cell.span)) for label, value in inline])  # noqa: C419
            elif following is not None and plain_head(cell.text) in words.labels and not words.has(following.text):
                found |= self.label(cell.text, filed(following.text.strip(), following.span))
        return found

    def _money(self, grid: Grid, line: int, funds: Table) -> None:
        read = self._read(grid, line, funds)
        for part, said in read.items():
            if part in ("全年预算数", "全年执行数") and _FIGURE.fullmatch(said.text):
                if not self.unit:
                    self.found.append(codes.NO_UNIT.at(said.span, "", what=part, text=said.text))
                    continue
                said = filed(said.text + self.unit, said.span)  # noqa: PLW2901 - with its unit
            self.form.funds[part] = said

    def _row(self, grid: Grid, line: int, behind: int, table: Table) -> None:
        read = self._read(grid, line, table)
        own = {part for part, said in read.items() if said.span.line == line}
        name = read.get("名称")
        if name is None:
            level = next((read[part] for part in ("二级", "一级") if part in own), None)
            if level is not None and own & {*SCORES, "完成"} and not self._is_group(grid, behind, table, own):
                read["名称"] = name = level
        if name is None:
            said = "、".join(read[part].text for part in ("目标", "完成", *SCORES) if part in own)
            level_only = own <= {"一级", "二级", "项目"}
            if said and not level_only and not own & {"一级", "二级"}:
                place = grid.place(line, table.parts["名称" if "名称" in table.parts else "二级"][0])
                self.found.append(codes.NO_NAME.at(place, "", said=short(said)))
            return
        for part in _CARRIED:
            if part in read and part in own | {"项目"}:
                self.carried[part] = read[part]
                if part == "一级" and "二级" not in read:
                    self.carried.pop("二级", None)
            elif part not in read and part in self.carried:
                read[part] = self.carried[part]
        cells = grid.lines[line].items() if not table.is_reported else ()
        headless = [cell for at, cell in cells if at not in table.covered and at > min(table.covered)]
        if headless:
            # Once for each table, that a column without a head is filled in.
            self.found.append(codes.NO_HEAD.at(headless[0].span, "", text=short(headless[0].text)))
            table.is_reported = True
        self._form_of(read).rows.append(Row(read, name.span))

    def _is_group(self, grid: Grid, behind: int, table: Table, own: set[str]) -> bool:
        """Whether the row sums those below it: they have names and continue its group."""
        if "名称" not in table.parts or not behind:
            return False
        below = self._read(grid, behind, table)
        first = "一级" if "一级" in own else "二级"
        said = below.get(first)
        return "名称" in below and (said is None or said.span.line != behind)

    def _form_of(self, read: Mapping[str, Scalar]) -> FiledForm:
        """The form that a row belongs to: that of its project, where a column names it."""
        project = read.get("项目")
        if project is None:
            return self.form
        if project.text not in self.by_project:
            if self.by_project:
                facts = {part: said for part, said in self.form.facts.items() if part != "项目名称"}
                self.forms.append(FiledForm(project.span, facts=facts))
            self.form.facts["项目名称"] = project
            self.by_project[project.text] = self.form
        return self.by_project[project.text]

    def _read(self, grid: Grid, line: int, table: Table) -> dict[str, Scalar]:
        """The texts of a row by part; several cells of a part are joined."""
        read: dict[str, Scalar] = {}
        for part, (first, last) in table.parts.items():
            cells = [self._cell(grid, line, at, part, table) for at in range(first, last + 1)]
            texts = [said for said in cells if said is not None]
            if texts:
                read[part] = filed("".join(one.text for one in texts), texts[0].span)
        return read

    def _cell(self, grid: Grid, line: int, at: int, part: str, table: Table) -> Scalar | None:
        top, bottom = grid.extent(line, at)
        if top <= table.last_line or (top < line and part not in (*_CARRIED, *_REPEATED)):
            return None
        cell = grid.lines.get(top, {}).get(at)
        if cell is None:
            return None
        wrong = _wrong(cell, part, top, bottom)
        if wrong is not None:
            # A merged cell is reported once.
            self.found += [wrong] if top == line else []
            return None
        text = cell.text.strip()
        is_blank = not text or (part in (*SCORES, "全年预算数", "全年执行数") and _BLANK.fullmatch(text))
        return None if is_blank else filed(text, cell.span)


def _table(texts: Mapping[int, list[str]], ends: Mapping[int, int], words: _Words, last: int) -> Table | None:
    """The columns that heads name, each up to its end. The better word wins where two name one part, then the first."""
    best: dict[str, tuple[int, int]] = {}
    for at, spellings in texts.items():
        known = next((text for text in spellings if text in words), "")
        if known:
            part, rank = words[known]
            best[part] = min(best.get(part, (rank, at)), (rank, at))
    if len(best) < 2:
        return None
    covered = frozenset(column for at in texts for column in range(at, ends[at] + 1))
    return Table({part: (at, ends[at]) for part, (_, at) in best.items()}, covered, last)


def _is_indicators(table: Table) -> bool:
    """Whether a head is that of a table of indicators: it has names and values."""
    parts = table.parts.keys()
    said = parts & {"目标", "完成", *SCORES}
    if "名称" in parts:
        return len(said) > 1 or (bool(said) and bool(parts & {"一级", "二级"}))
    return {"一级", "二级"} <= parts and bool(said)


def _wrong(cell: Cell, part: str, top: int, bottom: int) -> Finding | None:
    """A finding for a cell that does not hold what people meant."""
    if cell.nature is Nature.UNCOMPUTED:
        return sheet_codes.UNCOMPUTED.at(cell.span)
    if cell.nature is Nature.ERROR:
        return sheet_codes.ERROR_CELL.at(cell.span, text=cell.text, label=part, mend="对照原件，看它应当是多少。")
    if cell.nature is Nature.MOMENT:
        return sheet_codes.IS_DATE.at(cell.span, name=part, text=cell.text, label=part)
    if bottom > top and part in SCORES:
        return sheet_codes.MERGED_NUMBER.at(cell.span, name=part, text=cell.text, first=top, last=bottom)
    return None
