"""Read a mapping of a template file key by key, collecting missing and unknown keys and wrong shapes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Named
from fractions import Fraction

from msgspec import Struct, field

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import Finding, Severity, Span, nearest, suggestion
from generator.base.forms import SCALES, Form
from generator.formula.parser import Expression, own_formula, parse
from generator.template import codes
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence

_PLACES = tuple(str(places) for places in range(13))
SEVERITIES = {"错误": Severity.ERROR, "警告": Severity.WARNING, "提示": Severity.INFO}
"""The words for them in a template."""


class Notes(Struct, frozen=True):
    """The findings of reading a file, and the paths of its parts that could not be read.

    Names that an unread part may define are not reported as unknown.
    """

    findings: list[Finding] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


class Reader:
    """Reads the values of one mapping. ``notes`` collects findings; a bad value reads as its default."""

    def __init__(self, node: Mapping, path: str, notes: Notes) -> None:
        self.node, self.path, self.notes = node, path, notes
        self.known: set[str] = set()

    @property
    def findings(self) -> list[Finding]:
        """The findings so far, in this mapping and in all that share its notes."""
        return self.notes.findings

    def finish(self, asked: Iterable[str] = ()) -> None:
        """Report the keys that were neither read nor ``asked``; keys that they may have meant count as unread."""
        self.known.update(asked)
        absent = [key for key in sorted(self.known) if self.node.get(key) is None]
        for key in self.node.keys():
            if key.text not in self.known:
                hint = suggestion(key.text, sorted(self.known))
                self.findings.append(codes.UNKNOWN_KEY.at(key.span, self.path, hint=hint, key=key.text))
                self._lose(*(nearest(key.text, absent, most=1) or absent))

    def _lose(self, *keys: str) -> None:
        self.notes.unread.update(f"{self.path}.{key}".lstrip(".") for key in keys)

    def get(self, key: str, *, required: bool = False) -> Node | None:
        """The node under a key; a blank one counts as absent."""
        self.known.add(key)
        node = self.node.get(key)
        if node is None or (isinstance(node, Scalar) and node.is_blank):
            if required:
                self.findings.append(codes.MISSING_KEY.at(self.node.span, self.path, key=key))
                self._lose(key)
            return None
        return node

    def place(self, key: str) -> Span:
        """The place of the value under a key; that of the mapping if there is none."""
        node = self.node.get(key)
        return node.span if node is not None else self.node.span

    def scalar(self, key: str, expected: str = "文字", *, required: bool = False) -> Scalar | None:
        """The single value under a key."""
        node = self.get(key, required=required)
        if node is None or isinstance(node, Scalar):
            return node
        self._wrong(node, key, expected)
        return None

    def text(self, key: str, *, required: bool = False) -> str:
        """The text under a key, empty where there is none."""
        node = self.scalar(key, required=required)
        return node.text if node is not None else ""

    def flag(self, key: str, *, default: bool = False) -> bool:
        """是 or 否."""
        node = self.scalar(key, "是 或 否")
        if node is None:
            return default
        if node.text not in ("是", "否"):
            self._wrong(node, key, "是 或 否")
        return node.text == "是"

    def number(self, key: str, *, required: bool = False) -> Fraction | None:
        """A number, which may be a percentage."""
        node = self.scalar(key, "数字", required=required)
        return self._number(node, key) if node is not None else None

    def places(self, key: str, *, required: bool = False) -> int:
        """A number of decimals."""
        node = self.scalar(key, "小数位数", required=required)
        if node is None:
            return 0
        if node.text not in _PLACES:
            self._wrong(node, key, f"不超过 {_PLACES[-1]} 的整数")
            return 0
        return int(node.text)

    def numbers(self, key: str) -> dict[str, Fraction]:
        """A mapping of names to numbers."""
        found = {}
        for name, node in self.entries(key):
            number = self._number(node, name.text)
            if number is not None:
                found[name.text] = number
        return found

    def choice(self, key: str, choices: Iterable[str], what: str, *, default: str | None = None) -> str:
        """One of the given words; required if there is no default, and empty if it is none of them."""
        node = self.scalar(key, required=default is None)
        words = list(choices)
        if node is None or node.text in words:
            return node.text if node is not None else default or ""
        hint = suggestion(node.text, words)
        self.findings.append(codes.UNKNOWN_KIND.at(node.span, self.path, hint=hint, kind=node.text, what=what))
        return default or ""

    def form(self, key: str, forms: Named[str, Form] | None) -> Form | None:
        """One of the template's printing forms; any name is accepted if those could not be read (None)."""
        if forms is None:
            self.scalar(key)
            return None
        return forms.get(self.choice(key, forms, "印制形式", default=""))

    def severity(self, key: str) -> Severity:
        """错误, 警告 or 提示."""
        return SEVERITIES[self.choice(key, SEVERITIES, "级别", default="错误")]

    def formula(self, key: str, *, required: bool = False) -> Expression | None:
        """A parsed formula."""
        node = self.scalar(key, "公式", required=required)
        return self._formula(node, key) if node is not None else None

    def formulas(self, key: str) -> dict[str, Expression]:
        """A mapping of names to formulas."""
        found = {}
        for name, node in self.entries(key):
            # One with a syntax error was reported; its name is known all the same.
            found[name.text] = self._formula(node, name.text) or own_formula("0", node.span)
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        node = self.get(key)
        if node is None:
            return ()
        if isinstance(node, Sequence):
            texts = (self._text(item, key) for item in node.items)
            return tuple(text for text in texts if text is not None)
        self._wrong(node, key, "列表")
        return ()

    def text_map(self, key: str) -> dict[str, str]:
        """A mapping of names to texts."""
        texts = ((name.text, self._text(node, name.text)) for name, node in self.entries(key))
        return {name: text for name, text in texts if text is not None}

    def entries(self, key: str) -> Iterator[tuple[Scalar, Node]]:
        """The keys and values of the mapping under a key."""
        node = self.get(key)
        if isinstance(node, Mapping):
            yield from ((entry.key, entry.value) for entry in node.entries)
        elif node is not None:
            self._wrong(node, key, "「名称: 值」的列表")

    def readers(self, key: str) -> Iterator[Reader]:
        """A reader for each mapping of the list under a key."""
        node = self.get(key)
        if node is None:
            return
        if not isinstance(node, Sequence):
            self._wrong(node, key, "列表")
            return
        for number, item in enumerate(node.items, 1):
            if isinstance(item, Mapping):
                yield Reader(item, f"{self.path}.{key}[{number}]".lstrip("."), self.notes)
            else:
                self._wrong(item, key, "由「名称: 值」组成的列表")

    def reader(self, key: str, *, required: bool = False) -> Reader | None:
        """A reader for the mapping under a key."""
        node = self.get(key, required=required)
        if isinstance(node, Mapping):
            return Reader(node, f"{self.path}.{key}".lstrip("."), self.notes)
        if node is not None:
            self._wrong(node, key, "一组「名称: 值」")
        return None

    def _text(self, node: Node, key: str) -> str | None:
        if isinstance(node, Scalar):
            return node.text
        self._wrong(node, key, "文字")
        return None

    def _formula(self, node: Node, key: str) -> Expression | None:
        if not isinstance(node, Scalar):
            self._wrong(node, key, "公式")
            return None
        span = node.span
        if node.quoted:
            # Places inside the formula are counted from its first character.
            span = Span(span.file, span.line, span.column + 1, max(span.length - 2, 1))
        parsed = parse(node.text, span, self.path)
        if isinstance(parsed, Expression):
            return parsed
        self.findings.append(parsed)
        return None

    def _number(self, node: Node, key: str) -> Fraction | None:
        try:
            amount = parse_amount(node.text if isinstance(node, Scalar) else "")
        except NotAnAmount:
            amount = None
        if amount is None or amount.unit.name not in (*SCALES, "分"):
            self._wrong(node, key, "数字")
            return None
        return Fraction(amount)

    def _wrong(self, node: Node, key: str, expected: str) -> None:
        self.findings.append(codes.WRONG_SHAPE.at(node.span, self.path, key=key, expected=expected))
        self._lose(key)
