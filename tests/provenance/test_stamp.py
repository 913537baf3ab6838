"""What a written file tells: of its input, template and program, and nothing of the machine."""

from __future__ import annotations

import getpass
import re
import socket
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from docx import Document
from msgspec.structs import replace
from openpyxl import load_workbook
from openxml_audit import OpenXmlValidator

import generator
from generator import pipeline
from generator.provenance.finished import open_finished
from generator.provenance.stamp import DRAFT, Stamp, digest_of_template, stamp_of, stamped
from generator.word.opc import own_package, write_package
from tests.provenance.conftest import INPUT, package, parts

ROOT = Path(__file__).resolve().parents[2]
SOURCE = Path("inputs") / INPUT


def properties(file: Path) -> dict[str, str]:
    """The custom properties, read by another library than the one that wrote them."""
    return {prop.name: prop.value for prop in load_workbook(file).custom_doc_props.props}  # type: ignore[attr-defined]


def test_a_workbook_tells_where_it_comes_from(scores: Path) -> None:
    told = properties(scores)
    assert {name: told[name] for name in list(told) if "摘要" not in name} == {
        "绩效.填报文件": SOURCE.stem,
        "绩效.模板": "meizhou",
        "绩效.模板版本": "2021",
        "绩效.版式": "报告.docx",
        "绩效.程序版本": generator.__version__,
        "绩效.状态": "正式",
        "绩效.报告": "梅州市工业和信息化局2021年度部门整体支出绩效自评报告",
        "绩效.作者": "梅州市工业和信息化局",
    }
    assert re.fullmatch("facts:[0-9a-f]{64}", told["绩效.填报摘要"])
    assert all(re.fullmatch("[0-9a-f]{64}", told[name]) for name in ("绩效.模板摘要", "绩效.文件摘要"))


def test_a_report_tells_the_same_and_what_it_says(report: Path, scores: Path) -> None:
    finished = open_finished(report.read_bytes())
    told = dict(finished.properties)
    assert re.fullmatch("[0-9a-f]{64}", told.pop("绩效.正文摘要"))
    of_scores = properties(scores)
    assert told.pop("绩效.文件摘要") != of_scores.pop("绩效.文件摘要")
    assert told == of_scores
    assert finished.is_untouched
    assert finished.has_its_text
    assert finished.record is not None
    assert len(finished.record.sums) == len(finished.lines) > 400


def test_the_version_is_that_of_the_package() -> None:
    assert version("jixiao") == generator.__version__


def test_the_files_are_sound(report: Path) -> None:
    assert OpenXmlValidator().validate(str(report)).errors == []
    assert Document(str(report)).paragraphs


@pytest.mark.parametrize("kind", ["report", "scores"])
def test_nothing_tells_of_the_machine(request: pytest.FixtureRequest, place: Path, kind: str) -> None:
    file: Path = request.getfixturevalue(kind)
    told = {str(place), str(ROOT), socket.gethostname(), getpass.getuser() + "@"}
    for name, data in parts(file.read_bytes()).items():
        text = re.sub(r"<dc:creator [^>]*>梅州市工业和信息化局</dc:creator>", "", data.decode("utf-8", "replace"))
        # A short name of a computer may stand anywhere by chance.
        assert [word for word in told if len(word) > 5 and word in text] == [], name
        assert not re.search(r"creator|lastModifiedBy|dcterms|openpyxl|<(Company|Application|AppVersion)", text), name


def test_elsewhere_and_later_the_bytes_are_the_same(place: Path, report: Path, scores: Path, tmp_path: Path) -> None:
    """Another process, another folder, another seed of hashing."""
    elsewhere = tmp_path / "别处"
    script = (
        "import sys; from pathlib import Path; from generator import pipeline as p\n"
        "from generator.exports import scoring_form as q\n"
        "p.publish(p.prepare(Path(sys.argv[1]), Path('报告.docx')))\n"
        "p.publish(q.prepare_scores(Path(sys.argv[1]), Path('表.xlsx')))"
    )
    elsewhere.mkdir()
    command = [sys.executable, "-c", script, str(place / SOURCE)]
    subprocess.run(command, cwd=elsewhere, check=True, env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7"})
    assert (elsewhere / "报告.docx").read_bytes() == report.read_bytes()
    assert (elsewhere / "表.xlsx").read_bytes() == scores.read_bytes()


class TestLayoutsOfPeople:
    """A layout that somebody saved in Word: its properties name people and places."""

    CORE = (
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>绩效</dc:title><dc:creator>某人</dc:creator>'
        "<cp:lastModifiedBy>某人</cp:lastModifiedBy><cp:revision>7</cp:revision>"
        '<dcterms:created xsi:type="dcterms:W3CDTF">2020-01-01T00:00:00Z</dcterms:created>'
        "<dc:subject/></cp:coreProperties>"
    )
    APP = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        "<Template>D:\\某人\\模板.dotm</Template><TotalTime>9</TotalTime><Company>某局</Company><Manager/><Pages>3</Pages>"
        "</Properties>"
    )
    CUSTOM = (
        '<op:Properties xmlns:op="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
        'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
        "<op:property fmtid='{D5CDD505-2E9C-101B-9397-08002B2CF9AE}' pid='2' name='密级'>"
        "<vt:lpwstr>内部 &amp; 公开</vt:lpwstr></op:property>"
        '<op:property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="3" name="绩效.填报文件">'
        "<vt:lpwstr>旧.yaml</vt:lpwstr></op:property>"
        '<op:property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="4" name="份数"><vt:i4>3</vt:i4></op:property>'
        '<op:property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="5" name="空"><vt:empty/></op:property>'
        "</op:Properties>"
    )

    @pytest.fixture
    def layout(self, report: Path) -> bytes:
        """A Word file with all three kinds of properties."""
        content = {name: data for name, data in parts(report.read_bytes()).items() if "customXml" not in name}
        types, relations = "[Content_Types].xml", "_rels/.rels"
        office = "application/vnd.openxmlformats-officedocument.extended-properties+xml"
        made = f'<Override PartName="/docProps/app.xml" ContentType="{office}"/></Types>'
        content[types] = re.sub(rb"<Override[^>]*itemProps[^>]*>", b"", content[types])
        content[types] = content[types].replace(b"</Types>", made.encode())
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/extended-properties"
        made = f'<Relationship Id="rId77" Type="{kind}" Target="docProps/app.xml"/></Relationships>'
        content[relations] = content[relations].replace(b"</Relationships>", made.encode())
        rels = "word/_rels/document.xml.rels"
        content[rels] = re.sub(rb"<Relationship [^>]*customXml[^>]*>", b"", content[rels])
        content |= {f"docProps/{name}.xml": text.encode() for name, text in
                    (("core", self.CORE), ("app", self.APP), ("custom", self.CUSTOM))}  # fmt: skip
        return package(content)

    @pytest.fixture
    def stamp(self, report: Path) -> Stamp:
        stamp = open_finished(report.read_bytes()).stamp
        assert stamp is not None
        return stamp

    def test_people_are_forgotten_the_title_is_not(self, layout: bytes, stamp: Stamp) -> None:
        content = parts(stamped(layout, stamp))
        core, app = content["docProps/core.xml"].decode(), content["docProps/app.xml"].decode()
        assert re.findall(r"<(\w+:\w+)", core) == ["cp:coreProperties", "dc:title", "dc:subject", "dc:creator"]
        assert "某人" not in core
        assert re.findall(r"<(\w+)", app) == ["Properties", "Pages"]

    def test_properties_of_the_layout_stay(self, layout: bytes, stamp: Stamp, tmp_path: Path) -> None:
        data = stamped(layout, stamp)
        text = parts(data)["docProps/custom.xml"].decode()
        finished = open_finished(data)
        assert finished.properties["密级"] == "内部 & 公开"
        assert finished.properties["绩效.填报文件"] == SOURCE.stem
        assert text.count("绩效.填报文件") == 1
        assert "<vt:i4>3</vt:i4>" in text
        numbers = re.findall(r"""pid=["'](\d+)""", text)
        assert numbers == [str(number) for number in range(2, 2 + len(numbers))]
        assert finished.is_untouched
        (tmp_path / "报告.docx").write_bytes(data)
        assert OpenXmlValidator().validate(str(tmp_path / "报告.docx")).errors == []

    def test_a_report_that_serves_as_a_layout_is_stamped_anew(self, report: Path, stamp: Stamp) -> None:
        again = stamped(report.read_bytes(), stamp._replace(state=DRAFT), [("表.xlsx", "0" * 64)])
        content = parts(again)
        assert sorted(content) == sorted(parts(report.read_bytes()))
        finished = open_finished(again)
        assert finished.stamp is not None
        assert finished.stamp.state == DRAFT
        assert finished.record is not None
        assert finished.record.sources == (("表.xlsx", "0" * 64),)
        assert finished.is_untouched

    def test_a_name_that_xml_cannot_hold(self, layout: bytes, stamp: Stamp) -> None:
        odd = stamp._replace(input_name='a\x07<&">\ud800.yaml')
        finished = open_finished(stamped(layout, odd, [('表"<&>\x01.xlsx', "1" * 64)]))
        assert finished.properties["绩效.填报文件"] == 'a\ufffd<&">\ufffd.yaml'
        assert finished.record is not None
        assert finished.record.sources == (('表"<&>\ufffd.xlsx', "1" * 64),)


class TestDigests:
    def test_what_makes_the_template_counts_and_nothing_else(self, place: Path) -> None:
        folder = place / "templates" / "meizhou"
        first = digest_of_template(folder, "报告.docx")
        (folder / "tests" / "新.yaml").write_text("- 名称: 新\n", "utf-8")
        (folder / "~$报告.docx").write_bytes(b"lock")
        assert digest_of_template(folder, "报告.docx") == first
        seen = {first}
        for name in ("template.yaml", "fields.yaml", "indicators.yaml", "checks.yaml", "报告.docx"):
            (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
            seen.add(digest_of_template(folder, "报告.docx"))
        (folder / "checks.yaml").unlink()
        seen.add(digest_of_template(folder, "报告.docx"))
        assert len(seen) == 7

    @pytest.mark.usefixtures("place")
    def test_sources_count_by_name_and_content(self) -> None:
        submission = pipeline.assess(SOURCE).submission
        a, b = ("a.csv", "1" * 64), ("b.csv", "2" * 64)
        stamps = [
            stamp_of(replace(submission, sources=sources))
            for sources in ((), (a,), (a, b), (b, a), (("a.csv", "2" * 64),))
        ]
        assert stamps[0].sources_digest == ""
        assert stamps[2] == stamps[3]
        assert len({stamp.sources_digest for stamp in stamps}) == 4


def test_a_report_has_the_stamp_of_todays_assessment(report: Path) -> None:
    made = pipeline.assess(SOURCE)
    assert open_finished(report.read_bytes()).stamp == stamp_of(made.submission, report=made.report.file_name)


def test_properties_state_who_and_when_as_the_filing_does(place: Path) -> None:
    filing = place / SOURCE
    filing.write_text(filing.read_text("utf-8") + "\n封面: {填报日期: 2022年5月20日}\n", encoding="utf-8")
    core = Document(str(generator.render(filing, place).path)).core_properties
    assert (core.author, str(core.created), str(core.modified)) == (
        "梅州市工业和信息化局", "2022-05-20 00:00:00+00:00", "2022-05-20 00:00:00+00:00"
    )  # fmt: skip


def test_a_package_that_was_packed_anew_is_untouched(report: Path) -> None:
    """By an e-mail gateway, say: it is the contents that count."""
    assert open_finished(package(parts(report.read_bytes()))).is_untouched
    entries = own_package(report.read_bytes())
    assert write_package(entries) == report.read_bytes()
