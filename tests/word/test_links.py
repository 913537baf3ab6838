"""Tags in the addresses of links and in the codes of fields: printed, but never leading to where nothing may lead."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import openxml_audit
import pytest

from generator.base.diagnostics import Refused, Span
from generator.word import Layout
from generator.word.inspect import inspect
from generator.word.opc import open_package

LINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
RELATIONS = "word/_rels/document.xml.rels"


def linked(kit: Any, target: str, text: str = "网站") -> bytes:
    """A layout with one link."""
    body = f'<w:p><w:hyperlink r:id="rIdLink">{kit.run(text)}</w:hyperlink></w:p>'
    with zipfile.ZipFile(io.BytesIO(kit.package(body))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    relation = f'<Relationship Id="rIdLink" Type="{LINK}" Target="{target}" TargetMode="External"/></Relationships>'
    files[RELATIONS] = files[RELATIONS].replace(b"</Relationships>", relation.encode())
    data: bytes = kit.zipped(files)
    return data


def target_of(out: Any) -> str:
    (found,) = (one.get("Target") for one in out.tree(RELATIONS) if one.get("Id") == "rIdLink")
    return str(found)


@pytest.mark.parametrize(
    ("target", "printed"),
    [
        ("https://x.cn/{{ 编号 }}", "https://x.cn/A%201?"),
        ("https://x.cn/%7B%7b%20编号%20%7D%7D", "https://x.cn/A%201?"),
        ("{{ 网址 }}", "https://x.cn/?a=1&b=2"),
        ("{% if 有 %}{{ 网址 }}{% else %}https://y.cn{% endif %}", "https://y.cn"),
        ("https://x.cn/?q={{ 词 }}&amp;r={{ 词 | upper }}", "https://x.cn/?q=%E7%94%B2%22b&r=%E7%94%B2%22B"),
        ("mailto:{{ 信箱 }}", "mailto:a@x.cn"),
        ("https://x.cn/{不是标记}", "https://x.cn/{不是标记}"),
    ],
)
def test_the_address_of_a_link_is_printed(kit: Any, target: str, printed: str) -> None:
    values = {"编号": "A 1?", "网址": "https://x.cn/?a=1&b=2", "有": False, "词": '甲"b', "信箱": "a@x.cn"}
    out = kit.out(Layout.open(kit.file(linked(kit, target, "{{ 词 }}"))).render(values))
    assert target_of(out) == printed
    assert out.lines() == ['甲"b']
    assert openxml_audit.OpenXmlValidator().validate(str(kit.file(out.data, "成品.docx"))).errors == []


@pytest.mark.parametrize("target", ["{{ x }}", "javascript:{{ x }}", "{{ x }}://y", "file:///{{ x }}"])
def test_what_is_no_web_address_is_refused_when_it_is_printed(kit: Any, target: str) -> None:
    layout = Layout.open(kit.file(linked(kit, target)))
    with pytest.raises(Refused) as caught:
        layout.render({"x": "file"})
    (finding,) = caught.value.findings
    assert (finding.code, finding.path) == ("JX531", f"超链接「{target[:20]}」")
    assert "不是网址" in finding.message


def test_mistakes_in_an_address_are_told_at_the_link(kit: Any) -> None:
    for target, code in (("https://x.cn/{{ a b }}", "JX513"), ("https://x.cn/{{ a }", "JX510"), ("{{ 无 }}", "JX518")):
        with pytest.raises(Refused) as caught:
            Layout.open(kit.file(linked(kit, target)), names=["a"])
        assert [(finding.code, finding.path[:3]) for finding in caught.value.findings] == [(code, "超链接")]


def field(*code: str) -> str:
    """A field, its code in as many runs."""
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{part}</w:instrText></w:r>' for part in code)
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return f"<w:p>{char.format('begin')}{runs}{char.format('separate')}{char.format('end')}</w:p>"


def codes_of(out: Any) -> str:
    return "".join(node.text or "" for node in out.tree().iter() if str(node.tag).endswith("}instrText"))


def test_field_codes_are_printed(kit: Any) -> None:
    out = kit.render(field(' HYPERLINK "https://x.cn/', '{{ a }}" '), {"a": "甲 & 乙"})
    assert codes_of(out) == ' HYPERLINK "https://x.cn/甲 & 乙" '
    # Word begins a run where Chinese letters do, and where they end.
    out = kit.render(field(' HYPERLINK "https://x.cn/{% if ', "甲", " %}{{ ", "甲", ' }}{% endif %}" '), {"甲": "乙"})
    assert codes_of(out) == ' HYPERLINK "https://x.cn/乙" '
    nested = field(" IF ").replace("</w:p>", "") + field(" REF {{ a }} ").removeprefix("<w:p>")
    assert codes_of(kit.render(nested, {"a": "甲"})) == " IF  REF 甲 "
    simple = f'<w:p><w:fldSimple w:instr=" REF {{{{ a }}}} \\h ">{kit.run("x")}</w:fldSimple></w:p>'
    assert ' w:instr=" REF 甲 \\h "' in kit.render(simple, {"a": "甲"}).xml()


@pytest.mark.parametrize("code", [("INCLUDE", "{{ 'TEXT' }} x"), ("{{ a }}",), (" ", "{{ a }} REF")])
def test_the_kind_of_a_field_must_not_depend_on_values(kit: Any, code: tuple[str, ...]) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(field(*code))
    assert [(finding.code, finding.path) for finding in caught.value.findings] == [("JX528", "第 1 段「」")]


def test_a_tag_that_is_not_whole_in_a_field_code_is_told(kit: Any) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(field(" REF {{ a"))
    assert [finding.code for finding in caught.value.findings] == ["JX510"]


@pytest.mark.parametrize("value", ['a" \\o "b', "a\\b", "{ INCLUDETEXT x }", "a\nb"])
def test_a_value_cannot_end_a_field_code(kit: Any, value: str) -> None:
    layout = kit.layout(field(' HYPERLINK "https://x.cn/{{ a }}" '))
    with pytest.raises(Refused) as caught:
        layout.render({"a": value})
    assert [finding.code for finding in caught.value.findings] == ["JX531"]


def test_a_finished_file_may_not_have_tags_for_addresses(kit: Any) -> None:
    with pytest.raises(Refused) as caught:
        inspect(open_package(linked(kit, "{{ x }}"), Span("附件.docx")), Span("附件.docx"), finished=True)
    assert [(finding.code, finding.span.file) for finding in caught.value.findings] == [("JX502", "附件.docx")]
