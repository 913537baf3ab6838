"""Reports of other making than the shipped layouts': their own headers, lists, contents lists, no text at all."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Span
from generator.word.merge.join import Attachment, Bindery, attach, bookmark_of
from generator.word.opc import own_package, write_package


def made(fill: Callable[[Document], object] = lambda _: None) -> bytes:
    document = docx.Document()
    fill(document)
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def field(document: Document, code: str) -> None:
    run = document.add_paragraph().add_run()
    for kind in ("begin", "", "end"):
        element = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = code
        run._r.append(element)


def front() -> bytes:
    """A cover without anything that python-docx's own has too much of."""
    data = made(lambda one: one.add_paragraph("封面"))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if "stylesWithEffects" not in name}
    for name in ("[Content_Types].xml", "word/_rels/document.xml.rels"):
        parts[name] = re.sub(rb"<(?:Override|Relationship) [^>]*stylesWithEffects[^>]*/>", b"", parts[name])
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return data.getvalue()


def bound(*reports: bytes) -> bytes:
    bindery = Bindery(own_package(front()))
    for number, report in enumerate(reports, 1):
        bindery.add(own_package(report), f"单位{number}")
    return write_package(bindery.entries())


def opened(data: bytes) -> Document:
    return docx.Document(io.BytesIO(data))


def xml(data: bytes, part: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(part).decode()


def with_lists(document: Document) -> None:
    document.add_paragraph("第一条", style="List Number")
    document.add_paragraph("第二条", style="List Number")


def errors_of(data: bytes, folder: Path) -> list[str]:
    file = folder / "册.docx"
    file.write_bytes(data)
    return [str(error) for error in OpenXmlValidator().validate(file).errors]


def test_a_header_of_its_own_stays() -> None:
    def fill(document: Document) -> None:
        document.add_paragraph("正文")
        document.sections[0].header.paragraphs[0].text = "自己的页眉"

    first, second, third = opened(bound(made(fill), made(lambda one: one.add_paragraph("乙")))).sections
    assert first.header.is_linked_to_previous
    assert second.header.paragraphs[0].text == second.even_page_header.paragraphs[0].text == "自己的页眉"
    assert third.header.paragraphs[0].text == third.even_page_header.paragraphs[0].text == "单位2"


def test_attachments_leave_room_for_the_header_of_the_volume() -> None:
    other = docx.Document()
    other.sections[0].header.paragraphs[0].text = "附件的页眉"
    buffer = io.BytesIO()
    other.save(buffer)
    plain = made(lambda one: one.add_paragraph("甲"))
    opened_files = [
        Attachment.open(data, "附.docx", "附", Span("输入.yaml"), "附件") for data in (plain, buffer.getvalue())
    ]
    report = write_package(attach(own_package(plain), opened_files))
    shown = [section.header.paragraphs[0].text for section in opened(bound(report)).sections[1:]]
    assert shown == ["单位1", "单位1", "附件的页眉"]


def test_a_report_without_a_word_in_it() -> None:
    def empty(document: Document) -> None:
        document._body.clear_content()

    data = bound(made(empty), made(empty))
    assert [section.header.paragraphs[0].text for section in opened(data).sections[1:]] == ["单位1", "单位2"]
    assert re.findall(r'w:name="(Report\d+)"', xml(data)) == [bookmark_of(1), bookmark_of(2)]


def test_one_that_lost_its_section() -> None:
    def fill(document: Document) -> None:
        body = document.element.body
        body.remove(body.sectPr)
        document.element.body.append(OxmlElement("w:p"))

    assert len(opened(bound(made(fill), made(fill))).sections) == 3


def test_lists_count_anew(tmp_path: Path) -> None:
    data = bound(made(with_lists), made(with_lists))
    keys = set(re.findall(r'w:styleId="(FJ\d+)-', xml(data, "word/styles.xml")))
    assert keys == {"FJ1", "FJ2"}  # styles that count are not shared
    assert errors_of(data, tmp_path) == []


def test_the_contents_list_of_a_report_lists_no_more_than_it() -> None:
    def fill(document: Document) -> None:
        field(document, ' TOC \\o "1-3" ')
        field(document, " TOC \\b Mine ")
        field(document, " SEQ 表 \\* ARABIC ")
        field(document, " SEQ 表 \\* ARABIC ")
        field(document, " SEQ 图 \\r 1 ")

    codes = re.findall(r"<w:instrText>([^<]*)<", xml(bound(made(fill), made(fill))))
    assert codes[:5] == [
        ' TOC \\o "1-3" \\b Report000001 ',
        " TOC \\b Mine ",
        " SEQ 表_1 \\* ARABIC ",
        " SEQ 表_1 \\* ARABIC ",
        " SEQ 图_1 \\r 1 ",
    ]
    assert codes[5] == ' TOC \\o "1-3" \\b Report000002 '


def test_prefixes_that_mean_something_else(tmp_path: Path) -> None:
    """A report in which ``r`` is another namespace than in the volume is bound all the same."""
    plain = made(lambda one: one.add_paragraph("正文"))
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["word/document.xml"].decode()
    other = re.sub(r'xmlns:w14="[^"]*"', 'xmlns:w14="urn:another"', text).replace(' mc:Ignorable="w14 wp14"', "")
    assert other != text
    parts["word/document.xml"] = other.encode()
    volume = bound(plain, zipped(parts), plain)
    assert [one.text for one in opened(volume).paragraphs if one.text] == ["封面", "正文", "正文", "正文"]
    assert errors_of(volume, tmp_path) == []


def test_it_can_be_asked_again_and_go_on() -> None:
    bindery = Bindery(own_package(made(lambda one: one.add_paragraph("封面"))))
    alone = write_package(bindery.entries())
    assert [one.text for one in opened(alone).paragraphs] == ["封面"]
    bindery.add(own_package(made(lambda one: one.add_paragraph("甲"))), "甲局")
    once = write_package(bindery.entries())
    assert write_package(bindery.entries()) == once
    bindery.add(own_package(made(lambda one: one.add_paragraph("乙"))), "乙局")
    assert [one.text for one in opened(write_package(bindery.entries())).paragraphs if one.text] == ["封面", "甲", "乙"]


@pytest.mark.parametrize("name", ["甲<局>&乙", "a\tb"])
def test_any_name_can_stand_in_a_header(name: str) -> None:
    bindery = Bindery(own_package(made()))
    bindery.add(own_package(made()), name)
    assert opened(write_package(bindery.entries())).sections[-1].header.paragraphs[0].text == name
