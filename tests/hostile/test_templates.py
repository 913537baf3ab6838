"""Templates that are made to run away: formulas, what formulas ask of each other, and texts with loops."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from tests.hostile.confined import Attempt, assert_withstood
from tests.small_template import small

pytestmark = pytest.mark.slow

TABLE = "款: {类型: 表, 标签: 款, 必填: 否, 列: {项目: {类型: 文字, 标签: 项目}, 金额: {类型: 金额, 标签: 金额}}}\n"
ROWS = "年度: 2021\n款:\n" + "".join(f"- {{项目: 甲乙丙丁戊己庚辛, 金额: {n} 元}}\n" for n in range(900))
FORMULAS = {
    "power": ("9 ** 99999999", "JX301"),
    "tower": ("9 ** 9 ** 9 ** 9", "JX301"),
    "caret": ("2 ^ 999999999", "JX301"),
    "shift": ("1 << 999999999", "JX301"),
    "text": ("'a' * 1000000000", "JX308"),
    "list": ("[1] * 999999999", "JX301"),
    "exponent": ("1e999999999", "JX301"),
    "places": ("四舍五入(1, 999999999)", "JX308"),
    "terms": (" + ".join(["1"] * 10_000), "JX304"),
    "factors": ("*".join(["999999999999"] * 152), "JX304"),
    "brackets": ("(" * 5_000 + "1" + ")" * 5_000, "JX304"),
    "few-brackets": ("(" * 31 + "1" + ")" * 31, "JX304"),
    "signs": ("-" * 1_900 + "1", "JX304"),
    "nots": ("not " * 480 + "1 = 1", "JX304"),
    "calls": ("最大(1, " * 31 + "2" + ")" * 31, "JX304"),
    "many-arguments": ("最大(" + "1, " * 500 + "1)", "JX303"),
    "choices": ("1 if 1 = 1 else " * 120 + "2", "JX304"),
    "comparisons": (" < ".join(["1"] * 600), "JX304"),
    "conditions": (" and ".join(["1 = 1"] * 150), "JX304"),
    "long": ("9" * 1_000_000, "JX304"),
    "names": ("款." * 600 + "金额", "JX305"),
    "zero": ("1 ÷ (1 - 1)", "JX307"),
    "class": ("().__class__.__mro__", "JX301"),
    "import": ("__import__('os').system('x')", "JX301"),
    "lambda": ("(lambda: 1)()", "JX301"),
    "each": ("求和(a for a in 款)", "JX301"),
    "itself": ("甲 + 1", "JX309"),
    "rows-of-rows": ("求和(款.金额, 求和(款.金额) > 0)", "JX310"),
    "rows-of-rows-of-rows": ("求和(款.金额, 求和(款.金额, 求和(款.金额) > 0) > 0)", "JX310"),
}
"""Formulas, with their code."""


def field(name: str, formula: str) -> str:
    return f"{name}: {{类型: 比率, 标签: {name}, 公式: {json.dumps(formula, ensure_ascii=False)}}}\n"


def chain(count: int, step: str, *, first: str = "1000", backwards: bool = False) -> str:
    """Fields each of which is computed from the one before it, or behind it."""
    names = [f"甲{n}" for n in range(count)]
    fields = [field(names[0], first)]
    fields += [field(name, step.replace("它", before)) for before, name in pairwise(names)]
    return "".join(reversed(fields) if backwards else fields)


TOGETHER: dict[str, tuple[Callable[[], str], str]] = {
    "two": (lambda: field("甲", "乙 + 1") + field("乙", "甲 + 1"), "JX309"),
    "ring": (lambda: "".join(field(f"甲{n}", f"甲{(n + 1) % 1_000} + 1") for n in range(1_000)), "JX309|JX310"),
    "squares": (lambda: chain(40, "它 * 它"), "JX310"),
    "squares-backwards": (lambda: chain(40, "它 * 它", backwards=True), "JX310"),
    "backwards": (lambda: chain(3_000, "它 + 1", backwards=True), "JX310"),
    "many-sums": (lambda: TABLE + "".join(field(f"甲{n}", "求和(款.金额)") for n in range(1_000)), "JX310"),
    "heavy": (lambda: TABLE + "".join(field(f"甲{n}", FORMULAS["rows-of-rows"][0]) for n in range(200)), "JX310"),
    "asked-again": (
        lambda: TABLE + field("甲", FORMULAS["rows-of-rows"][0]) + "".join(field(f"乙{n}", "甲") for n in range(500)),
        "JX310",
    ),
    "long-numbers": (
        lambda: (
            TABLE
            + chain(9, "它 * 它", first="999999999989 ÷ 1000003")
            + field("乙", "求和(款, " + " + ".join(f"甲8 ÷ {n}" for n in range(3, 73)) + ")")
        ),
        "JX310",
    ),
}
"""Fields that ask each other, with their code."""
COMMANDS = ("check", "score")

TEXTS = {
    "range": ("{% for a in range(10 ** 9) %}x{% endfor %}", "JX402"),
    "times": ("{{ 'a' * 10 ** 9 }}", "JX402"),
    "power": ("{{ 9 ** 9 ** 9 }}", "JX402"),
    "loops": ("".join(f"{{% for a{n} in 款 %}}" for n in range(6)) + "x" + "{% endfor %}" * 6, "JX405"),
    "empty-loops": ("{% for a in 款 %}{% for b in 款 %}{% if b.金额 %}{% endif %}{% endfor %}{% endfor %}", "JX405"),
    "macro": ("{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}", "JX402"),
    "recursive": ("{% for a in 款 recursive %}{{ loop(款) }}{% endfor %}", "JX402"),
    "doubling": ("{% set a = 'x' %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}", "JX402"),
    "chain": ("{{ " + " ~ ".join(["年度"] * 10_000) + " }}", "JX402"),
    "filters": ("{{ 年度 " + "| 中文数字 " * 2_000 + "}}", "JX401"),
    "joins": ("{{ 款 | map(attribute='项目') | join(款 | map(attribute='项目') | join('x')) }}", "JX405"),
    "growing": ("{{ 'a' | replace('', 'aaaaaaaaaa') | replace('', 'aaaaaaaaaa') }}", "JX404"),
    "wide": ("{{ 'a' | center(1000000000) }}", "JX404"),
    "format": ("{{ '%1000000000d' | format(1) }}", "JX404"),
    "brackets": ("{{ " + "(" * 3_000 + "1" + ")" * 3_000 + " }}", "JX401"),
    "conditions": ("{% if 1 %}" * 1_000 + "{% endif %}" * 1_000, "JX401"),
    "references": ("{{ 年度 }}" * 50_000, "JX401"),
    "digits": ("{{ " + "9" * 100_000 + " }}", "JX401"),
    "include": ("{% include '/etc/passwd' %}", "JX402"),
    "import": ("{% import 'os' as a %}", "JX402"),
    "class": ("{{ ''.__class__.__mro__ }}", "JX402"),
    "one": ("字" * 1_000_000, "JX102"),
}
"""Texts of a template, with their code."""


def test_formulas_of_fields(tmp_path: Path) -> None:
    attempts = []
    for name, (formula, code) in FORMULAS.items():
        small(tmp_path / name, TABLE + field("甲", formula)).write(ROWS)
        attempts.append(Attempt.of(f"check {name}/填报.yaml", code, "fields.yaml"))
    assert_withstood(tmp_path, attempts)


@pytest.mark.parametrize("key", ["得分", "取值", "条件"])
def test_formulas_of_indicators_and_checks(tmp_path: Path, key: str) -> None:
    attempts = []
    for name, (formula, code) in FORMULAS.items():
        written = json.dumps(formula.replace("甲 + 1", "指标.一.得分 + 1"), ensure_ascii=False)
        own = {"得分": f"得分: {written}", "取值": f"得分: 1, 取值: {written}"}.get(key, "得分: 自评分")
        checks = f"- {{名称: 查, 条件: {written}, 消息: 不符}}\n" if key == "条件" else ""
        if name == "itself" and key == "条件":
            continue
        form = small(tmp_path / name, TABLE, f"- {{名称: 一, 分值: 10, {own}}}\n", checks)
        form.write(f"{ROWS}指标: {{一: {{自评分: 5}}}}\n")
        place = "checks.yaml" if key == "条件" else "indicators.yaml"
        # A check must give a condition: what gives a number is refused for that.
        attempts.append(Attempt.of(f"check {name}/填报.yaml", f"{code}|JX308", place))
    assert_withstood(tmp_path, attempts)


@pytest.mark.parametrize("name", TOGETHER)
def test_formulas_that_ask_each_other(tmp_path: Path, name: str) -> None:
    make, code = TOGETHER[name]
    small(tmp_path, make()).write(ROWS if TABLE in make() else "年度: 2021\n")
    assert_withstood(tmp_path, [Attempt.of(f"{command} 填报.yaml", code, "fields.yaml") for command in COMMANDS])


@pytest.mark.parametrize("place", ["叙述", "结尾", "文件名"])
def test_texts_of_a_template(tmp_path: Path, place: str) -> None:
    attempts = []
    for name, (text, code) in TEXTS.items():
        written = json.dumps(text, ensure_ascii=False)
        own = f", 叙述: {written}" if place == "叙述" else ""
        form = small(tmp_path / name, TABLE, f"- {{名称: 一, 分值: 10, 得分: 自评分{own}}}\n")
        form.write(f"{ROWS}指标: {{一: {{自评分: 5}}}}\n")
        manifest = form.folder / "templates" / "小" / "template.yaml"
        old = {"文件名": '"{{ 年度 }}年报告"', "结尾": '"得{{ 得分 }}分。"'}.get(place, "")
        if old:
            changed = manifest.read_text("utf-8").replace(old, written, 1)
            manifest.write_text(changed, "utf-8")
        attempts.append(Attempt.of(f"check {name}/填报.yaml", code, "template.yaml" if place == "文件名" else ".yaml"))
    assert_withstood(tmp_path, attempts)
