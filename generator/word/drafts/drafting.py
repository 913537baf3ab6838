"""A printed report as a draft: what is still unknown is highlighted, remarks stand in comments, every page says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lxml import etree

from generator.base.diagnostics import Span
from generator.base.placeholder import PLACEHOLDER
from generator.patterns import regex
from generator.word import names
from generator.word.drafts.commenting import Comments, Remark, places_of
from generator.word.drafts.watermark import mark_pages
from generator.word.finished.control_stores import read_stores
from generator.word.names import XML_SPACE, ancestor, w
from generator.word.package import CONTENT_TYPES, pack, write_package
from generator.word.properties import RUN, placed
from generator.word.relating import add_part, targets
from generator.word.running.controls import PRINTED, STORE
from generator.word.trees import make, parse_xml
from generator.word.volume import Volume, drop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from generator.word.finished.control_stores import Stores
    from generator.word.names import Tree
    from generator.word.package import Entry

__all__ = ["Remark", "make_draft"]

_PLACEHOLDER: Final = regex(f"({PLACEHOLDER})")
_OTHERS: Final = regex(r"/(?:header|footer|footnotes|endnotes)$")
_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_CORE: Final = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_CORE_TYPE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_SPACE: Final = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"


def make_draft(data: bytes, remarks: Sequence[Remark], summary: Callable[[Sequence[Remark]], Sequence[str]]) -> bytes:
    """The draft of a report; the same for the same report and remarks.

    Its content controls are gone: nothing is read back from a draft.

    Args:
        data: The report, its values printed in content controls.
        remarks: What is to be said of its values.
        summary: The lines of the comment at its title, for the remarks on what is not printed anywhere.
    """
    volume = Volume(data, Span(""))
    stores = read_stores(volume.entries)
    roots = [volume.root, *(volume.tree(name) for name in _other_parts(volume))]
    comments = Comments(volume, places_of(_controls(volume.body, stores)))
    homeless = []
    for remark in remarks:
        place = comments.find(remark)
        if place is None:
            homeless.append(remark)
        else:
            comments.add(place, place, remark.lines)
    title = _title_runs(volume.body)
    if title:
        comments.add(title[0], title[-1], summary(homeless))
    for root in roots:
        _unwrap(root, stores)
        for run in list(root.iter(names.R)):
            _highlight(run)
    _forget_stores(volume)
    mark_pages(volume)
    entries = volume.package()
    _retitle(entries)
    return write_package(entries)


def _other_parts(volume: Volume) -> list[str]:
    """Headers, footers and notes."""
    relations = [one for one in volume.relations(volume.main) if _OTHERS.search(str(one.get("Type")))]
    found = {volume.target(volume.main, one) for one in relations}
    return sorted(name for name in found if name in volume.entries)


def _controls(root: Tree, stores: Stores) -> Iterator[tuple[str, Tree]]:
    """The controls of printed values, each with the path of its value."""
    for control in root.iter(names.SDT):
        number = stores.number(control)
        if number:
            yield stores.values[number].path, control


def _title_runs(body: Tree) -> list[Tree]:
    """What the first paragraph that says something consists of, text boxes apart; empty where there is none."""
    for paragraph in body.iter(names.P):
        runs = [child for child in paragraph if child.tag in {names.R, names.SDT}]
        if ancestor(paragraph, names.BOX) is None and any(text.text for run in runs for text in run.iter(names.T)):
            return runs
    return []


def _unwrap(root: Tree, stores: Stores) -> None:
    """Takes the controls of printed values away, what stands in them stays."""
    for _, control in list(_controls(root, stores)):
        for child in control.findall(f"{w('sdtContent')}/*"):
            control.addprevious(child)
        drop(control)


def _highlight(run: Tree) -> None:
    """Splits a run around the placeholders in it, and marks these yellow; its own format stays."""
    if not any(_PLACEHOLDER.search(text.text or "") for text in run.findall(names.T)):
        return
    style = run.find(names.R_PR)
    for child in [child for child in run if child is not style]:
        for piece, marked in _pieces(child):
            made = make(names.R)
            if style is not None or marked:
                made.append(_format(style, marked=marked))
            made.append(piece)
            run.addprevious(made)
    drop(run)


def _pieces(child: Tree) -> Iterator[tuple[Tree, bool]]:
    """A child of a run, cut where placeholders begin and end, and whether it is one."""
    if child.tag != names.T:
        yield child, False
        return
    for at, text in enumerate(_PLACEHOLDER.split(child.text or "")):
        if text:
            piece = make(names.T)
            piece.set(XML_SPACE, "preserve")
            piece.text = text
            yield piece, at % 2 == 1


def _format(style: Tree | None, *, marked: bool) -> Tree:
    made = make(names.R_PR) if style is None else parse_xml(etree.tostring(style, with_tail=False))
    if marked:
        for old in made.findall(w("highlight")):
            drop(old)
        colour = make(w("highlight"))
        colour.set(w("val"), "yellow")
        placed(made, colour, RUN)
    return made


def _forget_stores(volume: Volume) -> None:
    """Takes out the stores that the controls were bound to."""
    roots = (f"<{STORE}>".encode(), f"<{PRINTED}>".encode(), f"<{PRINTED}/>".encode(), f"<{STORE}/>".encode())
    stores = {
        name
        for name, entry in volume.entries.items()
        if name.startswith("customXml/item") and any(root in entry.data()[:200] for root in roots)
    }
    numbers = {name.removeprefix("customXml/item").removesuffix(".xml") for name in stores}
    beside = {f"customXml/itemProps{number}.xml" for number in numbers}
    gone = stores | beside | {f"customXml/_rels/item{number}.xml.rels" for number in numbers}
    for name in gone & volume.entries.keys():
        del volume.entries[name]
    relations, types = volume.relations(volume.main), volume.tree(CONTENT_TYPES)
    for relation in [one for one in relations if volume.target(volume.main, one) in stores]:
        relations.remove(relation)
    for override in [one for one in types if str(one.get("PartName", "")).lstrip("/") in gone]:
        types.remove(override)


def _retitle(entries: dict[str, Entry]) -> None:
    """Has the title among the properties say that it is a draft."""
    there = targets(entries, "", "/metadata/core-properties")
    if not there:
        empty = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<c:coreProperties xmlns:c="{_CORE_SPACE}"/>'
        there = ["docProps/core.xml"]
        add_part(entries, there[0], empty, _CORE_TYPE, "", _CORE, "rIdCore")
    root = parse_xml(entries[there[0]].data())
    title = root.find(_TITLE)
    if title is None:
        title = etree.SubElement(root, _TITLE, nsmap={"dc": _TITLE[1:].partition("}")[0]})
    title.text = f"{title.text or ''}（草稿）"
    entries[there[0]] = pack(there[0], etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
