"""Inputs that are made to break a reader of YAML: bombs, depth, size, bytes that are no text, characters that hide."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.confined import Attempt, assert_withstood

pytestmark = pytest.mark.slow

TOP = "模板: meizhou\n年度: 2021\n"
SIZE = 1_990_000
"""Just below what is read at all."""


def laughs(levels: int = 12) -> str:
    """Aliases of aliases: ten to the power of the levels when they are followed."""
    lines = ["a0: &a0 [哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈, 哈]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, levels)]
    return "\n".join(lines)


def merges(levels: int = 26) -> str:
    """Merge keys of merge keys, each twice."""
    lines = ["m0: &m0 {x: 1}"]
    lines += [f"m{level}: &m{level} {{<<: [*m{level - 1}, *m{level - 1}]}}" for level in range(1, levels)]
    return "\n".join(lines)


def filled(piece: str, size: int = SIZE) -> str:
    """As many of a piece as make a file of that size."""
    return piece * (size // len(piece.encode()))


TEXTS: dict[str, tuple[Callable[[], str], str]] = {
    "laughs": (laughs, "JX114"),
    "merges": (merges, "JX114|JX116"),
    "itself": (lambda: "自: &自 [*自]", "JX114"),
    "python": (lambda: '值: !!python/object/apply:os.system ["echo 1"]', "JX115"),
    "brackets": (lambda: "值: " + "[" * 100_000, "JX119|JX124"),
    "braces": (lambda: "值: " + "{a: " * 100_000, "JX119|JX124"),
    "closed": (lambda: "值: " + "[" * 50_000 + "]" * 50_000, "JX119"),
    "dashes": (lambda: "值:\n" + "- " * 100_000 + "x", "JX119"),
    "stairs": (lambda: "".join(f"{' ' * n}k{n}:\n" for n in range(1_400)), "JX119"),
    "questions": (lambda: "? " * 100_000, "JX119|JX120|JX129|JX127"),
    "documents": (lambda: "---\n" * 40_000, "JX118"),
    "directives": (lambda: "%YAML 1.1\n" * 40_000, "JX117|JX129"),
    "one-key": (lambda: f"{filled('键', 1_900_000)}: 1", "JX"),
    "one-text": (lambda: f"备注: {filled('字')}", "JX102|JX201"),
    "one-quoted": (lambda: f'备注: "{filled(chr(92) + "u5b57")}"', "JX102|JX201"),
    "one-block": (lambda: "备注: |\n" + "  一行字\n" * 49_000, "JX102|JX201"),
    "unclosed": (lambda: f"备注: '{filled('字')}", "JX102|JX122"),
    "keys": (lambda: "".join(f"键{n}: 1\n" for n in range(49_000)), "JX102|JX201"),
    "lines": (lambda: "\n" * 49_000 + "a: 1", "JX"),
    "same-keys": (lambda: filled("键: 1\n"), "JX102|JX113"),
    "rows": (lambda: "专项资金:\n" + filled("- {项目: 甲, 金额: 1 元}\n"), "JX102|JX"),
    "flow-rows": (lambda: "专项资金: [" + filled("{项目: 甲},") + "]", "JX102|JX"),
    "items": (lambda: "职责: [" + filled("甲,") + "]", "JX102|JX"),
    "blank": (lambda: "\n" * 49_000, "JX102|JX"),
    "comments": (lambda: "#\n" * 49_000, "JX102|JX"),
    "colons": (lambda: filled("："), "JX102|JX1"),
    "full-width": (lambda: "年度：2021\n" * 49_000, "JX110"),
    "tabs": (lambda: "\t\n" * 49_000, "JX"),
    "indented-tabs": (lambda: "a:\n\tb: 1\n" * 24_000, "JX109"),
    "unknown-keys": (lambda: "".join(f"年{n}: 1\n" for n in range(20_000)), "JX201"),
    "bad-rows": (lambda: "专项资金:\n" + "- {项日: 甲, 金额: 1 元}\n" * 9_000, "JX201"),
    "good-rows": (lambda: "专项资金:\n" + "- {项目: 甲, 金额: 1 元, 自评分: 98}\n" * 7_000, "JX202"),
    "quotes": (lambda: filled("'"), "JX102|JX1"),
    "backslashes": (lambda: '备注: "' + filled("\\"), "JX102|JX1"),
    "digits": (lambda: "收支:\n  收入决算数: " + "9" * 1_900_000 + " 元", "JX"),
    "exponent": (lambda: "收支:\n  收入决算数: 1e999999999 元", "JX"),
    "long-year": (lambda: "部门:\n  名称: 1\n" + "年: " + "9" * 100_000, "JX"),
    "hidden": (lambda: filled("\u202e\u200b"), "JX102|JX108"),
    "controls": (lambda: filled("\x07"), "JX102|JX108"),
    "separators": (lambda: filled("a\u2028"), "JX102|JX108"),
}
BYTES = {
    "zeros": (b"\0" * SIZE, "JX105"),
    "random": (b"\x93\xfa\x8a\xc1" * (SIZE // 4), "JX103|JX106"),
    "zip": (b"PK\x03\x04" + bytes(range(256)) * 1_000, "JX105"),
    "utf-16": (("年度: 2021\n" * 50_000).encode("utf-16"), "JX104"),
    "cut": (TOP.encode() + "局".encode()[:2], "JX106"),
    "surrogates": (TOP.encode() + b"a: \xed\xa0\x80\xed\xb0\x80", "JX106"),
    "overlong": (TOP.encode() + b"a: \xc0\xaf", "JX106"),
    "too-large": (b"a" * 30_000_000, "JX102"),
    "too-many-lines": (b"\n" * 60_000, "JX102"),
}
"""Files of bytes, with their code."""

CHANGES = {
    "long-number": ("  收入决算数: ", "9" * 1_000_000 + " 元", "JX207|JX209"),
    "many-decimals": ("  收入决算数: ", "1." + "3" * 1_000_000 + " 元", "JX207|JX209"),
    "power": ("  收入决算数: ", "1e999999999 元", "JX207|JX206"),
    "long-unit": ("  收入决算数: ", "1 " + "万" * 500_000, "JX206|JX207"),
    "commas": ("  收入决算数: ", "1," * 500_000 + "1 元", "JX207"),
    "other-digits": ("  收入决算数: ", "٣٣٣ 元", "JX207"),
    "long-year": ("年度: ", "2" * 1_000_000, "JX214"),
    "long-date": ("  盘点日期: ", "2021-" + "1" * 500_000 + "-01", "JX210"),
    "long-template": ("模板: ", "m" * 1_000_000, "JX701"),
    "template-path": ("模板: ", "../../../../etc/passwd", "JX701"),
    "template-drive": ("模板: ", "C:\\\\Windows", "JX701"),
    "loop": ("  简称: ", '"{% for a in 职责 %}{% for b in 职责 %}x{% endfor %}{% endfor %}"', "JX402"),
    "power-in-text": ("  简称: ", '"{{ 9 ** 9 ** 9 }}"', "JX402"),
    "times-in-text": ("  简称: ", "\"{{ 'x' * 999999999 }}\"", "JX402"),
    "range-in-text": ("  简称: ", '"{{ range(999999999) | list }}"', "JX402|JX404"),
    "class-in-text": ("  简称: ", "\"{{ ''.__class__.__mro__ }}\"", "JX402|JX403"),
    "import-in-text": ("  简称: ", "\"{% import 'os' as os %}\"", "JX402"),
    "itself-in-text": ("  简称: ", '"{{ 部门.简称 }}"', "JX40"),
    "deep-text": ("  简称: ", '"{{ ' + "(" * 20_000 + "1" + ")" * 20_000 + ' }}"', "JX40"),
    "long-condition": ("  简称: ", '"{{ 1 ' + "if 1 else 1 " * 20_000 + '}}"', "JX40"),
    "many-references": ("  简称: ", '"' + "{{ 年度 }}" * 100_000 + '"', "JX40"),
    "open-braces": ("  简称: ", '"' + "{{" * 200_000 + '"', "JX40"),
}
"""Values of the real input: the key before it, what stands there instead, and the code."""


@pytest.mark.parametrize("part", range(3))
def test_texts_that_unfold(workplace: Path, part: int) -> None:
    names = sorted(TEXTS)[part::3]
    for name in names:
        make, _ = TEXTS[name]
        (workplace / f"{name}.yaml").write_text(TOP + make(), "utf-8")
    assert_withstood(workplace, [Attempt.of(f"check {name}.yaml", TEXTS[name][1], f"{name}.yaml") for name in names])


def test_bytes_that_are_no_text(workplace: Path) -> None:
    for name, (data, _) in BYTES.items():
        (workplace / f"{name}.yaml").write_bytes(data)
    attempts = [Attempt.of(f"render {name}.yaml", code, f"{name}.yaml") for name, (_, code) in BYTES.items()]
    assert_withstood(workplace, attempts)


def test_values_that_run_away(workplace: Path, meizhou: Path) -> None:
    text = meizhou.read_text("utf-8")
    attempts = []
    for name, (key, value, code) in CHANGES.items():
        start = text.index(key) + len(key)
        changed = text[:start] + value + text[text.index("\n", start) :]
        (workplace / f"{name}.yaml").write_text(changed, "utf-8")
        attempts.append(Attempt.of(f"render {name}.yaml", code, f"{name}.yaml"))
    assert_withstood(workplace, attempts)


def test_long_runs_of_one_character(workplace: Path, meizhou: Path) -> None:
    text = meizhou.read_text("utf-8")
    runs = {"digits": "1" * 20_000, "blanks": " " * 20_000}
    for name, run in runs.items():
        (workplace / f"{name}.yaml").write_text(text.replace("总体要求: 以党", f"总体要求: 以{run}党"), "utf-8")
    assert_withstood(
        workplace, [Attempt.of(f"check {name}.yaml", "个警告", exit_code=0) for name in ("digits", "blanks")]
    )
