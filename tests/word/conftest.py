"""Word files for the tests: written by hand as Word writes them, and read back as plain text."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from generator.word import Layout

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" '
    'mc:Ignorable="w14"'
)
WORDML = "application/vnd.openxmlformats-officedocument.wordprocessingml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SECTION = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'


def paragraph(*runs: str, style: str = "", properties: str = "") -> str:
    """A paragraph; each argument is one run's text, so a tag can be split over them."""
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else properties
    return f"<w:p>{kind}{''.join(run(text) for text in runs)}</w:p>"


def run(text: str, properties: str = "") -> str:
    """A run."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<w:r>{properties}<w:t xml:space="preserve">{escaped}</w:t></w:r>'


def table(*rows: list[str], widths: bool = True) -> str:
    """A table; cells are texts, or paragraphs where they begin with ``<``."""
    columns = max(len(row) for row in rows)
    grid = "".join('<w:gridCol w:w="2000"/>' for _ in range(columns))
    size = '<w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>' if widths else ""
    body = "".join(
        "<w:tr>"
        + "".join(f"<w:tc>{size}{cell if cell.startswith('<') else paragraph(cell)}</w:tc>" for cell in row)
        + "</w:tr>"
        for row in rows
    )
    return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'


def package(body: str, parts: dict[str, str] | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    """A Word file with that body.

    ``parts`` are further parts by short name (header1, footnotes, core …), given as inner XML.
    """
    overrides = [("word/document.xml", f"{WORDML}.document.main+xml")]
    relations: list[str] = []
    files: dict[str, bytes] = {}
    references = ""
    root_relations = f'<Relationship Id="rId1" Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
    for number, (name, inner) in enumerate((parts or {}).items(), 1):
        if name == "core":
            overrides.append(("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"))
            files["docProps/core.xml"] = _core(inner)
            root_relations += (
                '<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/'
                'core-properties" Target="docProps/core.xml"/>'
            )
            continue
        kind = name.rstrip("0123456789")
        tag = {"header": "hdr", "footer": "ftr"}.get(kind, kind)
        overrides.append((f"word/{name}.xml", f"{WORDML}.{kind}+xml"))
        relations.append(f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{name}.xml"/>')
        files[f"word/{name}.xml"] = _xml(f"<w:{tag} {NAMESPACES}>{inner}</w:{tag}>")
        if kind in {"header", "footer"}:
            place = {"1": "default", "2": "first", "3": "even"}[name[-1]]
            references += f'<w:{kind}Reference w:type="{place}" r:id="rId{number}"/>'
    for name in ("styles", "settings", "fontTable", "theme"):
        relations.append(f'<Relationship Id="{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>')
        files[f"word/{name}.xml"] = _common()[name]
        kind = f"{WORDML}.{name}+xml" if name != "theme" else "application/vnd.openxmlformats-officedocument.theme+xml"
        overrides.append((f"word/{name}.xml", kind))
    section = SECTION.replace("<w:pgSz", references + "<w:pgSz")
    files["word/document.xml"] = _xml(f"<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>")
    files["word/_rels/document.xml.rels"] = _relations("".join(relations))
    files["_rels/.rels"] = _relations(root_relations)
    types = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in overrides)
    files["[Content_Types].xml"] = _xml(
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    )
    return zipped(files | (extra or {}))


@cache
def _common() -> dict[str, bytes]:
    """Parts that every Word file has; the long ones are python-docx's."""
    with zipfile.ZipFile(Path(docx.__file__).parent / "templates/default.docx") as archive:
        theme, fonts = archive.read("word/theme/theme1.xml"), archive.read("word/fontTable.xml")
    style = '<w:style w:type="paragraph" w:default="1" w:styleId="Body"><w:name w:val="Normal"/></w:style>'
    return {
        "styles": _xml(f'<w:styles xmlns:w="{W}">{style}</w:styles>'),
        "settings": _xml(f'<w:settings xmlns:w="{W}"/>'),
        "fontTable": fonts,
        "theme": theme,
    }


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _xml(text: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}'.encode()


def _relations(inner: str) -> bytes:
    return _xml(
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{inner}</Relationships>'
    )


def _core(inner: str) -> bytes:
    return _xml(
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/">{inner}</cp:coreProperties>'
    )


class Out:
    """A rendered file, read back."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.files = {
            name: zipfile.ZipFile(io.BytesIO(data)).read(name) for name in zipfile.ZipFile(io.BytesIO(data)).namelist()
        }

    def xml(self, part: str = "word/document.xml") -> str:
        return self.files[part].decode()

    def tree(self, part: str = "word/document.xml") -> Any:
        return etree.fromstring(self.files[part])

    def lines(self, part: str = "word/document.xml") -> list[str]:
        """The text of every paragraph, line breaks as newlines."""
        return [words(found) for found in self.tree(part).iter(f"{{{W}}}p")]

    def rows(self, number: int = 0) -> list[list[str]]:
        """The texts of a table's cells."""
        found = list(self.tree().iter(f"{{{W}}}tbl"))[number]
        return [
            ["\n".join(words(p) for p in cell.iter(f"{{{W}}}p")) for cell in row.findall(f"{{{W}}}tc")]
            for row in found.findall(f"{{{W}}}tr")
        ]


def words(element: Any) -> str:
    """The text of a paragraph, breaks and tabs as characters."""
    signs = {f"{{{W}}}br": "\n", f"{{{W}}}tab": "\t"}
    box = next(element.iterancestors(f"{{{W}}}txbxContent"), None)
    return "".join(
        (node.text or "") if node.tag == f"{{{W}}}t" else signs[node.tag]
        for node in element.iter(f"{{{W}}}t", *signs)
        if box is not None or next(node.iterancestors(f"{{{W}}}txbxContent"), element) is element
    )


class Kit:
    """The helpers above, and a folder to work in."""

    package = staticmethod(package)
    paragraph = staticmethod(paragraph)
    run = staticmethod(run)
    table = staticmethod(table)
    zipped = staticmethod(zipped)
    out = staticmethod(Out)

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def file(self, data: bytes, name: str = "版式.docx") -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def layout(self, body: str, parts: dict[str, str] | None = None, **options: Any) -> Layout:
        return Layout.open(self.file(package(body, parts)), **options)

    def render(self, body: str, values: dict[str, Any], parts: dict[str, str] | None = None, **options: Any) -> Out:
        return Out(self.layout(body, parts, **options).render(values))


@pytest.fixture
def kit(tmp_path: Path) -> Kit:
    return Kit(tmp_path)
