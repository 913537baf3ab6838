"""Templates as an earlier process read them: reading one takes longer than reading the input that it is for."""

from __future__ import annotations

from collections import abc
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from generator.base import cache
from generator.base.diagnostics import Finding, JixiaoError, Refused, Severity, Span, has_errors, in_order, nearest
from generator.base.files import Absent, Outside, find_beside
from generator.base.forms import Form
from generator.formula import parser as nodes
from generator.formula.parser import Expression
from generator.template import codes, model
from generator.template.folder import find_files, find_template, known_templates, read_files, template_places
from generator.template.model import Template
from generator.yamlfile.build import Mapping, Scalar
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


_CACHED_TEMPLATES = 32


def load_template(folder: Path) -> Template:
    """The template in this folder; loaded once as long as its files stay the same.

    Raises:
        Refused: The template has errors.
        FileProblem: One of its files cannot be read.
    """
    names, found = find_files(folder)
    if found:
        raise Refused(found)
    # Two folders may have the same relative name in turn, and two versions of a file the same time; places are told
    # from the working folder.
    stats = [(folder / name).stat() for name in names]
    return _load(folder.absolute(), names, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats), Path.cwd())


@lru_cache(maxsize=_CACHED_TEMPLATES)
def _load(folder: Path, names: tuple[str, ...], _stamps: tuple[tuple[int, int], ...], here: Path) -> Template:
    place = place_of(folder, names, here)
    kept = recall_template(place)
    if kept is not None:
        return kept
    from generator.template.assembling import assemble  # noqa: PLC0415 - most templates were read before

    findings: list[Finding] = []
    template, _ = assemble(read_files(folder, names, findings), findings)
    if has_errors(findings):
        raise Refused(in_order(findings))
    # Not where somebody saved a file in between: it would be kept as what it was.
    if place and place == place_of(folder, names, here):
        keep_template(place, template)
    return template


_KEY = "模板"


def named_template(root: Mapping, start: Path, templates: Path | None = None) -> Template:
    """The template that an input names under 「模板」.

    Args:
        root: The input's tree.
        start: The input, from whose folder templates are looked for upward.
        templates: The folder of templates; then only this one counts.

    Raises:
        Refused: The input names none, or one that is not there, or the template has errors.
        FileProblem: A file of the template cannot be read.
    """
    named = root.get(_KEY)
    if not isinstance(named, Scalar) or named.is_blank:
        raise Refused([_not_named(root, start, templates)])
    return load_template(find_template(named.text, start, templates, named.span))


def _not_named(root: Mapping, start: Path, templates: Path | None) -> Finding:
    """The finding, at the key that was probably meant to name the template, else at the head of the file."""
    named = root.get(_KEY)
    meant = next((key for key in root.keys() if named is None and nearest(_KEY, [key.text])), None)
    place = named or meant
    places = [templates] if templates is not None else list(template_places(start))
    return codes.NO_TEMPLATE_NAMED.at(
        place.span if place is not None else Span(root.span.file, 1, 1),
        _KEY,
        hint=f"是否把「模板」写成了「{meant.text}」？" if meant is not None else "",
        example=next(iter(known_templates(places)), "模板的名称"),
    )


class TemplateLine(Struct, frozen=True):
    """One template: its name, its title and version, its folder; ``faulty`` where it cannot be loaded."""

    name: str
    title: str
    version: str
    folder: Path
    faulty: bool = False


def list_templates(start: Path, templates: Path | None = None) -> list[TemplateLine]:
    """The templates that an input would find: one with errors hides no other.

    Args:
        start: As if the input were this file.
        templates: The folder of templates; looked for upward from ``start`` where absent.

    Raises:
        FileProblem: The folder that was asked for is none.
    """
    found: dict[str, TemplateLine] = {}
    for place in template_places(start, templates):
        for name in known_templates([place]):
            # One of the same name in a place further off is never found.
            found.setdefault(name, _line(place / name))
    return [found[name] for name in sorted(found)]


def _line(folder: Path) -> TemplateLine:
    try:
        template = load_template(folder)
    except JixiaoError:
        return TemplateLine(folder.name, "", "", folder, faulty=True)
    return TemplateLine(folder.name, template.title, template.version, template.folder)
