"""How to mend a tag: full-width signs, signs that formulas have but tags have not, names that are not whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.diagnostics import nearest, suggestion
from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["mend_name", "mend_syntax"]

_WIDE_SIGNS: Final = "（），。．：；｜＝＋－＊／＞＜！＂＇［］｛｝％"
_MEANT: Final = {"≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/", "−": "-", "＝": "=="}
_WORDS: Final = {"并且": "and", "而且": "and", "且": "and", "或者": "or", "或": "or", "不": "not", "非": "not"}
_STRING = regex(r"'[^']*'|\"[^\"]*\"")
_EQUALS = regex(r"(?<![=!<>])=(?!=)")
_CHINESE_WORD = regex(rf"(?<!\w)({'|'.join(_WORDS)})(?!\w)")


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
