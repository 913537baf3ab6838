"""How to mend a tag: full-width signs, Python's ways to write a value, names that are not whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.base.diagnostics import nearest, suggestion

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["INSTEAD_OF_CALL", "INSTEAD_OF_FILTER", "INSTEAD_OF_PERCENT", "mend_name", "mend_syntax"]

_WIDE_SIGNS: Final = "（），。．：；｜＝＋－＊／＞＜！＂＇［］｛｝％"
_MEANT: Final = {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "＝": "=="}
_WORDS: Final = {"并且": "and", "而且": "and", "且": "and", "或者": "or", "或": "or", "不": "not", "非": "not"}
_NUMBERS: Final = "写成 {{ 数 | 小数(2) }}、{{ 数 | 千分位 }} 或 {{ 数 | 百分比 }}；文字用 ~ 连接。"
_DAYS: Final = "写成 {{ 日期 | 日期 }}，或取 日期.year、日期.month、日期.day。"
_WIDTHS: Final = "对齐由段落格式、制表位或表格来做。"
_AS_FILTER: Final = "写成过滤器：{{{{ 值 | {} }}}}。"
_NO_CHANGE: Final = "版式不改值，先在数据里改好。"
_FROM_DATA: Final = "先在数据里算好。"
INSTEAD_OF_PERCENT: Final = _NUMBERS
"""What to write instead of ``'%.2f' % x``."""
INSTEAD_OF_CALL: Final[dict[str, str]] = {
    **{name: _AS_FILTER.format(name) for name in ("upper", "lower", "title", "capitalize", "replace", "join", "items")},
    **{name: _AS_FILTER.format(name) for name in ("int", "round", "abs", "max", "min", "sum", "list")},
    **dict.fromkeys(("strip", "lstrip", "rstrip"), _AS_FILTER.format("trim")),
    **dict.fromkeys(("format", "float"), _NUMBERS),
    **dict.fromkeys(("strftime", "isoformat", "date"), _DAYS),
    **dict.fromkeys(("center", "ljust", "rjust", "zfill"), _WIDTHS),
    **dict.fromkeys(("startswith", "endswith"), "写成切片的比较：{% if 文字[:2] == '关于' %}。"),
    **dict.fromkeys(("append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault"), _NO_CHANGE),
    "count": _AS_FILTER.format("length"),
    "cycler": "循环里写成 {{ loop.cycle('甲', '乙') }}。",
    "dict": "写成 {'名称': 值}。",
    "enumerate": "序号写成 loop.index。",
    "find": "写成 {% if '某字' in 文字 %}。",
    "get": "写成 {{ 表.名称 | default('') }}。",
    "joiner": "写成 {% if not loop.last %}、{% endif %}，或 {{ 列 | join('、') }}。",
    "keys": "写成 {% for 名称 in 表 %}。",
    "len": _AS_FILTER.format("length"),
    "reversed": _AS_FILTER.format("reverse"),
    "sorted": _AS_FILTER.format("sort"),
    "split": "在数据里写成一列，再用 {% for %} 或 {{ 列 | join('、') }}。",
    "str": _AS_FILTER.format("string"),
    "values": "写成 {% for 名称, 值 in 表 | items %}。",
    "zip": "在数据里把两列合成一张表。",
}
"""What to write instead of a method or function of Python's, by its name."""
INSTEAD_OF_FILTER: Final[dict[str, str]] = {
    "attr": "写成 值.名称。",
    "center": _WIDTHS,
    "filesizeformat": _FROM_DATA,
    "float": _NUMBERS,
    "forceescape": "值总是转义一次，不用写。",
    "format": _NUMBERS,
    "indent": "缩进由段落格式来做。",
    "pprint": "它是给程序员看的；逐项印出用 {% for %}。",
    "random": "同样的数据每次印出的文件要相同。",
    "striptags": _FROM_DATA,
    "tojson": "它是给网页用的；逐项印出用 {% for %}。",
    "truncate": "写成 文字[:20]。",
    "urlencode": "超链接的网址里直接写标记。",
    "urlize": "它生成网页代码；超链接的网址里直接写标记。",
    "wordcount": _AS_FILTER.format("length"),
    "wordwrap": "换行由段落格式来做。",
    "xmlattr": "它生成网页代码。",
}
"""What to write instead of one of Jinja's filters that layouts do not have, by its name."""
_STRING = re.compile(r"'[^']*'|\"[^\"]*\"")
_EQUALS = re.compile(r"(?<![=!<>])=(?!=)")
_CHINESE_WORD = re.compile(rf"(?<!\w)({'|'.join(_WORDS)})(?!\w)")


def mend_syntax(word: str, body: str) -> str:
    """What to write instead.

    Args:
        word: The first word of a statement; blank for a value.
        body: What stands in the tag.
    """
    code = _STRING.sub("", body)
    found = [f"「{sign}」写成「{meant}」" for sign, meant in _MEANT.items() if sign in code]
    # In brackets it gives an argument its name, after set a name its value.
    if word in {"", "if", "elif"} and _EQUALS.search(re.sub(r"\([^()]*\)", "", code)):
        found.append("判断相等的「=」写成「==」")
    found += [f"「{sign}」写成「{_WORDS[sign]}」" for sign in dict.fromkeys(_CHINESE_WORD.findall(code))]
    wide = [sign for sign in dict.fromkeys(code) if sign in _WIDE_SIGNS and sign not in _MEANT]
    if wide:
        dots = "，名称之间的点也是" if {"。", "．"} & set(wide) else ""
        found.append(f"标记里的标点要用半角{dots}，这里有全角的「{'」「'.join(wide)}」")
    return f"{'；'.join(found)}。" if found else "核对名称、引号、括号和过滤器是否写全。"


def mend_name(name: str, known: Iterable[str]) -> str:
    """What was probably meant by a name that is not there.

    Args:
        name: The name, one step.
        known: The names that are there, whole; a table is there itself, a group only with what is in it.
    """
    names = sorted(known)
    whole = _ending(names, name)
    tables = [table for one in whole if (table := one.rpartition(".")[0]) in names]
    if tables:
        return f"它是表「{tables[0]}」的一列：写在 {{% for 行 in {tables[0]} %}} 的循环里，写成「行.{name}」。"
    if whole:
        return _listed(whole[:3])
    roots = {one.partition(".")[0] for one in names}
    near = nearest(name, roots | {one.rpartition(".")[2] for one in names})
    found = [full for one in near for full in ([one] if one in roots else _ending(names, one))]
    return _listed(found[:3]) if found else suggestion(name, sorted(roots))


def _ending(names: list[str], step: str) -> list[str]:
    return [one for one in names if one.rpartition(".")[2] == step]


def _listed(names: list[str]) -> str:
    return f"是否为「{'」「'.join(names)}」？"
