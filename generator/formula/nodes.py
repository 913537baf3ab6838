"""What a parsed formula is made of. Every node knows which characters of the text it stands for."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from generator.base.diagnostics import Span


class Literal(Struct, frozen=True):
    """A number, a text or a truth value that stands in the formula itself."""

    start: int
    end: int
    value: Fraction | str | bool


class Name(Struct, frozen=True):
    """A fact or a computed value: ``收支.收入决算数`` is ``("收支", "收入决算数")``."""

    start: int
    end: int
    path: tuple[str, ...]


class Unary(Struct, frozen=True):
    """``-x`` or ``not x``."""

    start: int
    end: int
    sign: str
    operand: Node


class Binary(Struct, frozen=True):
    """``a + b``; the sign is one of ``+ - * /``."""

    start: int
    end: int
    sign: str
    left: Node
    right: Node


class Compare(Struct, frozen=True):
    """``a <= b``; the sign is one of ``= != < <= > >=``."""

    start: int
    end: int
    sign: str
    left: Node
    right: Node


class Logic(Struct, frozen=True):
    """``a and b`` or ``a or b``; the right side is evaluated only where it matters."""

    start: int
    end: int
    sign: str
    left: Node
    right: Node


class Choice(Struct, frozen=True):
    """``a if c else b``; only the chosen side is evaluated."""

    start: int
    end: int
    then: Node
    condition: Node
    otherwise: Node


class Call(Struct, frozen=True):
    """A function over its arguments."""

    start: int
    end: int
    function: str
    arguments: tuple[Node, ...]


Node = Literal | Name | Unary | Binary | Compare | Logic | Choice | Call


class Expression(Struct, frozen=True):
    """A parsed formula: its text as written, where it stands in the template, and its root node."""

    text: str
    span: Span
    root: Node

    def slice(self, node: Node) -> str:
        """The characters of the text that the node stands for."""
        return self.text[node.start : node.end]


def parts(node: Node) -> tuple[Node, ...]:
    """The nodes right below a node, in the order of the text."""
    match node:
        case Unary(operand=operand):
            return (operand,)
        case Binary(left=left, right=right) | Compare(left=left, right=right) | Logic(left=left, right=right):
            return left, right
        case Choice(then=then, condition=condition, otherwise=otherwise):
            return then, condition, otherwise
        case Call(arguments=arguments):
            return arguments
    return ()


def names_in(node: Node) -> Iterator[Name]:
    """Every name of the formula, in the order of the text."""
    if isinstance(node, Name):
        yield node
    for part in parts(node):
        yield from names_in(part)
