"""Other values under some keys of a YAML text, and nothing else changed: comments, order, quotes, blanks stay.

The text is cut and joined at the places that YAML's own parser gives. Written anew by a round-trip dumper, it would
come back with other indentation and other line breaks wherever the bureau's habits are not the dumper's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct
from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, ScalarNode

from generator.patterns import regex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["KeyPath", "rewritten"]

KeyPath = tuple[str | int, ...]

_COLON = regex(r"[ \t]*:")


def rewritten(text: str, values: Mapping[KeyPath, str]) -> str:
    """The text with these values under their keys.

    A value that spans several lines goes with all of them, and with the comments between its rows; a comment behind a
    value on the key's own line, and those before and after, stay.

    Args:
        text: A YAML text that ``parse_yaml`` reads without findings, its lines ending in LF.
        values: By the way to a key (names, and positions in lists from 0), what is to stand behind it: YAML on one
            line, or nothing. A way that leads to no key is passed over.
    """
    root = YAML(typ="safe", pure=False).compose(text)
    cuts = [cut for path, value in values.items() for cut in _cuts(text, root, path, value)]
    pieces, at = [], 0
    for cut in sorted(cuts):
        pieces += [text[at : cut.start], cut.new]
        at = cut.end
    return "".join([*pieces, text[at:]])


class _Cut(Struct, frozen=True, order=True):
    """What stands from ``start`` to before ``end`` gives way to ``new``. Places count characters from 0."""

    start: int
    end: int
    new: str = ""


def _cuts(text: str, root: Any, path: KeyPath, value: str) -> Iterator[_Cut]:
    found = _find(root, path)
    colon = _COLON.match(text, found.key.end_mark.index) if found else None
    if found is None or colon is None:
        return
    start, end = found.value.start_mark.index, _end(text, found.value)
    new = f" {value}" if value else ""
    line_start = text.rfind("\n", 0, start) + 1
    if found.flow:
        # ``a:}`` would be a key ``a:``.
        yield _Cut(colon.end(), end, new or " ")
    elif line_start <= colon.end():
        yield _Cut(colon.end(), end, new)
    else:
        line_end = text.find("\n", end)
        yield _Cut(colon.end(), colon.end(), new)
        yield _Cut(line_start, line_end + 1 if line_end >= 0 else len(text))


class _Found(Struct, frozen=True):
    """A key and its value, and whether they stand within braces or brackets."""

    key: Any
    value: Any
    flow: bool = False


def _find(root: Any, path: KeyPath) -> _Found | None:
    found = _Found(None, root)
    for step in path:
        flow = found.flow or bool(getattr(found.value, "flow_style", False))
        key, value = _below(found.value, step)
        if value is None:
            return None
        found = _Found(key, value, flow)
    return found if found.key is not None else None


def _below(node: Any, step: str | int) -> tuple[Any, Any]:
    """The key (None of a list's item) and the value one step down; two times None where there is none."""
    if isinstance(node, MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), (None, None))
    if isinstance(node, ScalarNode) or not isinstance(step, int) or step >= len(node.value):
        return None, None
    return None, node.value[step]


def _end(text: str, node: Any) -> int:
    """Behind the last character of a value; the parser puts the end of blocks where the next thing begins."""
    while not isinstance(node, ScalarNode) and not node.flow_style and node.value:
        last = node.value[-1]
        node = last[1] if isinstance(node, MappingNode) else last
    start, end = node.start_mark.index, node.end_mark.index
    return start + len(text[start:end].rstrip()) if isinstance(node, ScalarNode) else int(end)
