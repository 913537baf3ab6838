"""Formulas: their nodes, tokens and recursive-descent parser. Every node has its place in the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cached_property, lru_cache

from msgspec import Struct

from generator.base.diagnostics import Finding, Span, suggestion
from generator.base.formats import SCALES
from generator.formula import codes
from generator.formula.values import FUNCTIONS


class _Part(Struct, frozen=True):
    """A part of a formula: the characters from ``start`` up to ``end``."""

    start: int
    end: int


class Literal(_Part, frozen=True):
    """A number, a text or a truth value."""

    value: Fraction | str | bool


class Name(_Part, frozen=True):
    """A fact or a computed value: ``收支.收入决算数`` is ``("收支", "收入决算数")``."""

    path: tuple[str, ...]


class Unary(_Part, frozen=True):
    """``-x`` or ``not x``; within 分段 also a bound with its sign, ``< x``."""

    sign: str
    operand: Node


class Pair(_Part, frozen=True):
    """Two sides with a sign between them."""

    sign: str
    left: Node
    right: Node


class Binary(Pair, frozen=True):
    """``a + b``; the sign is one of ``+ - * /``."""


class Compare(Pair, frozen=True):
    """``a <= b``; the sign is one of ``= != < <= > >=``."""


class Logic(Pair, frozen=True):
    """``a and b`` or ``a or b``; the right side is evaluated only where it matters."""


class Choice(_Part, frozen=True):
    """``a if c else b``; only the chosen side is evaluated."""

    then: Node
    condition: Node
    otherwise: Node


class Call(_Part, frozen=True):
    """A function over its arguments."""

    function: str
    arguments: tuple[Node, ...]


Node = Literal | Name | Unary | Binary | Compare | Logic | Choice | Call


class Expression(Struct, frozen=True, dict=True):
    """A parsed formula: its text as written, its place in the template, its root node."""

    text: str
    span: Span
    root: Node

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Every node, in the order of the text."""
        return tuple(walk_nodes(self.root))

    @cached_property
    def kinds(self) -> frozenset[str]:
        """The kinds of the functions that it calls."""
        return frozenset(FUNCTIONS[node.function].kind for node in self.nodes if isinstance(node, Call))

    def slice(self, node: Node) -> str:
        """The text of a node."""
        return self.text[node.start : node.end]


def parts(node: Node) -> tuple[Node, ...]:
    """The direct children of a node, in the order of the text."""
    match node:
        case Unary(operand=operand):
            return (operand,)
        case Pair(left=left, right=right):
            return left, right
        case Choice(then=then, condition=condition, otherwise=otherwise):
            return then, condition, otherwise
        case Call(arguments=arguments):
            return arguments
    return ()


def is_name(text: str) -> bool:
    """Whether formulas can use a field of this name."""
    return re.fullmatch(_WORD, text) is not None and text not in _KEYWORDS | _SAME_WORD.keys()


def walk_nodes(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    yield node
    for part in parts(node):
        yield from walk_nodes(part)


def bound_of(node: Node) -> tuple[str, Node]:
    """The sign and the limit of a bound of 分段; without a sign it is the highest value of its step."""
    return (node.sign, node.operand) if isinstance(node, Unary) and node.sign in _COMPARISONS else ("<=", node)


def names_in(node: Node) -> Iterator[Name]:
    """Every name of the formula, in the order of the text."""
    return (one for one in walk_nodes(node) if isinstance(one, Name))


# These keep parsing and evaluating far from Python's recursion limit.
LONGEST, DEEPEST, MOST_SIGNS = 2000, 30, 150
_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})
_TWINS = str.maketrans("（）＋－−×÷＊／，＜＞＝％≦≧“”", '()+--*/*/,<>=%≤≥""')
# A word begins with a letter: names that begin with an underscore are Python's own, and no fact has one.
_WORD = r"[^\W\d_]\w*"
_PATTERN = re.compile(
    rf"""(?P<space>\s+)
    | (?P<number>\d+(?:\.\d+)?(?:\s*(?:%|‰|亿元|万元|千元|元))?)
    | (?P<text>"[^"\n]*"|'[^'\n]*'|「[^」\n]*」)
    | (?P<name>{_WORD}(?:\.{_WORD})*)
    | (?P<sign><=|>=|!=|==|<>|[-+*/()<>=,≤≥≠])""",
    re.VERBOSE,
)
_SAME_SIGN = {"≤": "<=", "≥": ">=", "≠": "!=", "<>": "!=", "==": "="}
_SAME_WORD = {"且": "and", "并且": "and", "或": "or", "或者": "or", "非": "not"}
# What people write instead, from words and from Excel.
_SIGNS_IN_WORDS = {
    "大于": ">", "小于": "<", "等于": "=", "不等于": "≠", "大于等于": "≥", "小于等于": "≤", "不小于": "≥",
    "不大于": "≤", "高于": ">", "低于": "<", "不低于": "≥", "不高于": "≤", "加": "+", "减": "-", "乘": "×",
    "乘以": "×", "除以": "÷", "x": "×", "X": "×",
}  # fmt: skip
_TURNED = {"=>": "≥", "=<": "≤", "=>=": "≥"}
_IN_EXCEL = {
    "SUM": "求和", "AVERAGE": "平均", "COUNT": "计数", "COUNTA": "计数", "COUNTIF": "计数", "SUMIF": "求和",
    "MAX": "最大", "MIN": "最小", "ROUND": "四舍五入", "ROUNDUP": "向上取整", "ROUNDDOWN": "向下取整",
    "ABS": "绝对值", "YEAR": "年份",
}  # fmt: skip
_MEANT = {name: f"写成「{meant}」，用法见《模板编写》的「函数」。" for name, meant in _IN_EXCEL.items()}
_MEANT |= dict.fromkeys(("IF", "如果", "IFS"), "写成「甲 if 条件 else 乙」。")
_MEANT |= {"AND": "写成「甲 且 乙」。", "OR": "写成「甲 或 乙」。", "NOT": "写成「非 甲」。"}
_KEYWORDS = frozenset({"and", "or", "not", "if", "else", "是", "否"})
_DIRECTIONS = ({"<", "<=", "="}, {">", ">=", "="})
_MEND = dict.fromkeys("\"'「", "文字要用成对的引号括起来") | dict.fromkeys("[]{}【】", "公式里只用圆括号")
_MEND |= dict.fromkeys("。．·", "名称之间的点用半角的「.」")
_MEND |= {
    "&": "两个条件之间写「且」",
    "|": "两个条件之间写「或」",
    "!": "不等于写「≠」",
    "！": "不等于写「≠」",
    "^": "乘方写成连乘",
}
_IF_IN_WORDS = re.compile(r"(?<!\w)(?:若|如果|当|则|那么|否则|then)(?!\w)")


class _Token(Struct, frozen=True):
    """One word: its kind (number, text, name, keyword, sign, end), its text, and which characters it covers."""

    kind: str
    text: str
    start: int
    end: int


class _Fault(Exception):
    """The formula cannot be parsed; carries the finding that says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def parse(text: str, span: Span, path: str = "") -> Expression | Finding:
    """Parse a formula at this place; on failure, return the finding at its character. ``path`` is what it computes."""
    if len(text) > LONGEST:
        return codes.TOO_LONG.at(span, path, size=f"{len(text)} 个字", limit=f"{LONGEST} 个字")
    try:
        return Expression(text, span, _Parser(text, span, path).whole())
    except _Fault as fault:
        return fault.finding


@lru_cache(maxsize=256)
def own_formula(text: str, span: Span) -> Expression:
    """A formula that the program itself writes."""
    parsed = parse(text, span)
    assert isinstance(parsed, Expression)  # noqa: S101
    return parsed


def _inside(span: Span, start: int, length: int = 1) -> Span:
    """The place of a character of the formula; that of the whole formula if it runs over several lines."""
    return Span(span.file, span.line, span.column + start, length) if start < span.length else span


class _Parser:
    def __init__(self, text: str, span: Span, path: str) -> None:
        self.text, self.span, self.path = text, span, path
        self.tokens, self.at, self.depth = list(self._tokenized()), 0, 0
        signs = sum(1 for token in self.tokens if token.kind in ("sign", "keyword") and token.text not in "(),是否")
        if signs > MOST_SIGNS:
            raise self._too_long(f"{signs} 个运算符", f"{MOST_SIGNS} 个")

    def _tokenized(self) -> Iterator[_Token]:
        """The words of the formula, an end token last."""
        text, position = self.text.translate(_TWINS), 0
        while position < len(text):
            match = _PATTERN.match(text, position)
            if match is None:
                problem = f"第 {position + 1} 个字符「{self.text[position]}」不能用在公式里"
                mend = _MEND.get(text[position], "公式由名称、数字、+ - × ÷、比较号、圆括号和函数组成")
                raise self._syntax(problem, position, mend)
            position = match.end()
            kind, word = str(match.lastgroup), match.group()
            if kind == "name" and (word in _KEYWORDS or word in _SAME_WORD):
                kind, word = "keyword", _SAME_WORD.get(word, word)
            elif kind == "text":
                # The inside of a text is taken as it was typed: there a full-width sign is meant.
                word = self.text[match.start() + 1 : match.end() - 1]
            elif kind == "sign":
                word = _SAME_SIGN.get(word, word)
            if kind != "space":
                yield _Token(kind, word, match.start(), match.end())
        yield _Token("end", "", len(text), len(text))

    @property
    def now(self) -> _Token:
        return self.tokens[self.at]

    def whole(self) -> Node:
        root = self.choice()
        if self.now.kind != "end":
            raise self._broken()
        return root

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise self._too_long(f"{self.depth} 层括号", f"{DEEPEST} 层")
        then = self.condition()
        if self._take("if"):
            condition = self.condition()
            if not self._take("else"):
                if self.now.kind not in ("end", "sign"):
                    raise self._broken()
                raise self._syntax("缺少 else 部分", self.now.start, "写成 甲 if 条件 else 乙")
            otherwise = self.choice()
            then = Choice(then.start, otherwise.end, then, condition, otherwise)
        self.depth -= 1
        return then

    def condition(self) -> Node:
        return self._chain(Logic, {"or"}, lambda: self._chain(Logic, {"and"}, self.negation))

    def negation(self) -> Node:
        start, negations = self.now.start, 0
        while self._take("not"):
            negations += 1
        node = self.comparison()
        for _ in range(negations):
            node = Unary(start, node.end, "not", node)
        return node

    def comparison(self) -> Node:
        """One comparison, or several in a row: ``80% <= x < 90%`` is ``80% <= x and x < 90%``."""
        left = self.sum()
        whole: Node | None = None
        signs: set[str] = set()
        while self.now.kind == "sign" and self.now.text in _COMPARISONS:
            token = self._next()
            signs.add(token.text)
            if whole is not None and not any(signs <= one for one in _DIRECTIONS):
                raise self._syntax(
                    "连写的比较方向不一", token.start, "分成两个比较，中间写「且」，如 甲 < 乙 且 乙 > 丙"
                )
            right = self.sum()
            pair = Compare(left.start, right.end, token.text, left, right)
            whole = pair if whole is None else Logic(whole.start, pair.end, "and", whole, pair)
            left = right
        return whole or left

    def sum(self) -> Node:
        return self._chain(Binary, {"+", "-"}, lambda: self._chain(Binary, {"*", "/"}, self.signed))

    def _chain(self, kind: type[Binary | Logic], signs: set[str], tighter: Callable[[], Node]) -> Node:
        left = tighter()
        while self.now.kind in ("sign", "keyword") and self.now.text in signs:
            sign = self._next().text
            right = tighter()
            left = kind(left.start, right.end, sign, left, right)
        return left

    def signed(self) -> Node:
        start = self.now.start
        if not self._take("-"):
            return self.atom()
        operand = self.atom()
        return Unary(start, operand.end, "-", operand)

    def atom(self) -> Node:
        token = self._next()
        match token.kind:
            case "number":
                number = token.text.rstrip("%‰亿万千元")
                unit = token.text[len(number) :]
                return Literal(token.start, token.end, Fraction(number) * SCALES[unit])
            case "text":
                return Literal(token.start, token.end, token.text)
            case "keyword" if token.text in "是否":
                return Literal(token.start, token.end, token.text == "是")
            case "name":
                if self._is_sign("("):
                    return self.call(token)
                return Name(token.start, token.end, tuple(token.text.split(".")))
            case "sign" if token.text == "(":
                inner = self.choice()
                self._close()
                return inner
        if token.kind == "end":
            raise self._syntax("没有写完", token.start, "补上运算符或逗号后面的部分")
        mend = "去掉开头的「=」" if token.start == 0 and token.text == "=" else ""
        before = self.text[token.start - 1 : token.end]
        mend = f"「{before}」写成「{_TURNED[before]}」" if before in _TURNED else mend
        raise self._syntax(f"在「{self._shown(token)}」处少了名称或数字", token.start, mend)

    def call(self, name: _Token) -> Node:
        self._next()
        arguments: list[Node] = []
        function = FUNCTIONS.get(name.text)
        while not self._is_sign(")"):
            takes_bound = function is not None and function.kind == "steps" and len(arguments) % 2 == 1
            if takes_bound and self.now.text in _COMPARISONS:
                sign = self._next()
                limit = self.sum()
                arguments.append(Unary(sign.start, limit.end, sign.text, limit))
            else:
                arguments.append(self.choice())
            if not self._take(","):
                break
        end = self._close()
        place = _inside(self.span, name.start, len(name.text))
        if function is None:
            hint = _MEANT.get(name.text.upper(), "") or suggestion(name.text, FUNCTIONS)
            raise _Fault(codes.UNKNOWN_FUNCTION.at(place, self.path, hint=hint, name=name.text))
        if not function.accepts(len(arguments)) or bound_of(arguments[-1])[1] is not arguments[-1]:
            raise _Fault(codes.ARGUMENTS.at(place, self.path, name=name.text, usage=function.usage))
        return Call(name.start, end, name.text, tuple(arguments))

    def _broken(self) -> _Fault:
        """A word in the place of an operator; often one that lacks the space behind 且 or 或."""
        token = self.now
        grown = next((word for word in _SAME_WORD if token.kind == "name" and token.text.startswith(word)), "")
        mend = f"「{grown}」的前后各空一格" if grown else "检查这里是否缺少运算符、逗号或括号"
        mend = f"「{token.text}」写成「{_SIGNS_IN_WORDS[token.text]}」" if token.text in _SIGNS_IN_WORDS else mend
        mend = "条件写成「甲 if 条件 else 乙」" if _IF_IN_WORDS.search(self.text) else mend
        return self._syntax(f"在「{self._shown(token)}」处断开了", token.start, mend)

    def _close(self) -> int:
        if self.now.kind in ("name", "number", "text"):
            raise self._broken()
        if not self._is_sign(")"):
            raise self._syntax("缺少右括号", self.now.start, "补上右括号，使括号成对")
        return self._next().end

    def _next(self) -> _Token:
        token = self.now
        self.at += 1
        return token

    def _take(self, text: str) -> bool:
        if self.now.kind in ("sign", "keyword") and self.now.text == text:
            self.at += 1
            return True
        return False

    def _is_sign(self, text: str) -> bool:
        return self.now.kind == "sign" and self.now.text == text

    def _syntax(self, problem: str, start: int, mend: str) -> _Fault:
        mend = (mend or "对照文档《模板编写》中「公式」一节的写法修改") + "。"
        place = _inside(self.span, start)
        return _Fault(codes.SYNTAX.at(place, self.path, mend=mend, formula=self.text, problem=problem))

    def _too_long(self, size: str, limit: str) -> _Fault:
        return _Fault(codes.TOO_LONG.at(self.span, self.path, size=size, limit=limit))

    def _shown(self, token: _Token) -> str:
        return self.text[token.start : token.end]
