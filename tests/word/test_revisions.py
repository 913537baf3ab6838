"""Tracked changes in a layout: what was deleted is no tag, what was inserted is one, and the maintainer is told."""

from __future__ import annotations

from typing import Any

import openxml_audit
import pytest

from generator.base.diagnostics import Severity

VALUES = {"a": "甲", "xs": ["一", "二"]}


def gone(text: str) -> str:
    return f'<w:del w:id="1" w:author="某"><w:r><w:delText xml:space="preserve">{text}</w:delText></w:r></w:del>'


def come(inner: str) -> str:
    return f'<w:ins w:id="2" w:author="某">{inner}</w:ins>'


def mark(kind: str) -> str:
    return f'<w:{kind} w:id="3" w:author="某"/>'


def ended(kind: str) -> str:
    return f"<w:pPr><w:rPr>{mark(kind)}</w:rPr></w:pPr>"


def row(properties: str, *cells: str) -> str:
    body = "".join(f'<w:tc><w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>{cell}</w:tc>' for cell in cells)
    return f"<w:tr>{f'<w:trPr>{properties}</w:trPr>' if properties else ''}{body}</w:tr>"


def grid(*rows: str) -> str:
    size = '<w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid><w:gridCol w:w="2000"/></w:tblGrid>'
    return f"<w:tbl>{size}{''.join(rows)}</w:tbl>"


def bodies(kit: Any) -> dict[str, tuple[str, list[str], int]]:
    """By name: a body, the lines that are printed of it, how many changes it holds."""
    p, run = kit.paragraph, kit.run
    moved = f'<w:moveFrom w:id="4" w:author="某">{run("{{ 旧 }}")}</w:moveFrom>'
    former = '<w:pPr><w:jc w:val="left"/><w:pPrChange w:id="5" w:author="某"><w:pPr/></w:pPrChange></w:pPr>'
    return {
        "a tag exchanged": (f"<w:p>{run('前')}{gone('{{ 旧 }}')}{come(run('{{ a }}'))}</w:p>", ["前甲"], 2),
        "half a tag exchanged": (f"<w:p>{run('{{ ')}{gone('旧')}{come(run('a'))}{run(' }}')}</w:p>", ["甲"], 2),
        "an open block deleted": (p("{{ a }}") + f"<w:p>{gone('{% if 旧 %}')}{run('后')}</w:p>", ["甲", "后"], 1),
        "text moved away": (
            f'<w:p><w:moveFromRangeStart w:id="6" w:name="m"/>{moved}<w:moveFromRangeEnd w:id="6"/>{run("留")}</w:p>',
            ["留"],
            1,
        ),
        "text moved here": (f'<w:p><w:moveTo w:id="4" w:author="某">{run("{{ a }}")}</w:moveTo></w:p>', ["甲"], 1),
        "a paragraph deleted": (f"<w:p>{ended('del')}{gone('{%p if 旧 %}')}</w:p>" + p("{{ a }}"), ["甲"], 2),
        "two paragraphs joined": (f"<w:p>{ended('del')}{run('前{{ ')}</w:p>" + p("a }}后"), ["前甲后"], 1),
        "three paragraphs joined": (
            f"<w:p>{ended('del')}{run('一')}</w:p><w:p>{ended('del')}{run('二')}</w:p>" + p("三"),
            ["一二三"],
            2,
        ),
        "a deleted end before a table": (
            f"<w:p>{ended('del')}</w:p>" + grid(row("", p("{{ a }}"))) + p("后"),
            ["甲", "后"],
            1,
        ),
        "text with a deleted end before a table": (
            f"<w:p>{ended('del')}{run('前')}</w:p>" + grid(row("", p("格"))) + p("后"),
            ["前", "格", "后"],
            1,
        ),
        "a paragraph inserted": (f"<w:p>{ended('ins')}{come(run('{{ a }}'))}</w:p>", ["甲"], 2),
        "a row deleted": (
            grid(row(mark("del"), f"<w:p>{gone('{%tr for y in 旧 %}')}</w:p>"), row("", p("{{ a }}"))) + p("后"),
            ["甲", "后"],
            2,
        ),
        "all rows deleted": (grid(row(mark("del"), f"<w:p>{gone('{{ 旧 }}')}</w:p>")) + p("{{ a }}"), ["甲"], 2),
        "rows inserted": (
            grid(
                row(mark("ins"), p("{%tr for x in xs %}")),
                row("<w:cantSplit/>" + mark("ins"), p("{{ x }}")),
                row(mark("ins"), p("{%tr endfor %}")),
            )
            + p("后"),
            ["一", "二", "后"],
            3,
        ),
        "a cell deleted": (
            grid(row("", p("{{ a }}")).replace("</w:tr>", "")
                 + f'<w:tc><w:tcPr>{mark("cellDel")}</w:tcPr>{p("{{ 旧 }}")}</w:tc></w:tr>') + p("后"),
            ["甲", "后"],
            1,
        ),
        "formats changed": (f"<w:p>{former}{run('{{ a }}')}</w:p>", ["甲"], 1),
        "no tags at all": (f"<w:p>{gone('旧')}{run('文')}</w:p>", ["文"], 1),
    }  # fmt: skip


NAMES = [
    "a tag exchanged", "half a tag exchanged", "an open block deleted", "text moved away", "text moved here",
    "a paragraph deleted", "two paragraphs joined", "three paragraphs joined", "a deleted end before a table",
    "text with a deleted end before a table", "a paragraph inserted", "a row deleted", "all rows deleted",
    "rows inserted", "a cell deleted", "formats changed", "no tags at all",
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_layout_is_read_as_it_looks_once_its_changes_are_accepted(kit: Any, name: str) -> None:
    body, lines, count = bodies(kit)[name]
    layout = kit.layout(body, names=["a", "xs"])
    out = kit.out(layout.render(VALUES))
    assert out.lines() == lines
    (finding,) = layout.findings
    assert (finding.code, finding.severity) == ("JX539", Severity.WARNING)
    assert f"{count} 处" in finding.message
    assert finding.path.startswith(("第 ", "表 1 行 1"))
    left = {element.tag.rpartition("}")[2] for element in out.tree().iter() if isinstance(element.tag, str)}
    assert not left & {"ins", "del", "moveFrom", "moveTo", "pPrChange", "moveFromRangeStart", "cellDel"}
    assert openxml_audit.OpenXmlValidator().validate(str(kit.file(out.data, "成品.docx"))).errors == []


def test_every_case_is_tried(kit: Any) -> None:
    assert list(bodies(kit)) == NAMES


def test_each_part_with_changes_is_told(kit: Any) -> None:
    header = f"<w:p>{gone('{{ 旧 }}')}{kit.run('眉')}</w:p>"
    layout = kit.layout(f"<w:p>{come(kit.run('{{ a }}'))}</w:p>", {"header1": header})
    assert [finding.path for finding in layout.findings] == ["第 1 段「{{ a }}」", "页眉 第 1 段「眉」"]
    assert kit.out(layout.render(VALUES)).lines("word/header1.xml") == ["眉"]


def test_a_layout_without_changes_has_no_warning(kit: Any) -> None:
    assert kit.layout(kit.paragraph("{{ a }}")).findings == ()
