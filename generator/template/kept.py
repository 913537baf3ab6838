"""Templates as an earlier process read them: reading one takes longer than reading the input that it is for."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterable
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from generator.base import cache
from generator.base.diagnostics import Severity, Span
from generator.base.forms import Form
from generator.formula import nodes
from generator.formula.nodes import Expression
from generator.template import model
from generator.yamlfile.beside import Absent, Outside, find_beside
from generator.yamlfile.text import MOST_BYTES

_TYPES: Final[tuple[Callable[..., Any], ...]] = (
    *(tuple, Fraction, Path, Severity, Span, Form, Expression),
    *(model.Template, model.Field, model.Item, model.RequiredEvidence, model.Indicator, model.Band, model.Scoring),
    *(model.Narratives, model.CheckRule, model.Switch),
    *(nodes.Literal, nodes.Name, nodes.Unary, nodes.Binary, nodes.Compare, nodes.Logic, nodes.Choice, nodes.Call),
)
_NUMBERS: Final = {kind: number for number, kind in enumerate(_TYPES)}


def place_of(folder: Path, names: tuple[str, ...], here: Path) -> str:
    """Where the template is kept, told by what its files say; empty where one cannot be read, or is far too large.

    Args:
        folder: The template's folder.
        names: Its files.
        here: The working folder, from which the places in them are told.
    """
    try:
        files = [(folder / name).read_bytes() for name in names if (folder / name).stat().st_size <= MOST_BYTES]
    except OSError:
        return ""
    said = [sha256(data).hexdigest() for data in files]
    return cache.key_of("template", str(folder), str(here), names, said) if len(said) == len(names) else ""


def recall_template(place: str) -> model.Template | None:
    """The template that is kept there; None where there is none, or its layout is not the same file any more."""
    kept = cache.load(place) if place else None
    try:
        template = _restored(kept)
        if not isinstance(template, model.Template):
            return None
        find_beside(str(template.layout.relative_to(template.folder)), template.folder)
    except (LookupError, TypeError, ValueError, Outside, Absent):
        return None
    return template


def keep_template(place: str, template: model.Template) -> None:
    """Keep a template without errors for the next process."""
    cache.store(place, _plain(template))


def _plain(value: object) -> object:
    """A value as msgpack has it: what is not a text, a number or a dict becomes a list that begins with its type."""
    if isinstance(value, abc.Mapping):
        return {key: _plain(item) for key, item in value.items()}
    kind = Path if isinstance(value, Path) else type(value)
    if kind not in _NUMBERS and not isinstance(value, Struct):
        return value
    items: Iterable[object] = (str(value),)
    if isinstance(value, tuple):
        items = map(_plain, value)
    elif isinstance(value, Struct):
        items = (_plain(getattr(value, name)) for name in value.__struct_fields__)
    return [_NUMBERS[kind], *items]


def _restored(value: Any) -> Any:
    if type(value) is list:
        kind, items = _TYPES[value[0]], map(_restored, value[1:])
        return tuple(items) if kind is tuple else kind(*items)
    return {key: _restored(item) for key, item in value.items()} if type(value) is dict else value
