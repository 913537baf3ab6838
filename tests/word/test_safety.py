"""Packages that are no Word files, or hold what a layout may not."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import pytest

from generator.base.diagnostics import Refused, Span
from generator.word import Layout
from generator.word import opc as packages
from generator.word.merge.join import Attachment
from generator.word.read.document import text_lines
from tests.hostile.packages import relation


def refused(kit: Any, data: bytes) -> list[Any]:
    with pytest.raises(Refused) as caught:
        Layout.open(kit.file(data))
    return list(caught.value.findings)


def relations(*inner: str) -> bytes:
    text = "".join(inner)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{text}</Relationships>'.encode()


def files(data: bytes) -> dict[str, bytes]:
    archive = zipfile.ZipFile(io.BytesIO(data))
    return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    ("links", "said"),
    [
        (relation("vbaProject", "vbaProject.bin"), "宏"),
        (relation("oleObject", "embeddings/oleObject1.bin"), "OLE"),
        (relation("aFChunk", "part.html"), "altChunk"),
        (relation("control", "activeX1.xml"), "ActiveX"),
        (relation("package", "embeddings/x.xlsx"), "嵌入的文件"),
        (relation("image", "http://example.com/x.png", external=True), "指向外部"),
        (relation("attachedTemplate", "file:///C:/x.dotm", external=True), "外部模板"),
        (relation("hyperlink", "file:///etc/passwd", external=True), "不是网址"),
        (relation("hyperlink", "javascript:x", external=True), "不是网址"),
    ],
)
def test_links_that_fetch_or_run_are_refused(kit: Any, links: str, said: str) -> None:
    data = kit.package(kit.paragraph("x"), None, {"word/_rels/other.xml.rels": relations(links)})
    (finding,) = refused(kit, data)
    assert finding.code == "JX502"
    assert said in finding.message


def test_all_dangers_are_told_at_once(kit: Any) -> None:
    field = "<w:p><w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c:x</w:instrText></w:r></w:p>"
    field += '<w:altChunk r:id="x"/>'
    links = relations(relation("oleObject", "a.bin"), relation("vbaProject", "b.bin"))
    found = refused(kit, kit.package(field, None, {"word/_rels/o.xml.rels": links, "word/a.bin": b"x"}))
    assert len(found) == 4, "what a relationship leads to is told once"
    assert {finding.code for finding in found} == {"JX502"}


def test_web_links_and_charts_workbooks_are_allowed(kit: Any) -> None:
    extra = {
        "word/_rels/o.xml.rels": relations(relation("hyperlink", "https://example.com/", external=True)),
        "word/charts/_rels/chart1.xml.rels": relations(relation("package", "../embeddings/x.xlsx")),
    }
    made = files(Layout.open(kit.file(kit.package(kit.paragraph("x"), None, extra))).render({}))
    assert {name: made[name] for name in extra} == extra


def test_macro_enabled_documents_are_refused(kit: Any) -> None:
    inside = files(kit.package(kit.paragraph("x")))
    inside["[Content_Types].xml"] = inside["[Content_Types].xml"].replace(
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main", b"vnd.ms-word.document.macroEnabled.main"
    )
    inside |= {
        "word/vbaProject.bin": b"x",
        "word/_rels/document.xml.rels": relations(relation("vbaProject", "vbaProject.bin")),
        "word/_rels/vbaProject.bin.rels": relations(relation("wordVbaData", "vbaData.xml")),
    }
    (told,) = refused(kit, kit.zipped(inside))
    assert told.code == "JX502"
    assert "另存为" in told.hint


OLE = b"\xd0\xcf\x11\xe0" * 100


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "压缩包"),
        (b"PK", "压缩包"),
        (b"hello" * 1000, "压缩包"),
        (OLE, "旧的格式"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "打开密码"),
    ],
)
def test_what_is_no_zip_is_refused(kit: Any, data: bytes, why: str) -> None:
    (finding,) = refused(kit, data)
    assert finding.code == "JX501"
    assert why in finding.message


def test_a_cut_or_spoilt_zip_is_refused(kit: Any) -> None:
    data = kit.package(kit.paragraph("甲乙丙" * 500))
    assert refused(kit, data[: len(data) // 2])[0].code == "JX501"
    at = data.index(b"word/document.xml") + 60
    assert refused(kit, data[:at] + bytes(20) + data[at + 20 :])[0].code == "JX501"


def test_a_part_that_breaks_off_behind_its_last_character_is_refused(kit: Any) -> None:
    """Python's reader of zips is content with it; Word is not."""
    entries = packages.own_package(kit.package(kit.paragraph("x")))
    content = entries["word/document.xml"].data()
    squeeze = zlib.compressobj(1, zlib.DEFLATED, -15)
    raw = squeeze.compress(content) + squeeze.flush(zlib.Z_SYNC_FLUSH)
    packed = packages.Packed(raw, len(content), zlib.crc32(content), zipfile.ZIP_DEFLATED)
    entries["word/document.xml"] = packages.Entry("word/document.xml", None, packed)
    assert [finding.code for finding in refused(kit, packages.write_package(entries))] == ["JX501"]


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x.xml", "a\\b.xml", "c:x.xml", "WORD/document.XML"])
def test_names_that_lead_elsewhere_or_are_doubled_are_refused(kit: Any, name: str) -> None:
    assert refused(kit, kit.package(kit.paragraph("x"), None, {name: b"<x/>"}))[0].code == "JX502"


def test_bombs_are_refused(kit: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refused(kit, kit.package("", None, {"x.xml": bytes(8 * 1024 * 1024)}))[0].code == "JX502"
    monkeypatch.setattr(packages, "_MOST_ENTRIES", 3)
    assert "个文件" in refused(kit, kit.package(""))[0].message
    monkeypatch.setattr(packages, "_MOST_ENTRIES", 3000)
    monkeypatch.setattr(packages, "_MOST_BYTES", 300)
    assert "解开后" in refused(kit, kit.package(""))[0].message


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32-le", "cp037"])
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "customXml/item9.XML", "_rels/.rels"])
def test_document_types_are_refused_in_every_part(kit: Any, part: str, encoding: str) -> None:
    inside = files(kit.package(kit.paragraph("{{ x }}")))
    inside[part] = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'.encode(encoding)
    (finding,) = refused(kit, kit.zipped(inside))
    assert finding.code == "JX502"
    assert f"部件 {part} 里有文档类型声明" in finding.message


def test_what_is_no_xml_may_hold_those_letters(kit: Any) -> None:
    data = kit.package(kit.paragraph("{{ x }}"), None, {"word/media/a.png": b"\x89<!DOCTYPE"})
    assert files(Layout.open(kit.file(data)).render({"x": "甲"}))["word/media/a.png"] == b"\x89<!DOCTYPE"


def test_broken_xml_is_refused_with_its_part(kit: Any) -> None:
    inside = files(kit.package(kit.paragraph("{{ x }}")))
    inside["word/document.xml"] = inside["word/document.xml"].replace(b"</w:body>", b"")
    (finding,) = refused(kit, kit.zipped(inside))
    assert finding.code == "JX503"
    assert "word/document.xml" in finding.message


def test_a_broken_part_without_tags_is_refused_too(kit: Any) -> None:
    inside = files(kit.package(kit.paragraph("{{ x }}")))
    inside["word/styles.xml"] = inside["word/styles.xml"][:200]
    (finding,) = refused(kit, kit.zipped(inside))
    assert (finding.code, "word/styles.xml" in finding.message) == ("JX503", True)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("_rels/.rels", b"word/document.xml", b"word/styles.xml"),
        ("_rels/.rels", b"word/document.xml", b"word/none.xml"),
        ("_rels/.rels", b"", b""),
        ("word/document.xml", b"", b""),
    ],
)
def test_a_package_that_leads_to_no_text_is_refused(kit: Any, name: str, old: bytes, new: bytes) -> None:
    inside = files(kit.package(kit.paragraph("{{ x }}")))
    if old:
        assert old in inside[name]
        inside[name] = inside[name].replace(old, new)
    else:
        del inside[name]
    (finding,) = refused(kit, kit.zipped(inside))
    assert finding.code == "JX501"
    with pytest.raises(Refused):
        list(text_lines(kit.zipped(inside)))


def test_the_engines_own_sign_cannot_be_smuggled_in(kit: Any) -> None:
    for text in ("\ufdd0 {{ x }}", "&#xFDD0;0&#xFDD0; {{ x }}"):
        body = f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"
        assert refused(kit, kit.package(body))[0].code == "JX503"
    assert kit.render(kit.paragraph("{{ x }}") + "<?jx 0?>", {"x": "\ufdd0"}).lines() == ["\ufdd0"]


def test_other_documents_are_refused(kit: Any) -> None:
    inside = files(kit.package(kit.paragraph("x")))
    types = inside.pop("[Content_Types].xml")
    assert refused(kit, kit.zipped(inside))[0].code == "JX501"
    inside["[Content_Types].xml"] = types.replace(b"wordprocessingml.document.main", b"spreadsheetml.sheet.main")
    assert refused(kit, kit.zipped(inside))[0].code == "JX501"
    other = files(kit.package(kit.paragraph("{{ x }}")))
    other["word/document.xml"] = other["word/document.xml"].replace(b"wordprocessingml/2006/main", b"other/2006/main")
    assert "命名空间" in refused(kit, kit.zipped(other))[0].message


def test_stored_and_oddly_squeezed_entries_are_read(kit: Any) -> None:
    inside = files(kit.package(kit.paragraph("{{ x }}")))
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", method) as archive:
            archive.writestr("word/", b"")
            for name, data in inside.items():
                archive.writestr(name, data)
        out = kit.out(Layout.open(kit.file(buffer.getvalue())).render({"x": "甲"}))
        assert out.lines() == ["甲"]


def test_locked_files_are_refused(kit: Any) -> None:
    data = bytearray(kit.package(kit.paragraph("x")))
    at = data.rindex(b"PK\x01\x02")
    data[at + 8] |= 1
    assert refused(kit, bytes(data))[0].code == "JX501"


CHAR = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'


def field(code: str, inner: str = "") -> str:
    runs = "".join(f"<w:r><w:instrText>{part}</w:instrText></w:r>" for part in (code[:3], code[3:]))
    return f"<w:p>{CHAR.format('begin')}{inner}{runs}{CHAR.format('separate')}{CHAR.format('end')}</w:p>"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (field("PAGE") + field("DDEAUTO c:cmd"), "DDEAUTO"),
        (field("LINK Excel.Sheet.12 x"), "LINK"),
        (field(" INCLUDEPICTURE &quot;http://x/y.png&quot;"), "INCLUDEPICTURE"),
        (field("IF 1=1 &quot;&quot;").replace(CHAR.format("separate"), field("DATABASE x")[5:-6], 1), "DATABASE"),
        (field(" c:cmd", field("QUOTE DDEAUTO")[5:-6]), "里面套着别的域"),
        ('<w:p><w:bookmarkStart w:id="0" w:name="RD"/></w:p>' + field("RD x.docx"), "RD"),
        ('<w:p><w:fldSimple w:instr="MACROBUTTON x"/></w:p>', "MACROBUTTON"),
        (field("HYPERLINK \\o &quot;看&quot; &quot;c:\\x.exe&quot;"), "不是网址"),
        (field("HYPERLINK “\\\\evil\\x.lnk”"), "不是网址"),
        (field("HYPERLINK ms-word:ofe|u|http://x"), "不是网址"),
        (field("HYPERLINK 说明.exe"), "不是网址"),
    ],
)
def test_fields_that_are_not_known_to_be_harmless(kit: Any, body: str, said: str) -> None:
    (finding,) = refused(kit, kit.package(body))
    assert finding.code == "JX502"
    assert said in finding.message


@pytest.mark.parametrize(
    "code",
    ["XE &quot;Database&quot;", "REF Import \\h", "=SUM(ABOVE)", "HYPERLINK \\l &quot;a&quot;", "HYPERLINK tel:110", "",
     " DATE \\@ &quot;LINK&quot;",
     "HYPERLINK &quot;附件1.docx#表&quot; \\o &quot;c:x&quot;", "STYLEREF 1"],
)  # fmt: skip
def test_harmless_fields(kit: Any, code: str) -> None:
    assert f"{code[:3]}</w:instrText></w:r><w:r><w:instrText>{code[3:]}" in kit.render(field(code), {}).xml()


@pytest.mark.parametrize(
    ("kind", "target"),
    [("hyperlink", "tel:+86-753-1"), ("hyperlink", "#锚"), ("hyperlink", "附件1.docx"),
     ("hyperlink", "ftp://x.cn/y")]
)  # fmt: skip
def test_links_that_lead_to_no_harm(kit: Any, kind: str, target: str) -> None:
    links = relations(relation(kind, target, external=True))
    made = Layout.open(kit.package(kit.paragraph("x"), None, {"word/_rels/other.xml.rels": links})).render({})
    assert files(made)["word/_rels/other.xml.rels"] == links


def test_links_to_somebodys_files_become_text(kit: Any) -> None:
    targets = ["file:///D:\\资料\\a.docx", "D:\\a.docx", "\\\\服务器\\a.xlsx", "file:///D:/a.exe"]
    links = [relation("hyperlink", target, external=True) for target in targets]
    body = f'<w:p><w:hyperlink w:history="1" r:id="rhyperlink" w:tgtFrame="_top">{kit.run("链")}</w:hyperlink></w:p>'
    for link in links[:3]:
        layout = Layout.open(kit.package(body, None, {"word/_rels/document.xml.rels": relations(link)}))
        assert [finding.code for finding in layout.findings] == ["JX538"]
        out = kit.out(layout.render({}))
        assert out.lines() == ["链"]
        assert '<w:hyperlink w:history="1" w:tgtFrame="_top">' in out.xml()
        assert "External" not in out.xml("word/_rels/document.xml.rels")
    with pytest.raises(Refused, match="JX502"):
        Layout.open(kit.package(body, None, {"word/_rels/document.xml.rels": relations(links[3])}))


@pytest.mark.parametrize(
    "code",
    ["&quot;D:\\\\资料\\\\甲.docx&quot;", "“C:\\甲 乙.xlsx”", "\\\\\\\\evil\\\\x",
     "&quot;\\\\evil\\x&quot; \\t &quot;_blank&quot;",
     "&quot;file://///evil/x&quot;", "\\o &quot;看 看&quot; &quot;/home/甲.docx&quot;", "file:///C:/a%20b.pdf#页"],
)  # fmt: skip
def test_link_fields_to_somebodys_files_become_text(kit: Any, code: str) -> None:
    complex_field = field(f"HYPERLINK {code}").replace(CHAR.format("end"), kit.run("链{{ x }}") + CHAR.format("end"))
    simple = f'<w:p><w:fldSimple w:instr="hyperlink {code}">{kit.run("又链")}</w:fldSimple></w:p>'
    data = kit.package(complex_field + field("PAGE") + simple)
    layout = Layout.open(data)
    assert [(one.code, "等 2 处" in one.message) for one in layout.findings] == [("JX538", True)]
    out = kit.out(layout.render({"x": 1}))
    assert out.lines() == ["链1", "", "又链"]
    assert out.xml().count("fldCharType") == 3
    attached = Attachment.open(data, "甲.docx", "题", Span("填报.yaml", 3, 1), "附件[1]")
    assert [(one.code, one.path, one.span.line) for one in attached.noted] == [("JX554", "附件[1]", 3)]
    assert b"yperlink" not in attached.entries["word/document.xml"].data().lower()


def test_what_word_leaves_in_files_is_kept_or_dropped(kit: Any) -> None:
    links = relations(
        relation("image", "media/image1.bin"), relation("printerSettings", "printerSettings1.bin")
    )  # fmt: skip
    path = relations(relation("attachedTemplate", "file:///C:/Users/x/Normal.dotm", external=True))
    settings = b'<w:settings xmlns:w="x" xmlns:r="y"><w:attachedTemplate r:id="rId1"/></w:settings>'
    parts = {
        "word/media/image1.bin": b"x", "word/printerSettings1.bin": b"x", "word/_rels/other.xml.rels": links,
        "word/_rels/settings.xml.rels": path, "word/settings.xml": settings,
    }  # fmt: skip
    layout = Layout.open(kit.package(kit.paragraph("x"), None, parts))
    assert [finding.code for finding in layout.findings] == ["JX538"]
    printed = packages.own_package(layout.render({}))
    assert b"attachedTemplate" not in printed["word/settings.xml"].data()
    assert b"Normal" not in printed["word/_rels/settings.xml.rels"].data()
