"""The Word file of a draft: pages, comments, highlights, properties."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from generator import pipeline
from generator.base.diagnostics import Finding, Severity, Span
from generator.pipeline import publish
from generator.provenance.finished import State, open_finished
from generator.provenance.stamp import DRAFT
from generator.provenance.verify import verify
from generator.word.draft import Remark, make_draft
from generator.word.opc import own_package, write_package
from generator.word.render.state import Marked
from generator.workflows.draft import prepare_draft, print_draft, remarks_of, summary_of
from tests.draft.conftest import Bureau, Draft, W, comments_of, part, text_of
from tests.word.conftest import SECTION, package, paragraph, run
from tests.word.conftest import W as SPACE

TURNING = f'<w:settings xmlns:w="{SPACE}"><w:evenAndOddHeaders/></w:settings>'


def drafted(body: str, parts: dict[str, str] | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    report = Marked(own_package(package(body, parts, extra)), ())
    return write_package(make_draft(report, [], lambda _: ["总的。"]))


def audited(data: bytes, folder: Path) -> bytes:
    file = folder / "稿.docx"
    file.write_bytes(data)
    assert OpenXmlValidator().validate(str(file)).errors == []
    return data


def headers_of(data: bytes) -> list[list[str]]:
    """The kinds of headers that each section has itself."""
    sections = part(data, "word/document.xml").iter(f"{W}sectPr")
    return [[str(one.get(f"{W}type")) for one in section.findall(f"{W}headerReference")] for section in sections]


def test_a_file_without_headers_gets_one(tmp_path: Path) -> None:
    data = audited(drafted(paragraph("题")), tmp_path)
    assert headers_of(data) == [["default"]]
    header = part(data, "word/header1.xml")
    assert text_of(header) == "草稿（不是正式报告）"
    assert header.find(".//{urn:schemas-microsoft-com:vml}textpath[@string='草稿']") is not None


def test_headers_that_are_there_are_marked_and_stay(tmp_path: Path) -> None:
    parts = {"header1": paragraph("某局"), "header2": paragraph("首页"), "header3": paragraph("双页")}
    data = audited(drafted(paragraph("题"), parts), tmp_path)
    texts = [text_of(part(data, f"word/header{number}.xml")) for number in (1, 2, 3)]
    assert texts == [f"{own}草稿（不是正式报告）" for own in ("某局", "首页", "双页")]
    shapes = [re.findall(rb"_x0000_s(\d+)", _bytes(data, f"word/header{number}.xml")) for number in (1, 2, 3)]
    assert len({tuple(one) for one in shapes}) == 3


def test_first_and_even_pages_are_marked_in_every_section(tmp_path: Path) -> None:
    first = SECTION.replace("<w:pgSz", '<w:type w:val="nextPage"/><w:pgSz').replace(
        "</w:sectPr>", "<w:titlePg/></w:sectPr>"
    )
    body = paragraph("题") + f"<w:p><w:pPr>{SECTION}</w:pPr></w:p>" + f"<w:p><w:pPr>{first}</w:pPr></w:p>"
    data = drafted(body, extra={"word/settings.xml": TURNING.encode()})
    assert headers_of(audited(data, tmp_path)) == [["default", "even"], ["first"], []]


def test_a_placeholder_keeps_the_format_around_it() -> None:
    style = '<w:rPr><w:b/><w:color w:val="FF0000"/><w:u w:val="single"/></w:rPr>'
    data = drafted(f"<w:p>{run('收入【待填：收入】元，', style)}{run('不知【待定】')}{run('没有')}</w:p>")
    runs = list(part(data, "word/document.xml").iter(f"{W}r"))
    shown = [(text_of(one), [str(child.tag).removeprefix(W) for child in one.iterfind(f"{W}rPr/*")]) for one in runs]
    assert shown[:5] == [
        ("收入", ["b", "color", "u"]),
        ("【待填：收入】", ["b", "color", "highlight", "u"]),
        ("元，", ["b", "color", "u"]),
        ("不知", []),
        ("【待定】", ["highlight"]),
    ]


def test_other_things_in_a_run_stay_in_their_place() -> None:
    data = drafted("<w:p><w:r><w:t>一【待填：甲】</w:t><w:tab/><w:t>二</w:t><w:br/></w:r></w:p>")
    line = next(part(data, "word/document.xml").iter(f"{W}p"))
    assert [str(one.tag).removeprefix(W) for one in line.iter() if one.tag in (f"{W}t", f"{W}tab", f"{W}br")] == [
        "t", "t", "tab", "t", "br",
    ]  # fmt: skip


def test_comments_are_added_to_those_that_are_there(tmp_path: Path) -> None:
    there = f'<w:comment w:id="7" w:author="甲" w:initials="甲">{paragraph("原有的")}</w:comment>'
    body = (
        '<w:p><w:commentRangeStart w:id="7"/>' + run("题") + '<w:commentRangeEnd w:id="7"/>'
        '<w:r><w:commentReference w:id="7"/></w:r></w:p>'
    )
    data = audited(drafted(body, {"comments": there}), tmp_path)
    assert sorted(said for _, said in comments_of(data)) == ["原有的", "总的。"]


def test_a_file_without_a_word_has_no_comment() -> None:
    assert comments_of(drafted("<w:p/>")) == []


def test_the_title_says_that_it_is_a_draft(bureau: Bureau) -> None:
    core = '<dc:title xmlns:dc="http://purl.org/dc/elements/1.1/">{{ 年度 }}年报告</dc:title>'
    assert "（草稿）</dc:title>" in _bytes(drafted(paragraph("题")), "docProps/core.xml").decode()
    layout = bureau.folder / "templates" / "小" / "报告.docx"
    layout.write_bytes(package(paragraph("题"), {"core": core}))
    assert "2021年报告（草稿）</dc:title>" in _bytes(bureau.draft().path.read_bytes(), "docProps/core.xml").decode()


def test_the_draft_is_sound_and_has_no_controls(bureau: Bureau, tmp_path: Path) -> None:
    draft = bureau.draft(("人数: 48 名", ""), ("收入: 8000.00 万元", "收入: 8000.00 公斤"))
    data = audited(draft.path.read_bytes(), tmp_path)
    assert b"w:sdt" not in _bytes(data, "word/document.xml")
    # What is left of the custom parts is the record of its making.
    assert _names(data, "customXml/item") == ["customXml/item1.xml", "customXml/itemProps1.xml"]


def test_a_comment_stands_at_the_value_within_or_around_it(bureau: Bureau) -> None:
    draft = bureau.draft(
        ("- {名称: 甲项目,", "- {名称: 甲项目, 备注: 多余,"),
        ("指标:", "联系人: 某人\n指标:"),
        ("管理: {自评分: 4", "管理: {自评分: 9"),
    )
    found = {re.split(r"[：\n]", said)[0]: about for about, said in draft.comments[1:]}
    assert found == {"错误 JX201": "甲项目", "错误 JX219": "【待填：自评分】"}
    title = draft.comments[0][1].split("\n")
    assert title[0] == "这是草稿。共 3 个错误，批注在各自的位置。"
    assert "联系人" in title[2]


def test_messages_are_text_and_nothing_else(bureau: Bureau) -> None:
    draft = bureau.draft(("名称: 某局", '名称: "</w:t><script>&amp;]]>", 备<注>: "x"'))
    said = "\n".join(text for _, text in draft.comments)
    assert "备<注>" in said
    assert draft.lines[0] == "</w:t><script>&amp;]]>2021年自评报告"


def test_very_many_findings_are_bounded(bureau: Bureau) -> None:
    assessment = bureau.draft().rendered.assessment
    spans = [Span("/某处/填报.yaml", line) for line in range(1, 501)]
    found = tuple(Finding("JX999", Severity.WARNING, "甲" * 5000, "", span, "收支.收入") for span in spans)
    lost = tuple(Finding("JX998", Severity.ERROR, "乙", "", span, "无处") for span in spans[:100])
    data = print_draft(replace(assessment, findings=(*found, *lost)))
    comments = comments_of(data)
    assert len(comments) == 101
    title = comments[0][1].split("\n")
    assert title[:3] == [
        "这是草稿。共 100 个错误、500 个警告，批注在各自的位置。",
        "另有 400 个问题没有批注，用 jixiao check 看全部。",
        "下面 100 个问题在文中没有位置：",
    ]
    assert title[-1] == "其余 60 个用 jixiao check 看。"
    assert all("/某处" not in said and len(said) < 700 for _, said in comments[1:])


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("支出（取值）", "指标.支出.得分"),
        ("公开.及时", "指标.公开.及时.得分"),
        ("指标.公开.要点.及时", "指标.公开.及时.得分"),
        ("指标.管理", "指标.管理.得分"),
        ("项目[2].金额", "项目[2].金额"),
        ("项目[2].金额", "项目[2]"),
        ("项目[2].金额", "项目"),
    ],
)
def test_where_a_remark_may_stand(path: str, place: str) -> None:
    (remark,) = remarks_of([Finding("JX999", Severity.INFO, "甲", path=path)])
    assert place in remark.paths
    assert "指标" not in remark.paths
    assert remark.lines == ("提示 JX999：甲",)


def test_a_remark_on_nothing_stands_at_the_title() -> None:
    remarks = remarks_of([Finding("JX999", Severity.INFO, "甲")])
    assert remarks == [Remark((), ("提示 JX999：甲",))]
    assert summary_of([], []) == ["这是草稿。没有发现问题。"]


def test_an_attachment_that_cannot_be_used_is_left_out_and_said(workplace: Path) -> None:
    file = next((workplace / "inputs").iterdir())
    (workplace / "inputs" / "好.docx").write_bytes(package(paragraph("附件正文")))
    (workplace / "inputs" / "坏.docx").write_bytes(b"no zip")
    file.write_text(file.read_text("utf-8") + "\n附件: [坏.docx, 好.docx]\n", "utf-8")
    draft = Draft(publish(prepare_draft(file, workplace / "outputs")))
    assert "附件正文" in draft.lines
    assert any("坏.docx" in said for _, said in draft.comments)


def test_its_stamp_says_draft_and_verify_does(bureau: Bureau) -> None:
    draft = bureau.draft()
    stamp = open_finished(draft.path.read_bytes()).stamp
    assert stamp is not None
    assert stamp.state == DRAFT
    verdict = verify(draft.path, pipeline.print_again, bureau.folder / "填报.yaml")
    assert verdict.states == (State.DRAFT,)
    assert not verdict.is_current


def _bytes(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name)


def _names(data: bytes, start: str) -> list[str]:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return [name for name in archive.namelist() if name.startswith(start)]
