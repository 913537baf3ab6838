"""Word files and workbooks that no office program writes, made on the spot."""

from __future__ import annotations

import io
import zipfile
from typing import Any

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_TENFOLD = "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 12))
LAUGHS = f'<!DOCTYPE x [<!ENTITY a0 "哈">{_TENFOLD}]>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def zipped(parts: dict[str, str | bytes]) -> bytes:
    """A package of these parts."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name) if name.endswith("/") else name, data)
    return whole.getvalue()


def relations(*inner: str) -> str:
    return f'<Relationships xmlns="{_RELATIONS}">{"".join(inner)}</Relationships>'


def relation(kind: str, target: str, *, external: bool = False) -> str:
    mode = ' TargetMode="External"' if external else ""
    return f'<Relationship Id="r{kind}" Type="{OFFICE}/{kind}" Target="{target}"{mode}/>'


def types(**overrides: str) -> str:
    kinds = "".join(f'<Override PartName="/{part}" ContentType="{kind}"/>' for part, kind in overrides.items())
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>'
    )


def document(body: str, before: str = "") -> str:
    """The main part of a Word file."""
    return f'{before}<w:document xmlns:w="{_W}" xmlns:r="{OFFICE}"><w:body>{body}</w:body></w:document>'


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_parts(body: Any = "<w:p/>", links: Any = "", **more: str | bytes) -> dict[str, str | bytes]:
    """The parts of a Word file."""
    return {
        "[Content_Types].xml": types(**{"word/document.xml": _WORD_TYPE}),
        "_rels/.rels": relations(relation("officeDocument", "word/document.xml")),
        "word/document.xml": document(body),
        "word/_rels/document.xml.rels": relations(links),
        **more,
    }


def book_parts(rows: str, **more: str | bytes) -> dict[str, str | bytes]:
    """The parts of a workbook of one sheet."""
    kinds = {
        "xl/workbook.xml": f"{_EXCEL_TYPE}.sheet.main+xml",
        "xl/worksheets/sheet1.xml": f"{_EXCEL_TYPE}.worksheet+xml",
    }
    return {
        "[Content_Types].xml": types(**kinds),
        "_rels/.rels": relations(relation("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="表" sheetId="1" r:id="rworksheet"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relations(relation("worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_S}"><sheetData>{rows}</sheetData></worksheet>',
        **more,
    }


def row(*texts: str) -> str:
    """A row of texts."""
    cells = (f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f"<row>{''.join(cells)}</row>"
