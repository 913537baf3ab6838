"""The words of a formula. Full-width signs are read as their half-width twins."""

from __future__ import annotations

import re

from msgspec import Struct

from generator.patterns import regex

__all__ = ["SyntaxFault", "Token", "tokenize"]

_TWINS = str.maketrans("（）＋－−×÷＊／，＜＞＝％≦≧“”", '()+--*/*/,<>=%≤≥""')
# A word begins with a letter: names that begin with an underscore are Python's own, and no fact has one.
_WORD = r"[^\W\d_]\w*"
_PATTERN = regex(
    rf"""(?P<space>\s+)
    | (?P<number>\d+(?:\.\d+)?(?:\s*(?:%|‰|亿元|万元|千元|元))?)
    | (?P<text>"[^"\n]*"|'[^'\n]*'|「[^」\n]*」)
    | (?P<name>{_WORD}(?:\.{_WORD})*)
    | (?P<sign><=|>=|!=|==|<>|[-+*/()<>=,≤≥≠])""",
    re.VERBOSE,
)
_SAME_SIGN = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "="}
_KEYWORDS = frozenset({"and", "or", "not", "if", "else", "是", "否"})


class Token(Struct, frozen=True):
    """One word: its kind (number, text, name, keyword, sign, end), its text, and which characters it covers."""

    kind: str
    text: str
    start: int
    end: int


class SyntaxFault(Exception):
    """The formula cannot be parsed: what is wrong, from which character on, how to mend it."""

    def __init__(self, problem: str, start: int, mend: str = "") -> None:
        super().__init__(problem)
        self.problem, self.start, self.mend = problem, start, mend


def tokenize(formula: str) -> list[Token]:
    """The words of the formula, an end token last.

    Raises:
        SyntaxFault: A character belongs to no word.
    """
    text = formula.translate(_TWINS)
    tokens: list[Token] = []
    position = 0
    while position < len(text):
        match = _PATTERN.match(text, position)
        if match is None:
            raise SyntaxFault(
                f"第 {position + 1} 个字符「{formula[position]}」不能用在公式里", position, _mend(text[position])
            )
        if match.lastgroup != "space":
            tokens.append(_token(match, formula))
        position = match.end()
    return [*tokens, Token("end", "", len(text), len(text))]


def _token(match: re.Match[str], formula: str) -> Token:
    kind, text = str(match.lastgroup), match.group()
    if kind == "name" and text in _KEYWORDS:
        kind = "keyword"
    if kind == "text":
        # The inside of a text is taken as it was typed: there a full-width sign is meant.
        text = formula[match.start() + 1 : match.end() - 1]
    return Token(kind, _SAME_SIGN.get(text, text) if kind == "sign" else text, match.start(), match.end())


def _mend(char: str) -> str:
    if char in "\"'「":
        return "文字要用成对的引号括起来"
    if char in "[]{}【】":
        return "公式里只用圆括号"
    return "公式由名称、数字、+ - × ÷、比较号、圆括号和函数组成"
