"""Word files and workbooks that are made to break, or to run something: as layout, attachment, finished file, table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from generator.base.diagnostics import Refused, Span
from generator.word.opc import open_package
from tests.hostile.confined import Attempt, assert_withstood
from tests.hostile.packages import (
    LAUGHS,
    OUTSIDE,
    book_parts,
    document,
    paragraph,
    relation,
    row,
    types,
    word_parts,
    zipped,
)
from tests.small_template import small

pytestmark = pytest.mark.slow

FIELDS = "款: {类型: 表, 标签: 款, 必填: 否, 列: {项目: {类型: 文字, 标签: 项目}, 金额: {类型: 金额, 标签: 金额}}}\n"
MACRO = "application/vnd.ms-word.document.macroEnabled.main+xml"
HUGE = 200_000_000


def endless() -> bytes:
    """A part that fills the memory when it is unpacked: two hundred megabytes in two hundred kilobytes."""
    return zipped(word_parts(**{"word/document.xml": b" " * HUGE}))


DANGEROUS: dict[str, Callable[[], bytes]] = {
    "macro": lambda: zipped(word_parts(**{"[Content_Types].xml": types(**{"word/document.xml": MACRO})})),
    "macro-part": lambda: zipped(word_parts(links=relation("vbaProject", "vbaProject.bin"))),
    "ole": lambda: zipped(
        word_parts(links=relation("oleObject", "embeddings/a.bin"), **{"word/embeddings/a.bin": b"\xd0\xcf\x11\xe0"})
    ),
    "altchunk": lambda: zipped(word_parts('<w:altChunk r:id="raFChunk"/>', relation("aFChunk", "part.html"))),
    "external": lambda: zipped(word_parts(links=relation("image", "http://192.0.2.1/a.png", external=True))),
    "template": lambda: zipped(word_parts(links=relation("attachedTemplate", "file:///C:/a.dotm", external=True))),
    "script": lambda: zipped(word_parts(links=relation("hyperlink", "javascript:a", external=True))),
    "dde": lambda: zipped(word_parts('<w:p><w:r><w:instrText>DDEAUTO c:\\\\cmd.exe "/k"</w:instrText></w:r></w:p>')),
    "upward": lambda: zipped(word_parts(**{"../../outputs/a.docx": "x"})),
    "rooted": lambda: zipped(word_parts(**{"/etc/a": "x"})),
    "drive": lambda: zipped(word_parts(**{"C:\\a": "x"})),
    "doubled": lambda: zipped(word_parts(**{"WORD/document.xml": "x"})),
    "endless": endless,
    "many": lambda: zipped(word_parts(**{f"word/a{n}.xml": "" for n in range(10_000)})),
    "laughs": lambda: zipped(word_parts(**{"word/document.xml": document(paragraph("&a11;"), LAUGHS)})),
    "outside": lambda: zipped(word_parts(**{"word/document.xml": document(paragraph("&e;"), OUTSIDE)})),
    "deep": lambda: zipped(word_parts("<w:sdt><w:sdtContent>" * 20_000 + "</w:sdtContent></w:sdt>" * 20_000)),
    "cut": lambda: zipped(word_parts())[:-30],
    "no-zip": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 5_000,
    "no-body": lambda: zipped(word_parts(**{"word/document.xml": "<a/>"})),
    "empty": lambda: b"",
}
"""Word files that are refused as a layout and as an attachment."""
PARTS = (
    *("[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/_rels/styles.xml.rels"),
    *("word/styles.xml", "word/numbering.xml", "word/settings.xml", "word/footnotes.xml", "word/header1.xml"),
    *("word/charts/chart1.xml", "docProps/core.xml", "docProps/custom.xml", "customXml/item1.xml"),
    *("customXml/itemProps1.xml", "word/media/a.xml", "word/drawings/vmlDrawing1.vml", "word/STYLES2.XML"),
)
"""Parts that declare a document type; most are carried along unread."""
BROKEN = ("upward", "rooted", "drive", "doubled", "endless", "many", "laughs", "outside", "cut", "no-zip", "no-body")
"""Those of them that cannot be read at all."""
BODIES = {
    "loop": "{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}",
    "power": "{{ 9 ** 99999999 }}",
    "times": "{{ 'x' * 999999999 }}",
    "shift": "{{ 1 &lt;&lt; 999999999 }}",
    "wide": "{{ '%999999999d' % 1 }}",
    "join": "{{ range(99999) | join('x' * 99999) }}",
    "class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "include": "{% include '/etc/passwd' %}",
    "import": "{% import 'os' as os %}",
    "recursion": "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "doubling": "{% set a = ['x'] %}{% for n in range(99) %}{% set _ = a.extend(a) %}{% endfor %}",
    "brackets": "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "blocks": "{% if 1 %}" * 3_000 + "{% endif %}" * 3_000,
    "braces": "{{" * 20_000,
    "open": "{% if 1 %}",
    "range": "{% for a in range(1000000000) %}x{% endfor %}",
    "many-ranges": "{% for a in range(9999) %}{% for b in range(9999) %}{% if b %}{% endif %}{% endfor %}{% endfor %}",
    "mutual": "{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}",
    "nested-macros": "".join(
        f"{{% macro m{n}() %}}{f'{{{{ m{n - 1}() }}}}' * 10 if n else 'x'}{{% endmacro %}}" for n in range(9)
    )
    + "{{ m8() }}",
    "strings": "{% set a = 'xxxxxxxxxx' %}" + "{% set a = a ~ a ~ a ~ a %}" * 30 + "{{ a }}",
    "replacing": "{{ 'aaaaaaaaaa'" + " | replace('a', 'aaaaaaaaaa')" * 9 + " }}",
    "centred": "{{ 'a' | center(999999999) }}",
    "indented": "{{ 'a' | indent(999999999, true) }}",
    "formatted": "{{ '%999999999d' | format(1) }}",
    "listed": "{{ range(99999) | list | string | list | string | list | string | length }}",
    "digits": "{{ " + "9" * 100_000 + " }}",
}
"""Texts of a layout."""
DECLARED = ("utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32", "cp037")
FILLED = row("项目", "金额")
BOOKS: dict[str, Callable[[], bytes]] = {
    "endless": lambda: zipped(book_parts("", **{"xl/worksheets/sheet1.xml": b" " * HUGE})),
    "laughs": lambda: zipped(book_parts("", **{"xl/worksheets/sheet1.xml": f"{LAUGHS}<worksheet>&a11;</worksheet>"})),
    "outside": lambda: zipped(book_parts("", **{"xl/worksheets/sheet1.xml": f"{OUTSIDE}<worksheet>&e;</worksheet>"})),
    "many-rows": lambda: zipped(book_parts(FILLED + row("甲", "1 元") * 100_000)),
    "many-cells": lambda: zipped(book_parts(FILLED + row(*["甲"] * 199) * 1_400)),
    "far": lambda: zipped(book_parts(FILLED + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')),
    "rows-of-rows": lambda: zipped(book_parts("<row>" * 50_000 + "</row>" * 50_000)),
    "many-parts": lambda: zipped(book_parts(FILLED, **{f"xl/a{n}.xml": "" for n in range(10_000)})),
    "power": lambda: zipped(book_parts(FILLED + row("甲", "9" * 1_000_000 + " 元"))),
    "stored": lambda: zipped(book_parts(FILLED + row("甲").replace("</row>", "<c><v>1e308</v></c></row>"))),
    "hidden": lambda: zipped(book_parts(FILLED + row("甲\u202e乙", "1 元"))),
    "cut": lambda: zipped(book_parts(FILLED))[:-30],
    "empty": lambda: b"",
    "no-zip": lambda: b"PK\x03\x04" + bytes(range(256)) * 1_000,
}
TABLES = {
    "lines.csv": (("项目,金额\n" + "甲,1 元\n" * 300_000).encode(), "JX239"),
    "endless.csv": (b"\xe7\x94\xb2,1\n" * 4_000_000, "JX239"),
    "wide.csv": (b"a," * 2_400_000, "JX239"),
    "quote.csv": ('项目,金额\n"甲'.encode() + b"x" * 5_000_000, "JX2"),
    "zeros.csv": (b"\0" * 5_000_000, "JX2"),
}


def test_a_layout_is_refused(tmp_path: Path) -> None:
    attempts = [_with_layout(tmp_path, name, make()) for name, make in DANGEROUS.items()]
    attempts += [_with_layout(tmp_path, f"t-{name}", zipped(word_parts(paragraph(t)))) for name, t in BODIES.items()]
    assert_withstood(tmp_path, attempts)


def _with_layout(folder: Path, name: str, data: bytes) -> Attempt:
    form = small(folder / name, FIELDS)
    (form.folder / "templates" / "小" / "报告.docx").write_bytes(data)
    form.write("年度: 2021\n")
    return Attempt.of(f"render {name}/填报.yaml", "JX5")


def test_an_attachment_is_refused(tmp_path: Path) -> None:
    small(tmp_path, FIELDS)
    attempts = []
    for name, make in DANGEROUS.items():
        (tmp_path / f"{name}.docx").write_bytes(make())
        (tmp_path / f"{name}.yaml").write_text(f"模板: 小\n年度: 2021\n附件: [{name}.docx]\n", "utf-8")
        attempts.append(Attempt.of(f"render {name}.yaml", "JX", name))
    assert_withstood(tmp_path, attempts)


def test_an_entry_without_a_name_is_refused(root: Path) -> None:
    data = (root / "tests" / "fuzz" / "seeds" / "finished" / "2").read_bytes()
    with pytest.raises(Refused) as caught:
        open_package(data, Span("甲.docx"))
    assert [(one.code, one.span.file) for one in caught.value.findings] == [("JX501", "甲.docx")]


@pytest.mark.parametrize("encoding", DECLARED)
def test_a_document_type_is_refused_in_every_part(tmp_path: Path, encoding: str) -> None:
    attempts = []
    small(tmp_path, FIELDS)
    for number, part in enumerate(PARTS):
        text = f"{LAUGHS if number % 2 else OUTSIDE}<x>&a11;&e;</x>".replace("哈", "x")
        data = zipped(word_parts(**{part: text.encode(encoding)}))
        attempts.append(_with_layout(tmp_path, f"版{number}", data))
        (tmp_path / f"附{number}.docx").write_bytes(data)
        (tmp_path / f"附{number}.yaml").write_text(f"模板: 小\n年度: 2021\n附件: [附{number}.docx]\n", "utf-8")
        attempts.append(Attempt.of(f"check 附{number}.yaml", "JX", f"附{number}.yaml"))
        attempts.append(Attempt.of(f"verify 附{number}.docx", "JX623", f"附{number}.docx", exit_code=3))
    printed = assert_withstood(tmp_path, attempts)
    assert all("文档类型声明" in text for text in printed)


def test_what_is_no_finished_file_is_told_so(workplace: Path) -> None:
    attempts = []
    for name in BROKEN:
        (workplace / f"{name}.docx").write_bytes(DANGEROUS[name]())
        unread = Attempt.of(f"verify {name}.docx", "JX623", f"{name}.docx", exit_code=3)
        # A package in order that holds no document is a file of somebody else's.
        attempts.append(Attempt.of(f"verify {name}.docx", "不是本程序写的") if name == "no-body" else unread)
        attempts.append(Attempt.of(f"pull {name}.docx inputs/meizhou-gxj-2021.yaml", "JX", f"{name}.docx"))
    assert_withstood(workplace, attempts)


def test_a_table_is_refused(tmp_path: Path) -> None:
    small(tmp_path, FIELDS)
    attempts = []
    files = {f"{name}.xlsx": (make(), "JX2|JX108") for name, make in BOOKS.items()} | TABLES
    for name, (data, code) in files.items():
        (tmp_path / name).write_bytes(data)
        (tmp_path / f"{name}.yaml").write_text(f"模板: 小\n年度: 2021\n款: {{来源: {name}}}\n", "utf-8")
        attempts.append(Attempt.of(f"check {name}.yaml", code, name))
    assert_withstood(tmp_path, attempts)
