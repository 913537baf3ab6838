"""Edits as people make them in the two shipped reports, each with what should come of it in the input."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.pull.word import Document, made, w

Step = Callable[[Document], None]
M, J = "meizhou", "jiangmen"
TOLD = ("JX860", "JX861", "JX864", "JX865", "JX872", "JX875")


Way = Callable[[str], str]


@dataclass(frozen=True)
class Case:
    """One edit.

    Attributes:
        kind: What kind of edit it is.
        report: Which report is edited.
        steps: What is done.
        wanted: Ways in which the input should change; none where it should not.
        told: The codes of which one is a true reason where nothing, or not all, is written.
        round: What was replaced everywhere, by what: the report printed again should read as edited.
    """

    kind: str
    report: str
    steps: tuple[Step, ...]
    wanted: tuple[Way, ...]
    told: frozenset[str] = frozenset()
    round: tuple[str, str] = ("", "")


CASES: list[Case] = []


@dataclass
class _Group:
    kind: str
    report: str
    cases: list[Case] = field(default_factory=list)

    def writes(self, steps: Sequence[Step], *wanted: tuple[str, str], told: Sequence[str] = TOLD) -> None:
        """An edit that should change the input so; where it is refused, for one of these reasons."""
        self.changes(steps, replacing(*wanted), told=told)

    def changes(self, steps: Sequence[Step], *ways: Way, told: Sequence[str] = TOLD) -> None:
        """One that should change the input in one of these ways."""
        CASES.append(Case(self.kind, self.report, tuple(steps), ways, frozenset(told)))

    def writes_either(self, steps: Sequence[Step], *ways: tuple[str, str], told: Sequence[str] = TOLD) -> None:
        """One that may change the input in several ways that say the same."""
        self.changes(steps, *(replacing(way) for way in ways), told=told)

    def tells(self, steps: Sequence[Step], *codes: str) -> None:
        """An edit that has no place in the input."""
        CASES.append(Case(self.kind, self.report, tuple(steps), (), frozenset(codes)))

    def goes_round(self, old: str, new: str, *codes: str) -> None:
        """A text that is replaced everywhere, of the template's wording as well."""
        CASES.append(Case(self.kind, self.report, (everywhere(old, new),), (), frozenset(codes), (old, new)))


def replacing(*pairs: tuple[str, str]) -> Way:
    """The input with texts in it that occur once replaced."""

    def way(text: str) -> str:
        for old, new in pairs:
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    return way


def renamed(old: str, new: str) -> Way:
    """The input with a text replaced wherever it stands."""
    return lambda text: text.replace(old, new)


def moving(item: str, beside: str, *, behind: bool = False) -> Way:
    """The input with one item of a list before (or behind) another one; each by how it begins."""

    def way(text: str) -> str:
        lines = text.split("\n")
        line = next(line for line in lines if line.strip().startswith(f"- {item}"))
        lines.remove(line)
        at = next(number for number, line in enumerate(lines) if line.strip().startswith(f"- {beside}"))
        return "\n".join([*lines[: at + behind], line, *lines[at + behind :]])

    return way


def over(words: str, old: str, new: str, number: int = 0) -> Step:
    """Types over a text in the paragraph that holds these words."""
    return lambda d: d.type_over(d.paragraph(words), old, new, number)


def last(words: str, old: str, new: str) -> Step:
    return lambda d: d.type_over(d.paragraph(words), old, new, -1)


def within(words: str, context: str, old: str, new: str) -> Step:
    """Types over a text within others that occur once."""

    def step(d: Document) -> None:
        paragraph = d.paragraph(words)
        text = d.text(paragraph)
        assert text.count(context) == 1
        at = text.index(context) + context.index(old)
        d.replace(paragraph, at, at + len(old), new)

    return step


def before(words: str, mark: str, new: str) -> Step:
    return over(words, mark, new + mark) if not mark else _insert(words, mark, new, behind=False)


def after(words: str, mark: str, new: str) -> Step:
    return _insert(words, mark, new, behind=True)


def _insert(words: str, mark: str, new: str, *, behind: bool) -> Step:
    def step(d: Document) -> None:
        paragraph = d.paragraph(words)
        at = d.text(paragraph).index(mark) + (len(mark) if behind else 0)
        d.replace(paragraph, at, at, new)

    return step


def start(words: str, new: str) -> Step:
    return lambda d: d.replace(d.paragraph(words), 0, 0, new)


def anew(words: str, new: str) -> Step:
    """Types a whole paragraph anew."""
    return lambda d: d.replace(d.paragraph(words), 0, len(d.text(d.paragraph(words))), new)


def cell(table: int, row: str, column: int, old: str, new: str, number: int = 0) -> Step:
    return lambda d: d.type_over(d.cell(table, row, column, number), old, new)


def everywhere(old: str, new: str) -> Step:
    return lambda d: d.everywhere(old, new)


def remove(*words: str) -> Step:
    def step(d: Document) -> None:
        for one in words:
            d.remove(d.paragraph(one))

    return step


def add(words: str, text: str) -> Step:
    return lambda d: d.add_after(d.paragraph(words), text)


def enter(words: str, mark: str) -> Step:
    return lambda d: d.enter(d.paragraph(words), mark)


def join(words: str) -> Step:
    return lambda d: d.join(d.paragraph(words))


def move(words: str, to: str) -> Step:
    return lambda d: d.move(d.paragraph(words), d.paragraph(to))


def move_behind(words: str, to: str) -> Step:
    return lambda d: d.move(d.paragraph(words), d.paragraph(to).getnext())


def type_into(table: int, row: int, column: int, text: str) -> Step:
    """Types into a blank cell; rows are counted from 0."""

    def step(d: Document) -> None:
        one = list(list(d.root.iter(w("tbl")))[table].iter(w("tr")))[row]
        d.replace(next(list(one.iter(w("tc")))[column].iter(w("p"))), 0, 0, text)

    return step


def remove_row(table: int, row: str) -> Step:
    return lambda d: d.row(table, row).getparent().remove(d.row(table, row))


def add_row(table: int, row: str, *texts: str) -> Step:
    """Copies a row and types into the last cells of the copy."""

    def step(d: Document) -> None:
        one = d.row(table, row)
        one.addnext(copy.deepcopy(one))
        for cell, text in zip(list(one.getnext().iter(w("tc")))[-len(texts) :], texts, strict=True):
            paragraph = next(cell.iter(w("p")))
            d.replace(paragraph, 0, len(d.text(paragraph)), text)

    return step


def swap_rows(table: int, row: str, other: str) -> Step:
    return lambda d: d.row(table, other).addnext(d.row(table, row))


def each_row(table: int, edit: Callable[[Sequence[Any]], None]) -> Step:
    """Edits the cells of each row of a table."""

    def step(d: Document) -> None:
        for row in list(list(d.root.iter(w("tbl")))[table].iter(w("tr"))):
            edit(list(row.iter(w("tc"))))

    return step


def remove_column(table: int, column: int) -> Step:
    return each_row(table, lambda cells: cells[column].getparent().remove(cells[column]))


def add_column(table: int) -> Step:
    """Copies the last column."""
    return each_row(table, lambda cells: cells[-1].addnext(copy.deepcopy(cells[-1])))


def swap_columns(table: int, column: int) -> Step:
    """Moves a column before the one to its left."""
    return each_row(table, lambda cells: cells[column - 1].addprevious(cells[column]))


def cut_cell(table: int, row: str, column: int) -> Step:
    def step(d: Document) -> None:
        cell = list(d.row(table, row).iter(w("tc")))[column]
        cell.addnext(copy.deepcopy(cell))

    return step


def join_cells(table: int, row: str, column: int) -> Step:
    """Joins a cell with the one to its right, of which the text is kept."""

    def step(d: Document) -> None:
        cell, other = list(d.row(table, row).iter(w("tc")))[column : column + 2]
        cell.extend(other.iter(w("p")))
        other.getparent().remove(other)

    return step


def cut_table(number: int, row: int) -> Step:
    """Cuts a table in two before a row, counted from 0."""

    def step(d: Document) -> None:
        table = list(d.root.iter(w("tbl")))[number]
        second, rows = copy.deepcopy(table), list(table.iter(w("tr")))
        for one in list(second.iter(w("tr"))):
            second.remove(one)
        second.extend(rows[row:])
        table.addnext(second)
        table.addnext(made("<w:p/>"))

    return step


def remove_table(number: int) -> Step:
    def step(d: Document) -> None:
        table = list(d.root.iter(w("tbl")))[number]
        table.getparent().remove(table)

    return step


def track(d: Document) -> None:
    d.tracks = True


def accept(d: Document) -> None:
    d.settle(accept=True)


def reject(d: Document) -> None:
    d.settle(accept=False)


def reject_in(words: str) -> Step:
    return lambda d: d.settle(accept=False, within=d.paragraph(words))


INCOME, STAFF, STATION = "收入决算合计", "局机关核定", "①梅州无线电监"
CARRIED, PURCHASES, GOALS = "结转结余率=年末", "年有政府采购", "设定绩效目标"
THREE, OUTPUT = "三公经费实际支出", "全市工业总产值为"
FOUR = (
    "四是抓好节能监察和清洁生产审核。落实上级关于节能降耗、循环经济和资源综合利用的要求，"
    "结合实际对工业企业开展专项监察和审核。"
)
FIVE = "五是办好政策服务月活动。组织惠企政策宣讲20场次，服务企业500家。"
MANY, EARLIER = "一是宣传好惠企政策", "四是抓好节能监察"

numbers = _Group("正文里的数", M)
numbers.writes([over(INCOME, "8025.61", "8026.61")], ("拨款: 8025.61 万元", "拨款: 8026.61 万元"))
numbers.writes([over(INCOME, "8025.61", "8025.69")], ("拨款: 8025.61 万元", "拨款: 8025.69 万元"))
numbers.writes(
    [over(INCOME, "8025.61", "8026.61"), over(INCOME, "8280.03", "8281.03")],
    ("拨款: 8025.61 万元", "拨款: 8026.61 万元"),
)
numbers.writes([over(INCOME, "4111.99", "4211.99")], ("基本支出: 4111.99", "基本支出: 4211.99"))
numbers.writes(
    [
        over(INCOME, "8025.61", "9134.20"),
        over(INCOME, "253.99", "260.00"),
        over(INCOME, "0.43", "0.50"),
        over(INCOME, "4111.99", "4000.00"),
        over(INCOME, "4608.75", "4700.10"),
    ],
    ("拨款: 8025.61 万元", "拨款: 9134.20 万元"),
    ("253.99 万元\n  其他收入: 0.43", "260.00 万元\n  其他收入: 0.50"),
    ("基本支出: 4111.99", "基本支出: 4000.00"),
    ("项目支出: 4608.75", "项目支出: 4700.10"),
)
numbers.writes(
    [over(INCOME, "4111.99", "4608.75"), over(INCOME, "4608.75", "4111.99", 1)],
    ("基本支出: 4111.99", "基本支出: 4608.75"),
    ("项目支出: 4608.75", "项目支出: 4111.99"),
)
numbers.writes([within(GOALS, "年均增长目标为8%", "8%", "6%")], ("    目标: 8%", "    目标: 6%"))
numbers.writes([over("本部门年度整体绩效目标", "10.80%", "10.90%")], ("    完成: 10.80%", "    完成: 10.90%"))
numbers.writes([over(PURCHASES, "6项", "7项")], ("项数: 6项", "项数: 7项"))
numbers.writes([over(INCOME, "8025.61", "12025.61")], ("拨款: 8025.61 万元", "拨款: 12025.61 万元"))
numbers.writes([over(STAFF, "48名", "64名")], ("核定: 48名, 实有: 47名", "核定: 64名, 实有: 47名"))
_Group("正文里的数", J).writes([over("申报自评得分", "97.5", "98")], ("得分: 97.5", "得分: 98"))

same = _Group("一段里相同的数", M)
same.writes(
    [within(STAFF, "总经济师1名、后勤服务人员5名", "1名", "2名")], ("总经济师, 核定: 1名", "总经济师, 核定: 2名")
)
same.writes([within(STAFF, "后勤服务人员4名", "4名", "5名")], ("核定: 5名, 实有: 4名", "核定: 5名, 实有: 5名"))
same.writes([last(STAFF, "副局长4名", "副局长3名")], ("核定: 4名, 实有: 4名", "核定: 4名, 实有: 3名"))
same.writes(
    [over(STAFF, "1名", "2名"), over(STAFF, "1名", "2名")],
    ("岗位: 局长, 核定: 1名", "岗位: 局长, 核定: 2名"),
    ("总经济师, 核定: 1名", "总经济师, 核定: 2名"),
)
same.writes([over(STATION, "1正3副", "1正2副", 1)], ("\n      实配领导: 1正3副", "\n      实配领导: 1正2副"))
same.writes(
    [over(STATION, "1正3副", "1正4副")],
    ("核定领导: 1正3副\n      实配领导: 1正3副", "核定领导: 1正4副\n      实配领导: 1正3副"),
)
same.writes(
    [within(CARRIED, "1892499.62元", "1892499.62", "1892599.62")], ("年末: 1892499.62 元", "年末: 1892599.62 元")
)
same.tells([over(CARRIED, "1892499.62/86559961.25", "1892599.62/86559961.25")], "JX856")
same.writes(
    [within(PURCHASES, "实际执行349118.60元", "349118.60", "349100.00")], ("实际: 349118.60", "实际: 349100.00")
)
same.writes([over(THREE, "1842623.15元", "1842600.00元")], ("  决算: 1842623.15 元", "  决算: 1842600.00 元"))
same.writes([over(THREE, "1842623.15元", "1852623.15元", 1)], ("调整预算: 1842623.15 元", "调整预算: 1852623.15 元"))
same.writes([last(STAFF, "、局长1名", "、局长0名")], ("局长, 核定: 1名, 实有: 1名", "局长, 核定: 1名, 实有: 0名"))

computed = _Group("计算的值", M)
computed.tells([over(INCOME, "8280.03", "8290.03")], "JX856")
computed.tells([over("财政拨款收入预决算差异率=（", "82800287.60", "82900287.60")], "JX856")
computed.tells([cell(2, "股权投资", 3, "25.16%", "25.20%")], "JX856")
computed.tells([within("1.预算编制情况（分值", "自评得20分", "20", "19")], "JX856")
computed.tells([cell(1, "项目管理", 2, "19.66", "19.70")], "JX856")
computed.tells([everywhere("102.34", "103.34")], "JX856")
computed.tells([within("年度市政府重点工作任务共", "仍有2项任务", "2", "3")], "JX856")
_Group("计算的值", J).tells([over("部门整体支出预算5463", "2841.5", "2840.5")], "JX856")

cells = _Group("表格里的值", J)
CHAIN, CLUSTER = "产业链研究工作经费, 指标类型: ", "产业集群研究编制经费, 指标类型: "
cells.writes([cell(2, "参会企业人数", -1, "1000人", "1050人")], ("实际完成值: 1000人}", "实际完成值: 1050人}"))
cells.writes([cell(3, "获得第二年增长奖励企业数量", 4, "151家", "153家")], ("实际完成值: 151家", "实际完成值: 153家"))
cells.writes(
    [cell(2, "审核标准规范性", -1, "100%", "98%")],
    ("审核标准规范性, 目标值: 100%, 实际完成值: 100%", "审核标准规范性, 目标值: 100%, 实际完成值: 98%"),
)
cells.writes(
    [cell(2, "按期完成率", -2, "≥90%", "≥95%", 2)],
    (f"{CHAIN}时效指标, 指标: 按期完成率, 目标值: ≥90%", f"{CHAIN}时效指标, 指标: 按期完成率, 目标值: ≥95%"),
)
cells.writes(
    [cell(2, "印刷宣传册数量", -2, "≥4000本", "≥5000本"), cell(2, "印刷宣传册数量", -1, "7000本", "7100本")],
    ("目标值: ≥4000本, 实际完成值: 7000本", "目标值: ≥5000本, 实际完成值: 7100本"),
)
cells.writes(
    [
        cell(2, "按期完成率", -1, "100%", "99%", 2),
        cell(2, "验收合格率", -1, "100%", "98%", 1),
        cell(2, "按期完成率", -1, "100%", "97%", 3),
    ],
    (
        f"{CHAIN}时效指标, 指标: 按期完成率, 目标值: ≥90%, 实际完成值: 100%",
        f"{CHAIN}时效指标, 指标: 按期完成率, 目标值: ≥90%, 实际完成值: 99%",
    ),
    (
        f"{CHAIN}质量指标, 指标: 验收合格率, 目标值: ≥90%, 实际完成值: 100%",
        f"{CHAIN}质量指标, 指标: 验收合格率, 目标值: ≥90%, 实际完成值: 98%",
    ),
    (
        f"{CLUSTER}时效指标, 指标: 按期完成率, 目标值: ≥90%, 实际完成值: 100%",
        f"{CLUSTER}时效指标, 指标: 按期完成率, 目标值: ≥90%, 实际完成值: 97%",
    ),
)
cells.writes([cell(2, "参会企业人数", -3, "企业人数", "企业家人数")], ("指标: 参会企业人数", "指标: 参会企业家人数"))
cells.writes(
    [cell(1, "工业扶持专项资金", 2, "2720.8", "2730.8"), cell(1, "工业扶持专项资金", 3, "7040.8", "7050.8")],
    ("追加: 2720.8 万元, 下达: 7040.8", "追加: 2730.8 万元, 下达: 7050.8"),
)
cells.writes(
    [cell(2, "公示率", -2, "100%", "99%", 1)],
    ("指标: 公示率, 目标值: 100%, 实际完成值: 100%", "指标: 公示率, 目标值: 99%, 实际完成值: 100%"),
)
cells.writes([cell(1, "工业扶持专项资金", 4, "7040.8", "7030.8")], ("支出: 7040.8 万元", "支出: 7030.8 万元"))
cells.writes(
    [cell(1, "专项业务支出", 2, "0", "5"), cell(1, "专项业务支出", 3, "119", "124")],
    ("预算: 119 万元, 追加: 0 万元, 下达: 119 万元", "预算: 119 万元, 追加: 5 万元, 下达: 124 万元"),
)
cells.tells([cell(2, "一级项目", -2, "目标值", "年度目标值")], "JX860")
cells = _Group("表格里的值", M)
cells.writes([cell(2, "市级公共服务平台建设", 1, "81.30", "81.50")], ("金额: 81.30 万元", "金额: 81.50 万元"))
cells.writes([cell(2, "市级公共服务平台建设", 2, "96", "97")], ("81.30 万元, 自评分: 96", "81.30 万元, 自评分: 97"))
cells.writes(
    [cell(4, "资产收益上缴的及时性", 2, "租金上缴", "租金上缴银行")],
    ("佐证: [租金上缴凭证]", "佐证: [租金上缴银行凭证]"),
)
cells.writes(
    [cell(2, "寿乡水", 1, "10.00", "12.00"), cell(2, "寿乡水", 2, "100", "99")],
    ("品牌工作经费, 金额: 10.00 万元, 自评分: 100", "品牌工作经费, 金额: 12.00 万元, 自评分: 99"),
)

rows = _Group("表格的行", J)
rows.tells([remove_row(2, "参会企业人数")], "JX862", "JX865")
rows.tells([add_row(2, "参会企业人数", "数量指标", "政策宣讲会议次数", "≥2次", "3次")], "JX863")
rows.tells([swap_rows(2, "参会企业人数", "企业家培训场次")], "JX872")
rows.writes(
    [remove_row(2, "企业家培训场次"), cell(2, "参训企业高层管理人员数量", -1, "102人", "105人")],
    ("实际完成值: 102人", "实际完成值: 105人"),
    told=["JX862"],
)
rows.tells([remove_table(2)], "JX869")
_Group("表格的行", M).tells([remove_table(4)], "JX869")
_Group("表格里的值", J).changes(
    [cell(2, "认定清洁生产企业数量", 1, "扶持资金", "资金")],
    renamed("二级项目: 节能和清洁生产扶持资金", "二级项目: 节能和清洁生产资金"),
)

half = _Group("半句重写", M)
half.writes(
    [
        over(
            INCOME,
            "其中基本支出4111.99万元、项目支出4608.75万元",
            "基本支出和项目支出分别为4121.99万元、4598.75万元",
        )
    ],
    ("基本支出: 4111.99", "基本支出: 4121.99"),
    ("项目支出: 4608.75", "项目支出: 4598.75"),
)
half.writes(
    [
        over(
            STATION,
            "核定编制13名、领导职数1正3副；实有11名，已配领导1正3副",
            "核定编制13名，实有12名；核定领导职数1正3副，已配1正3副",
        )
    ],
    ("核定编制: 13名\n      实有人数: 11名", "核定编制: 13名\n      实有人数: 12名"),
)
half.writes(
    [over(PURCHASES, "计划金额349177元，实际执行349118.60元", "计划采购349177元、实际采购349000.00元")],
    ("实际: 349118.60 元", "实际: 349000.00 元"),
)
half.writes([over(GOALS, "目标为超53家", "目标提高到超55家")], ("目标: 超53家", "目标: 超55家"))
half.writes(
    [
        anew(
            INCOME,
            "2021年，梅州市工业和信息化局收入决算合计8280.03万元，其中一般公共预算财政拨款收入8035.61万元、国有资本经营预算"
            "财政拨款收入253.99万元、其他收入0.53万元；支出决算合计8720.74万元，其中基本支出4111.99万元、项目支出"
            "4608.75万元。",
        )
    ],
    ("拨款: 8025.61 万元", "拨款: 8035.61 万元"),
    ("其他收入: 0.43", "其他收入: 0.53"),
)
SHORT = "四是推进节能降耗。对重点用能企业开展节能监察，完成清洁生产审核年度任务。"
half.writes([anew(EARLIER, SHORT)], (FOUR, SHORT))
half.writes(
    [
        anew(
            STATION,
            "①梅州无线电监测站为正科级参公管理事业单位，编制14名、领导1正3副，目前在编12名，领导1正3副。",
        )
    ],
    ("核定编制: 13名\n      实有人数: 11名", "核定编制: 14名\n      实有人数: 12名"),
)
half.writes_either(
    [
        over(
            THREE,
            "三公经费实际支出118966.46元＜预算安排的三公经费37万元",
            "三公经费实际支出11.90万元，低于预算37万元",
        )
    ],
    ("实际: 118966.46 元", "实际: 11.90 万元"),
    ("实际: 118966.46 元", "实际: 11.90万元"),
    told=[*TOLD, "JX867"],
)
half.writes(
    [
        over(
            OUTPUT,
            "比2020年的702.62亿元增加约120亿元，同比增长15.2%",
            "同比增长15.3%，比2020年的702.62亿元多约120亿元",
        )
    ],
    ("总产值增长: 15.2%", "总产值增长: 15.3%"),
)
TWO = "梅州无线电监测站、梅州市中小企业服务中心"
half.tells([over("纳入预算的下属单位", TWO, "、".join(TWO.split("、")[::-1]))], "JX861", "JX854")
half.writes_either(
    [over(GOALS, "以113.88亿元为基数，预计下降4.75%", "上年基数114.00亿元，预计降4.75%")],
    ("基数: 113.88 亿元", "基数: 114.00 亿元"),
    ("基数: 113.88 亿元", "基数: 114.00亿元"),
)
_Group("半句重写", J).writes(
    [
        over(
            "“政银保”全年担保",
            "全年担保中小企业贷款285笔，融资5.79亿元",
            "全年为中小企业担保贷款290笔、融资5.88亿元",
        )
    ],
    (
        "“政银保”全年担保中小企业贷款285笔，融资5.79亿元。",
        "“政银保”全年为中小企业担保贷款290笔、融资5.88亿元。",
    ),
)

more = _Group("插入", M)
more.tells([start(INCOME, "据部门决算报表，")], "JX864")
more.tells([after(INCOME, "8280.03万元", "（上年8100.00万元）")], "JX860", "JX861")
more.tells([before(INCOME, "其中一般公共预算", "比上年增加125.61万元，")], "JX860", "JX861")
more.writes(
    [before(INCOME, "其中一般公共预算", "比上年增加125.61万元，"), over(INCOME, "8025.61", "8026.61")],
    ("拨款: 8025.61 万元", "拨款: 8026.61 万元"),
)
more.writes(
    [before("二是加快重点项目建设", "服务9个投资", "全年召开专班会议24次，")],
    ("一抓到底”机制，服务9个投资", "一抓到底”机制，全年召开专班会议24次，服务9个投资"),
)
more.tells([start("本部门年度整体绩效目标", "2021年，")], "JX860", "JX861")
FIT = "分配结构能随实际情况调整。"
more.writes(
    [before("预算编制与部门职责", "此项指标自评得", "预算分配合理。")],
    (f"{FIT}\n    佐证: [2021年部门预算, 财决01-1表]", f"{FIT}预算分配合理。\n    佐证: [2021年部门预算, 财决01-1表]"),
)
more.tells([before(INCOME, "8025.61", "约")], "JX860", "JX857", "JX861")
more.tells([after(STAFF, "48名", "（含2名机动）")], "JX860", "JX857", "JX861")
more.writes(
    [before(INCOME, "其中基本支出", "比上年减少310.25万元，"), over(INCOME, "4111.99", "4121.99")],
    ("基本支出: 4111.99", "基本支出: 4121.99"),
)
more.writes(
    [over(OUTPUT, "15.2%", "15.4%"), start(OUTPUT, "据统计，")],
    ("总产值增长: 15.2%", "总产值增长: 15.4%"),
    ("全市工业总产值为{{ 经济.工业总产值", "据统计，全市工业总产值为{{ 经济.工业总产值"),
)

less = _Group("删除", M)
POLICY = "系统梳理国家和省、市的惠企政策，做好宣讲和落实，提高知晓率、惠及率，使政策红利变成“企业红利”；"
less.writes([over(MANY, POLICY, "")], (POLICY, ""))
less.tells([remove("直属单位共")], "JX865")
less.tells([over(INCOME, "、其他收入0.43万元", "")], "JX860", "JX861")
less.tells([over(STATION, "，已配领导1正3副", "")], "JX860", "JX861")
less.tells([remove("工业投资和技改投资的目标")], "JX865", "JX862")
FUNDS = "年累计争取中央和省工业和信息化专项资金约3.45亿元，支持企业稳健发展。"
less.writes([over("铜箔产业进入“广东强芯”", f"2021{FUNDS}", "")], (f"{{{{ 年度 }}}}{FUNDS}", ""))
SHOP = "坚持政企“双月”沟通机制和“母亲式”“店小二”服务，"
less.writes(
    [over(MANY, SHOP, ""), over(MANY, "111家", "100家")],
    (f"；{SHOP}重点跟进成长性较好的111家企业", "；重点跟进成长性较好的100家企业"),
)
_Group("删除", J).tells([remove("以数字化赋能制造业", "全年新建成5G", "建设工业互联网创新")], "JX862", "JX865", "JX869")

parts = _Group("合并和拆开段落", M)
parts.writes(
    [join(MANY)],
    ("创新创业大赛。\n      - 二是做好“十四五”规划编制", "创新创业大赛。二是做好“十四五”规划编制"),
    told=[*TOLD, "JX859"],
)
parts.tells([join("直属单位共")], *TOLD)
parts.writes([enter(EARLIER, "落实上级关于")], ("清洁生产审核。落实上级关于", "清洁生产审核。\n      - 落实上级关于"))
parts.tells([enter(INCOME, "支出决算合计")], *TOLD)
parts.writes(
    [over(INCOME, "4111.99", "4121.99"), enter(INCOME, "支出决算合计")],
    ("基本支出: 4111.99", "基本支出: 4121.99"),
)
parts = _Group("合并和拆开段落", J)
parts.writes(
    [enter("以“挂图作战”", "增加值同比增长14.7%")],
    (
        '两者都是历史新高；增加值同比增长14.7%，增速居全省第5位。"',
        '两者都是历史新高；"\n      - 增加值同比增长14.7%，增速居全省第5位。',
    ),
)
parts.tells([join("注：支出率=")], *TOLD)

items = _Group("分段内容的增删", M)
items.writes(
    [add("③加强事中事后监管", "3项行政许可下放到县。")],
    ("由事前审批转向过程和结果监管。\n", "由事前审批转向过程和结果监管。\n      - 3项行政许可下放到县。\n"),
)
THREE_ITEM = "三是建设好平台载体。2020年，"
items.writes([remove(EARLIER)], (f"\n      - {FOUR}", ""))
items.writes([add(EARLIER, FIVE)], (f"- {FOUR}", f"- {FOUR}\n      - {FIVE}"))
items.writes([add("二是做好“十四五”规划编制", FIVE)], (f"- {THREE_ITEM}", f"- {FIVE}\n      - {THREE_ITEM}"))
items.tells(
    [
        remove("（13）指导、协调行业人才"),
        over("（14）完成市委", "（14）", "（13）"),
        over("（15）推动职能转变", "（15）", "（14）"),
        over("（16）与市市场", "（16）", "（15）"),
    ],
    "JX862",
)
items.tells([add("（16）与市市场监督", "（17）承办市领导交办的专项工作。")], "JX863", "JX864")
items.writes(
    [remove(EARLIER), over(MANY, "111家", "120家")],
    (f"\n      - {FOUR}", ""),
    ("重点跟进成长性较好的111家企业", "重点跟进成长性较好的120家企业"),
)
_Group("分段内容的增删", J).writes(
    [add("二是绩效目标合理", "三是预算调整规范：追加事项均按程序报批。")],
    ("绩效指标清晰、可量化。\n", "绩效指标清晰、可量化。\n  - 三是预算调整规范：追加事项均按程序报批。\n"),
)

order = _Group("换次序", M)
MOVED = (*TOLD, "JX854", "JX859")
order.tells(
    [
        move("（3）跟踪分析", "（2）编制工业"),
        over("（2）编制工业", "（2）", "（3）"),
        over("（3）跟踪分析", "（3）", "（2）"),
    ],
    *MOVED,
)
_Group("换次序", J).tells(
    [
        move("（4）10家企业获认定", "（3）16家企业的主营业务"),
        over("（3）16家企业的主营业务", "（3）", "（4）"),
        over("（4）10家企业获认定", "（4）", "（3）"),
    ],
    *MOVED,
)

order = _Group("换次序", M)
BEFORE_ITEM, FIFTH, FIRST = "三是建设好平台载体", "五是防范“地条钢”", "一是转化大会成果"
order.changes([move(EARLIER, BEFORE_ITEM)], moving(EARLIER, BEFORE_ITEM))
order.changes([track, move(EARLIER, BEFORE_ITEM)], moving(EARLIER, BEFORE_ITEM))
order.changes([move(FIFTH, FIRST)], moving(FIFTH, FIRST))
FOURTH, THIRD = "四是抓好节能监察", "三是加大企业技改力度"
order.changes([move_behind(FOURTH, THIRD)], moving(FOURTH, THIRD, behind=True))
# With references, which must not become plain text.
STRONG, COPPER = "坚持工业强市", "铜箔产业进入"
TO_THE_FIRST_LIST = moving(OUTPUT, COPPER, behind=True)
order.changes([move(OUTPUT, STRONG)], TO_THE_FIRST_LIST)
order.changes([track, move(OUTPUT, STRONG)], TO_THE_FIRST_LIST)
order.tells([move(COPPER, "把握国家和省支持老区")], *TOLD)
order.changes([move(COPPER, OUTPUT)], moving(COPPER, OUTPUT))
order.changes(
    [over(OUTPUT, "822.82", "823.82"), move(OUTPUT, STRONG)],
    lambda text: TO_THE_FIRST_LIST(replacing(("  工业总产值: 822.82", "  工业总产值: 823.82"))(text)),
    told=["JX859", "JX861"],
)
order.changes(
    [over(OUTPUT, "，同比增长", "，同比提高"), move(OUTPUT, STRONG)],
    lambda text: replacing(("总产值增量 }}亿元，同比增长", "总产值增量 }}亿元，同比提高"))(TO_THE_FIRST_LIST(text)),
    told=["JX859", "JX861"],
)

pieces = _Group("合并和拆开段落", M)
pieces.changes(
    [enter(OUTPUT, "同比增长")],
    replacing(
        (
            "总产值增量 }}亿元，同比增长{{ 经济.总产值增长 }}",
            "总产值增量 }}亿元，\n      - 同比增长{{ 经济.总产值增长 }}",
        )
    ),
)
pieces.changes(
    [over(OUTPUT, "15.2%", "15.4%"), enter(OUTPUT, "同比增长")],
    replacing(
        (
            "总产值增量 }}亿元，同比增长{{ 经济.总产值增长 }}",
            "总产值增量 }}亿元，\n      - 同比增长{{ 经济.总产值增长 }}",
        ),
        ("总产值增长: 15.2%", "总产值增长: 15.4%"),
    ),
)
pieces.changes(
    [enter("新上规企业", "18家企业入选")],
    replacing(("绩效目标[4].完成 }}。18家企业", "绩效目标[4].完成 }}。\n      - 18家企业")),
)
pieces.changes(
    [join("把握国家和省支持老区")],
    lambda text: re.sub(r"\n +- (铜箔产业进入“广东强芯”)", r"\1", text),
    told=[*TOLD, "JX859"],
)
pieces.changes(
    [enter(EARLIER, "落实上级关于"), over(BEFORE_ITEM, "帮助企业做强做大", "助力企业做强做大")],
    replacing(
        ("清洁生产审核。落实上级关于", "清洁生产审核。\n      - 落实上级关于"),
        ("帮助企业做强做大", "助力企业做强做大"),
    ),
)

units = _Group("单位", M)
units.tells([over(INCOME, "8025.61万元", "0.80亿元")], *TOLD, "JX857")
units.tells([over(INCOME, "253.99万元", "2539900元")], *TOLD, "JX857")
units.writes_either(
    [over(GOALS, "113.88亿元", "1139000万元")],
    ("基数: 113.88 亿元", "基数: 1139000 万元"),
    ("基数: 113.88 亿元", "基数: 1139000万元"),
)
units.tells([within(INCOME, "0.43万元；支出", "万元", "亿元")], "JX860", "JX861")
units.writes_either(
    [over(THREE, "37万元", "360000元")],
    ("预算: 37 万元", "预算: 360000 元"),
    ("预算: 37 万元", "预算: 360000元"),
    told=["JX867"],
)
units.tells([over(INCOME, "8025.61", "0.80"), within(INCOME, "0.80万元、国有", "万", "亿")], *TOLD, "JX857")
units = _Group("单位", J)
units.writes(
    [cell(2, "拉动总部企业主营业务收入增长额度", -1, "21.58亿元", "216000万元")],
    ("实际完成值: 21.58亿元", "实际完成值: 216000万元"),
)
units.writes(
    [cell(2, "维修维护总面积", -2, "3219平方米", "3300㎡")],
    ("目标值: 3219平方米", "目标值: 3300㎡"),
    told=["JX857"],
)

titles = _Group("标题和固定文字", M)
titles.tells([over("1.部门主要职责", "部门主要职责", "主要职责")], "JX860")
titles.writes([over("激发工业经济新动能", "工业经济新", "工业新")], ("激发工业经济新动能", "激发工业新动能"))
titles.tells([over("年部门整体支出绩效自评得分汇总表", "自评得分汇总表", "自评得分一览表")], "JX860")
_Group("标题和固定文字", J).writes(
    [over("培育产业发展新动能", "培育产业发展", "培育壮大")], ("标题: 培育产业发展新动能", "标题: 培育壮大新动能")
)

names = _Group("名称", M)
names.writes([everywhere("梅州市工信局", "梅州工信局")], ("简称: 梅州市工信局", "简称: 梅州工信局"))
names.writes(
    [cell(0, "部门名称", 1, "工业和信息化", "工业信息化")],
    ("名称: 梅州市工业和信息化局", "名称: 梅州市工业信息化局"),
)

names.changes(
    [everywhere("梅州市工业和信息化局", "梅州市工业信息化和数据局")],
    renamed("梅州市工业和信息化局", "梅州市工业信息化和数据局"),
)
names.changes(
    [everywhere("梅州市中小企业服务中心", "梅州市中小企业发展中心")],
    renamed("梅州市中小企业服务中心", "梅州市中小企业发展中心"),
)
_Group("名称", J).changes(
    [everywhere("江门市工业和信息化局", "江门市工业信息化局")], renamed("江门市工业和信息化局", "江门市工业信息化局")
)

rounds = _Group("全文替换", M)
rounds.goes_round("、", "，", *TOLD)
rounds.goes_round("2021", "2022", *TOLD, "JX856", "JX854", "JX866")
rounds.goes_round("企业", "公司", *TOLD)
rounds = _Group("全文替换", J)
rounds.goes_round("“小升规”", "小升规", *TOLD)
rounds.goes_round("100%", "100％", *TOLD, "JX856", "JX867")

refer = _Group("含引用的文字", M)
refer.writes(
    [over(OUTPUT, "全市工业总产值为", "全市规上工业总产值为")], ("全市工业总产值为{{", "全市规上工业总产值为{{")
)
refer.writes([over(OUTPUT, "822.82", "823.82")], ("  工业总产值: 822.82 亿元", "  工业总产值: 823.82 亿元"))
refer.writes(
    [over(OUTPUT, "822.82", "823.82"), within(OUTPUT, "规上工业企业实现", "规上", "规模以上")],
    ("  工业总产值: 822.82 亿元", "  工业总产值: 823.82 亿元"),
    ("{{ 经济.规上企业数 }}规上工业企业实现", "{{ 经济.规上企业数 }}规模以上工业企业实现"),
)
refer.writes([over("2020年决算和", "按规定公开", "按规定及时公开")], ("年预算均按规定公开", "年预算均按规定及时公开"))
refer.writes(
    [within("一是本部门2021年项目资金", "自评报告按时公开", "按时", "及时")],
    ("市级财政资金的绩效自评报告按时公开", "市级财政资金的绩效自评报告及时公开"),
)
refer.writes(
    [over("局本部及下属单位已于", "2021年12月31日", "2021年12月30日")],
    ("盘点日期: 2021-12-31", "盘点日期: 2021-12-30"),
)
refer.writes([over("一是已制定《", "没有食堂", "没有设食堂")], ("本部门没有食堂，{{", "本部门没有设食堂，{{"))
refer.writes(
    [over("新上规企业", "74家", "75家"), over("新上规企业", "18家企业", "20家企业")],
    ("绩效目标[4].完成 }}。18家企业", "绩效目标[4].完成 }}。20家企业"),
    ("    完成: 74家", "    完成: 75家"),
)
refer.writes(
    [
        over(
            "一是已制定《",
            "都在广东政府采购智慧云平台电子卖场公开",
            "都通过广东政府采购智慧云平台公开",
        )
    ],
    ("都在广东政府采购智慧云平台电子卖场公开办理", "都通过广东政府采购智慧云平台公开办理"),
)
refer = _Group("含引用的文字", J)
refer.writes([over("以“挂图作战”", "5300", "5350")], ("产值超过5300亿元", "产值超过5350亿元"))
refer.writes([over("主管全市的工业", "全市的", "全市")], ("主管全市的工业", "主管全市工业"))

tracked = _Group("修订", M)
WATER = ("清洁生产审核。落实上级关于", "清洁生产审核、节水行动。落实上级关于")
SOON = ("激发工业经济新动能", "激发工业新动能")
tracked.writes([track, over(INCOME, "8025.61", "8026.61")], ("拨款: 8025.61 万元", "拨款: 8026.61 万元"))
tracked.writes([track, after(EARLIER, "清洁生产审核", "、节水行动")], WATER)
tracked.writes(
    [track, over(INCOME, "8025.61", "8026.61"), over(SOON[0], "工业经济新", "工业新"), accept],
    ("拨款: 8025.61 万元", "拨款: 8026.61 万元"),
    SOON,
)
tracked.tells([track, over(INCOME, "8025.61", "8026.61"), over(SOON[0], "工业经济新", "工业新"), reject])
tracked.writes(
    [
        track,
        over(INCOME, "8025.61", "8026.61"),
        over(SOON[0], "工业经济新", "工业新"),
        reject_in("激发工业"),
        accept,
    ],
    ("拨款: 8025.61 万元", "拨款: 8026.61 万元"),
)
tracked.writes([track, remove(EARLIER)], (f"\n      - {FOUR}", ""))
tracked.writes([track, add(EARLIER, FIVE)], (f"- {FOUR}", f"- {FOUR}\n      - {FIVE}"))
tracked.writes(
    [
        track,
        over(
            INCOME,
            "其中基本支出4111.99万元、项目支出4608.75万元",
            "基本支出和项目支出分别为4121.99万元、4598.75万元",
        ),
    ],
    ("基本支出: 4111.99", "基本支出: 4121.99"),
    ("项目支出: 4608.75", "项目支出: 4598.75"),
)
_Group("修订", J).writes(
    [track, cell(2, "参会企业人数", -1, "1000人", "1050人")], ("实际完成值: 1000人}", "实际完成值: 1050人}")
)

kinds = _Group("写法", M)
kinds.tells([over(STAFF, "48名", "四十八名")], "JX867")
kinds.writes_either(
    [over(INCOME, "8025.61", "８０２６.６１")],
    ("拨款: 8025.61 万元", "拨款: ８０２６.６１ 万元"),
    ("拨款: 8025.61 万元", "拨款: 8026.61 万元"),
    told=["JX857"],
)
kinds.writes_either(
    [over(INCOME, "8025.61", "8,026.61")],
    ("拨款: 8025.61 万元", "拨款: 8,026.61 万元"),
    ("拨款: 8025.61 万元", "拨款: 8026.61 万元"),
    told=["JX867", "JX857"],
)
kinds.writes([over("96.69%", "96.69%", "97%")], ("数值: 96.69%", "数值: 97%"))
kinds = _Group("写法", J)
kinds.writes([within("申报自评得分", "绩效等级为“优”", "优", "良")], ("等级: 优", "等级: 良"))
kinds.writes([cell(2, "同一地点修缮后发生问题时间", -1, "预期达标", "已达标")], ("值: 预期达标", "值: 已达标"))

_Group("写法", M).tells([type_into(0, 2, 1, "张三")], "JX873")
_Group("写法", M).tells([cell(0, "填报日期", 1, "　　年　　月　　日", "2022年5月1日")], "JX873")

sessions = _Group("一次改许多处", M)
sessions.writes(
    [
        over(INCOME, "8025.61", "8026.61"),
        over(INCOME, "8280.03", "8281.03"),
        within(STAFF, "后勤服务人员4名", "4名", "5名"),
        cell(2, "市级公共服务平台建设", 1, "81.30", "81.50"),
        remove(EARLIER),
        add("二是做好“十四五”规划编制", FIVE),
        over(OUTPUT, "全市工业总产值为", "全市规上工业总产值为"),
        over(MANY, "111家", "120家"),
        over("1.部门主要职责", "部门主要职责", "主要职责"),
    ],
    ("拨款: 8025.61 万元", "拨款: 8026.61 万元"),
    ("核定: 5名, 实有: 4名", "核定: 5名, 实有: 5名"),
    ("金额: 81.30 万元", "金额: 81.50 万元"),
    (f"\n      - {FOUR}", ""),
    (f"- {THREE_ITEM}", f"- {FIVE}\n      - {THREE_ITEM}"),
    ("全市工业总产值为{{", "全市规上工业总产值为{{"),
    ("重点跟进成长性较好的111家企业", "重点跟进成长性较好的120家企业"),
)
PHRASES = [
    ("国家和省、市的惠企政策", "国家、省、市的惠企政策"),
    ("健全“五个一”工作体系；", "健全“五个一”体系；"),
    ("帮助企业做强做大", "助力企业做强做大"),
    ("结合实际对工业企业", "对工业企业"),
    ("储备一批“十四五”项目", "储备“十四五”项目60个"),
    ("带动100家以上工业企业", "带动120家以上工业企业"),
    ("引进更多好项目、大项目", "引进更多大项目、好项目"),
    ("夯实工业基础", "夯实产业基础"),
    ("打击稀土领域违法违规行为", "严打稀土违法违规行为"),
    ("持续淘汰落后产能", "坚决淘汰落后产能"),
    ("推动园区扩容升级", "推动园区扩容提质"),
    ("建设污水处理设施6座", "建设污水处理设施8座"),
    ("促进产城融合", "推进产城融合"),
    ("推进“三云两园两中心”", "建设“三云两园两中心”"),
    ("提高基站覆盖率", "扩大基站覆盖面"),
    ("研制高端产品", "研发高端产品"),
    ("力争达到34亿元", "力争达到36亿元"),
    ("新增小升规企业50家", "新增小升规企业55家"),
    ("约3.45亿元", "约3.55亿元"),
    ("其中7个已动工", "其中8个已动工"),
]
sessions.writes([over(old, old, new) for old, new in PHRASES], *PHRASES)
# Each of them alone as well.
for _old, _new in PHRASES:
    _Group("正文的字句", M).writes([over(_old, _old, _new)], (_old, _new))
sessions = _Group("一次改许多处", J)
sessions.writes(
    [
        over("以“挂图作战”", "5300", "5350"),
        cell(2, "参会企业人数", -1, "1000人", "1050人"),
        cell(1, "工业扶持专项资金", 2, "2720.8", "2730.8"),
        cell(1, "工业扶持专项资金", 3, "7040.8", "7050.8"),
        add("二是绩效目标合理", "三是预算调整规范：追加事项均按程序报批。"),
        over("申报自评得分", "97.5", "98"),
        everywhere("江门市工信局", "江门工信局"),
        over("“政银保”全年担保", "5.79", "5.97"),
        cell(2, "一级项目", -2, "目标值", "年度目标值"),
    ],
    ("产值超过5300亿元", "产值超过5350亿元"),
    ("实际完成值: 1000人}", "实际完成值: 1050人}"),
    ("追加: 2720.8 万元, 下达: 7040.8", "追加: 2730.8 万元, 下达: 7050.8"),
    ("绩效指标清晰、可量化。\n", "绩效指标清晰、可量化。\n  - 三是预算调整规范：追加事项均按程序报批。\n"),
    ("得分: 97.5", "得分: 98"),
    ("简称: 江门市工信局", "简称: 江门工信局"),
    ("融资5.79亿元", "融资5.97亿元"),
)

columns = _Group("表格的列和格", J)
columns.tells([remove_column(1, 1)], "JX874")
columns.tells([remove_column(1, 4)], "JX874")
columns.tells([remove_column(2, 4)], "JX874")
columns.tells([remove_column(1, 2), cell(1, "工业扶持专项资金", 0, "专项资金", "资金")], "JX874")
columns.tells([add_column(1)], "JX874")
columns.tells([swap_columns(1, 3)], "JX874")
columns.tells([swap_columns(2, 5)], "JX874")
columns.tells([cut_cell(1, "工业扶持专项资金", 2)], "JX874")
columns.tells([join_cells(1, "工业扶持专项资金", 2)], "JX874")
columns.writes(
    [
        join_cells(1, "工业扶持专项资金", 1),
        cell(1, "专项业务支出", 2, "0", "5"),
        cell(1, "专项业务支出", 3, "119", "124"),
    ],
    ("预算: 119 万元, 追加: 0 万元, 下达: 119 万元", "预算: 119 万元, 追加: 5 万元, 下达: 124 万元"),
    told=["JX874"],
)
columns.writes(
    [cut_table(1, 3), cell(2, "专项业务支出", 2, "0", "5"), cell(2, "专项业务支出", 3, "119", "124")],
    ("预算: 119 万元, 追加: 0 万元, 下达: 119 万元", "预算: 119 万元, 追加: 5 万元, 下达: 124 万元"),
)
_Group("表格的列和格", M).tells([remove_column(2, 1)], "JX874")

unit = _Group("表的单位", J)
unit.tells([over("单位：万元", "万元", "元")], "JX860")
unit.tells([over("单位：万元", "万元", "元"), cell(1, "工业扶持专项资金", 2, "2720.8", "27208000")], "JX861")

unseen = _Group("看不见的字和符号", M)
unseen.writes([over(INCOME, "8025.61", "80\u200b26.61")], ("拨款: 8025.61 万元", "拨款: 8026.61 万元"))
unseen.writes([over(INCOME, "8025.61", "\ufeff8026.61\u200e")], ("拨款: 8025.61 万元", "拨款: 8026.61 万元"))
unseen.writes([over(EARLIER, "抓好", "抓\u200b好")])
unseen.tells([over(INCOME, "8025.61", "−8025.61")], "JX857")
unseen.tells([over(INCOME, "8025.61", "–8025.61")], "JX857")

by_hand = _Group("手改的序号", M)
by_hand.tells([over(STATION, "①", "②")], "JX860")
by_hand.tells([over("跟踪分析行业运行", "（3）", "3.")], "JX860")
by_hand.tells([over("跟踪分析行业运行", "（3）", "（4）")], "JX860")
