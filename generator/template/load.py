"""Load templates: from the process's memory, from the cache of an earlier process, or from their files.

Reading a template's YAML takes longer than reading the input that it is for.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, cast

from msgspec import Struct
from msgspec.structs import astuple

from generator.base import cache
from generator.base.diagnostics import (
    Finding,
    JixiaoError,
    Refused,
    Severity,
    Span,
    has_errors,
    in_order,
    nearest,
    shown_path,
)
from generator.base.files import Absent, Outside, find_beside
from generator.base.forms import Form
from generator.formula import parser as nodes
from generator.formula.parser import Expression
from generator.template import codes, model
from generator.template.files import find_files, find_template, known_templates, read_files, template_places
from generator.template.model import Template
from generator.template.supplement import KEY, supplement_of
from generator.yamlfile.build import Mapping, Scalar
from generator.yamlfile.text import MOST_BYTES

_TYPES: Final[tuple[Callable[..., Any], ...]] = (
    *(tuple, Fraction, Path, Severity, Span, Form, Expression),
    *(model.Template, model.Field, model.Item, model.RequiredEvidence, model.Indicator, model.Band, model.Scoring),
    *(model.Narratives, model.CheckRule, model.Switch, model.IndicatorRows, model.RowForm, model.Output),
    *(model.Measured,),
    *(nodes.Literal, nodes.Name, nodes.Unary, nodes.Binary, nodes.Compare, nodes.Logic, nodes.Choice, nodes.Call),
)
_NUMBERS: Final = {kind: number for number, kind in enumerate(_TYPES)}


class _Place(Struct, frozen=True):
    """Where a template lies, and how its files are seen from the working folder. What is kept of it names neither."""

    folder: Path
    seen: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path, names: tuple[str, ...]) -> _Place:
        # Behind a folder, an absolute path stands for itself.
        return cls(folder, tuple(shown_path(folder / name) for name in names))


def cache_key(folder: Path, names: tuple[str, ...]) -> str:
    """The cache key of a template with these files' contents, wherever it lies; empty if one cannot be kept.

    That is one that cannot be read, or is far too large.
    """
    files = [folder / name for name in names]
    try:
        contents = [file.read_bytes() for file in files if file.stat().st_size <= MOST_BYTES]
    except OSError:
        return ""
    said = [sha256(data).hexdigest() for data in contents]
    return cache.key_of("template", folder.name, names, said) if len(said) == len(names) else ""


def _cached(key: str, place: _Place) -> Template | None:
    """The template under this key; None if there is none, or its layout does not lie in its folder any more."""
    try:
        template = _restored(cache.load(key) if key else None, place)
        if not isinstance(template, Template):
            return None
        for layout in (template.layout, *(one.layout for one in template.outputs)):
            find_beside(str(layout.relative_to(template.folder)), template.folder)
    except (LookupError, TypeError, ValueError, Outside, Absent):
        return None
    return template


def _packed(value: object, place: _Place) -> object:
    """A value for msgpack: what is no text, number or dict becomes a list that begins with the number of its type.

    Paths are those from the template's folder, files of spans their numbers.
    """
    kind = Path if isinstance(value, Path) else type(value)
    if isinstance(value, Span):
        file, *rest = astuple(value)
        return [_NUMBERS[kind], place.seen.index(file) if file in place.seen else file, *rest]
    if isinstance(value, Struct):
        return [_NUMBERS[kind], *(_packed(getattr(value, name), place) for name in value.__struct_fields__)]
    if kind is tuple:
        return [_NUMBERS[kind], *(_packed(item, place) for item in cast("tuple[object, ...]", value))]
    if isinstance(value, Path):
        return [_NUMBERS[Path], str(value.relative_to(place.folder) if value.is_relative_to(place.folder) else value)]
    if kind in _NUMBERS:
        return [_NUMBERS[kind], str(value)]
    return {key: _packed(item, place) for key, item in value.items()} if isinstance(value, abc.Mapping) else value


def _restored(value: Any, place: _Place) -> Any:
    if type(value) is list:
        kind, items = _TYPES[value[0]], [_restored(item, place) for item in value[1:]]
        if kind is Span:
            file, *rest = items
            return Span(place.seen[file] if type(file) is int else file, *rest)
        return tuple(items) if kind is tuple else place.folder.joinpath(*items) if kind is Path else kind(*items)
    return {key: _restored(item, place) for key, item in value.items()} if type(value) is dict else value


_CACHED_TEMPLATES = 32


def load_template(folder: Path, supplement: Path | None = None) -> Template:
    """The template in this folder, with what a supplement adds; loaded once as long as the files stay the same.

    Raises:
        Refused: The template has errors.
        FileProblem: One of its files cannot be read.
    """
    names, found = find_files(folder)
    if found:
        raise Refused(found)
    # Two folders may have the same relative name in turn, two versions of a file the same time; spans show paths
    # relative to the working folder.
    more = supplement.absolute() if supplement is not None else None
    stats = [file.stat() for file in (*(folder / name for name in names), *([more] if more is not None else []))]
    return _load(folder.absolute(), names, more, tuple((stat.st_mtime_ns, stat.st_size) for stat in stats), Path.cwd())


@lru_cache(maxsize=_CACHED_TEMPLATES)
def _load(
    folder: Path, names: tuple[str, ...], supplement: Path | None, _stamps: tuple[tuple[int, int], ...], _here: Path
) -> Template:
    read = (*names, str(supplement)) if supplement is not None else names
    key, place = cache_key(folder, read), _Place.of(folder, read)
    cached = _cached(key, place)
    if cached is not None:
        return cached
    from generator.template.assembling import assemble  # noqa: PLC0415 - most templates come from the cache

    findings: list[Finding] = []
    template, _ = assemble(read_files(folder, names, findings), findings, supplement)
    if has_errors(findings):
        raise Refused(in_order(findings))
    # Unless a file was saved in between: the old template would be stored under the new key, or the other way round.
    if key and key == cache_key(folder, read):
        cache.store(key, _packed(template, place))
    return template


_KEY = "模板"


def named_template(root: Mapping, start: Path, templates: Path | None = None) -> Template:
    """The template that an input names under 「模板」, with what its 「补充」 adds.

    Args:
        root: The input's tree.
        start: The input, from whose folder templates are looked for upward.
        templates: The folder of templates; then it is the only place searched.

    Raises:
        Refused: The input names none, or one that is not there, or the template or its supplement has errors.
        FileProblem: A file of the template cannot be read.
    """
    named = root.get(_KEY)
    if not isinstance(named, Scalar) or named.is_blank:
        raise Refused([_not_named(root, start, templates)])
    folder = find_template(named.text, start, templates, named.span)
    supplement = None if root.get(KEY) is None else supplement_of(root, start.parent, load_template(folder).fields)
    return load_template(folder, supplement)


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
    """One line of ``jixiao template list``; ``faulty`` if the template cannot be loaded."""

    name: str
    title: str
    version: str
    folder: Path
    faulty: bool = False


def list_templates(start: Path, templates: Path | None = None) -> list[TemplateLine]:
    """The templates that an input would find, those with errors among them.

    Args:
        start: The input.
        templates: The folder of templates; looked for upward from ``start`` if None.

    Raises:
        FileProblem: ``templates`` is no folder.
    """
    found: dict[str, TemplateLine] = {}
    for place in template_places(start, templates):
        for name in known_templates([place]):
            if name in found:
                continue  # the one in the nearer folder is used
            try:
                template = load_template(place / name)
            except JixiaoError:
                found[name] = TemplateLine(name, "", "", place / name, faulty=True)
            else:
                found[name] = TemplateLine(name, template.title, template.version, template.folder)
    return [found[name] for name in sorted(found)]
