"""The peers that the whole program is measured against: docxtpl on the very layout, the C parser on the very input."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import docx
import docxtpl
import jinja2
from ruamel.yaml import YAML

from generator.base.formats import FILTERS, format_filter
from generator.pipeline import Assessment

__all__ = ["bare_docxtpl", "c_parser", "layout_for_docxtpl", "paragraphs_of"]

_BLOCK = re.compile(r"\{\{p (.*?) \}\}")
_MERGE = re.compile(r"\{% vm\b.*?%\}")
_CAPTION = re.compile(r"\{\{ (?:题注|见)\(.*?\) \}\}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def layout_for_docxtpl(layout: Path, target: Path) -> None:
    """The layout without what docxtpl has not: lists print through a loop, captions are words, cells are not merged."""
    document = docx.Document(str(layout))
    for paragraph in list(document.element.body.iter(f"{_W}p")):
        pieces = list(paragraph.iter(f"{_W}t"))
        text = "".join(piece.text or "" for piece in pieces)
        block = _BLOCK.fullmatch(text.strip())
        if block is not None and "柱形图" in text:
            _say(pieces, "")
        elif block is not None:
            _loop(paragraph, block[1])
        elif _CAPTION.search(text) or _MERGE.search(text):
            _say(pieces, _MERGE.sub("", _CAPTION.sub("表", text)))
    document.save(str(target))


def _loop(paragraph: Any, values: str) -> None:
    before, after = deepcopy(paragraph), deepcopy(paragraph)
    paragraph.addprevious(before)
    paragraph.addnext(after)
    _say(list(before.iter(f"{_W}t")), f"{{%p for 段 in {values} %}}")
    _say(list(paragraph.iter(f"{_W}t")), "{{ 段 }}")
    _say(list(after.iter(f"{_W}t")), "{%p endfor %}")


def _say(pieces: list[Any], text: str) -> None:
    for piece in pieces[1:]:
        piece.text = ""
    pieces[0].text = text


def bare_docxtpl(layout: Path, assessment: Assessment, target: Path) -> Callable[[], None]:
    """docxtpl's render of what is computed already, written to a file: no YAML, no scoring, no checks."""
    environment = jinja2.Environment(autoescape=True, finalize=lambda value: "" if value is None else value)
    forms = {name: format_filter(form) for name, form in assessment.submission.template.formats.items()}
    environment.filters.update({**FILTERS, **forms})
    content = dict(assessment.report.content)

    def render() -> None:
        template = docxtpl.DocxTemplate(str(layout))
        template.render(content, environment)
        template.save(str(target))

    return render


def c_parser(file: Path) -> Callable[[], object]:
    """The whole file through libyaml into Python's own types."""
    data = file.read_bytes()
    return lambda: YAML(typ="safe", pure=False).load(data)


def paragraphs_of(document: bytes) -> set[str]:
    """The texts of the paragraphs that say something, captions' numbers apart; merged cells say it once.

    A pause right before another mark, which only ours leaves out, does not count.
    """
    from lxml import etree

    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(document)).read("word/document.xml"))
    texts = ("".join(piece.text or "" for piece in one.iter(f"{_W}t")) for one in root.iter(f"{_W}p"))
    return {
        re.sub(r"[，、](?=[，；。])", "", re.sub(r"[表图][\d-]*", "表", text)).strip() for text in texts if text.strip()
    }
