"""``jixiao verify``: what became of a report, and of what it was made of."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import generator
from generator import pipeline
from generator.cli import main
from generator.provenance.finished import State, open_finished
from generator.provenance.stamp import DRAFT, stamp_of, stamped
from generator.provenance.verify import find_input, verify
from generator.workflows.convert import plan, write
from tests.provenance.conftest import INPUT, Change, package, parts, stamped_as_before

SOURCE = Path("inputs") / INPUT


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["verify", *map(str, arguments)], prog_name="jixiao")


def told(*arguments: str | Path) -> list[dict[str, Any]]:
    """What programs are told."""
    result = run(*arguments, "--format", "json")
    found: list[dict[str, Any]] = json.loads(result.stdout)["result"]
    assert result.exit_code == (0 if all(one["current"] for one in found) else 1)
    return found


def states(file: Path, *arguments: str | Path) -> list[str]:
    (one,) = told(file, *arguments)
    found: list[str] = one["states"]
    assert one["current"] == (found == ["current"])
    return found


def edit(report: Path, change: Change) -> None:
    change(report, "word/document.xml", "年度部门", "年度各部门")


def test_a_report_and_a_workbook_as_written(report: Path, scores: Path) -> None:
    result = run(report, scores)
    assert result.exit_code == 0
    assert result.stdout == "\n\n".join(
        f"{file}：现行（与填报、模板一致）\n  填报：{SOURCE}\n  模板：meizhou（2021）\n  程序：0.2.0"
        for file in (report, scores)
    ) + "\n"  # fmt: skip
    assert [one["states"] for one in told(report, scores)] == [["current"], ["current"]]


def test_what_a_filing_says_counts_and_not_how(report: Path) -> None:
    text = SOURCE.read_text("utf-8")
    year = next(line for line in text.splitlines(keepends=True) if line.startswith("年度:"))
    SOURCE.write_text(text.replace(year, "").replace("48名", "'48'") + f"\n# 注释\n{year}", "utf-8")
    assert states(report) == ["current"]
    book = SOURCE.with_suffix(".xlsx")
    write(plan([SOURCE], book))
    SOURCE.write_text(text.replace("48名", "49名"), "utf-8")
    # Both are there: the one that says what the report was made of counts.
    assert told(report)[0]["input"] == str(book)
    assert states(report, "--input", book) == ["current"]
    book.unlink()
    assert states(report) == ["input_changed"]


def test_a_stamp_of_bytes_is_of_one_file_alone(report: Path) -> None:
    report.write_bytes(stamped_as_before(report.read_bytes(), SOURCE))
    assert states(report) == ["current"]
    SOURCE.write_bytes(SOURCE.read_bytes() + b"\n")
    assert states(report) == ["input_changed"]
    # It is of the same filing, whose next report takes its place.
    generator.render(SOURCE, report)
    assert states(report) == ["current"]


def test_an_input_that_changed(report: Path) -> None:
    SOURCE.write_bytes(SOURCE.read_bytes().replace("第五届".encode(), "第六届".encode(), 1))
    assert states(report) == ["input_changed"]
    result = run(report)
    assert result.exit_code == 1
    assert f"{report}：填报已变\n  填报：{SOURCE}，已变\n" in result.stdout


def test_an_input_that_is_elsewhere(report: Path, place: Path, tmp_path: Path) -> None:
    SOURCE.rename(tmp_path / "改了名.yaml")
    assert states(report) == ["input_not_found"]
    assert f"  填报：{SOURCE.stem}（没有找到，未核对）\n" in run(report).stdout
    assert states(report, "--input", tmp_path / "改了名.yaml") == ["current"]
    result = run(report, "--input", "没有.yaml")
    assert result.exit_code == 3
    assert "JX623" in result.stderr
    shutil.copy(tmp_path / "改了名.yaml", place / "outputs" / INPUT)
    assert states(report) == ["current"]


def test_of_several_inputs_the_one_that_it_was_made_of(report: Path, place: Path) -> None:
    (place / "outputs" / INPUT).write_text("模板: 别的\n", "utf-8")
    (one,) = told(report)
    assert one["input"] == str(SOURCE)
    SOURCE.write_text("模板: 都变了\n", "utf-8")
    (one,) = told(report)
    assert (one["input"], one["states"]) == (f"outputs/{INPUT}", ["input_changed"])


def test_an_input_that_cannot_be_read_or_asked_about(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No permission, or a system that refuses the name."""
    stamp = open_finished(report.read_bytes()).stamp
    assert stamp is not None

    def refuse(*_: object) -> bytes:
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", refuse)
        assert find_input(report, stamp) == SOURCE.absolute()
    monkeypatch.setattr(Path, "is_file", refuse)
    assert find_input(report, stamp) is None


@pytest.mark.parametrize("name", ["../inputs/x.yaml", "..", "/etc/passwd", "C:\\x", "a\\b", "", "a\0b"])
def test_a_name_from_a_strangers_file_leads_nowhere(report: Path, name: str) -> None:
    stamp = open_finished(report.read_bytes()).stamp
    assert stamp is not None
    assert find_input(report, stamp._replace(input_name=name)) is None


@pytest.mark.parametrize(
    ("name", "old", "new", "state"),
    [
        ("word/charts/chart1.xml", ">0.983<", ">1<", "altered"),
        ("word/charts/chart1.xml", ">0.983<", ">0.98299999999999998<", "resaved"),
        ("word/styles.xml", "</w:styles>", "</w:styles >", "resaved"),
    ],
)
def test_a_figure_of_a_chart_counts(report: Path, change: Change, name: str, old: str, new: str, state: str) -> None:
    change(report, name, old, new)
    (one,) = told(report)
    assert (one["states"], len(one["oddities"])) == ([state], state == "altered")


def test_a_template_that_changed(report: Path, place: Path) -> None:
    manifest = place / "templates" / "meizhou" / "template.yaml"
    manifest.write_bytes(manifest.read_bytes() + b"\n")
    assert states(report) == ["template_changed"]
    assert "  模板：meizhou（2021），已变\n" in run(report).stdout
    manifest.write_text("坏了", "utf-8")
    assert states(report) == ["template_changed"]


def test_a_template_that_has_gone(report: Path, place: Path) -> None:
    (place / "templates" / "meizhou").rename(place / "templates" / "别名")
    # The shipped one of that name is looked for as well.
    assert states(report) == ["current"]
    assert states(report, "--templates", "templates") == ["template_not_found"]
    assert "  模板：meizhou（2021）（没有找到，未核对）\n" in run(report, "--templates", "templates").stdout
    result = run(report, "--templates", "没有")
    assert result.exit_code == 3
    assert "没有" in result.stderr


def test_a_layout_that_has_gone(report: Path, place: Path) -> None:
    (place / "templates" / "meizhou" / "报告.docx").unlink()
    assert states(report) == ["template_changed"]


def test_a_template_that_cannot_be_read(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> str:
        raise PermissionError

    monkeypatch.setattr("generator.provenance.verify.digest_of_template", refuse)
    assert states(report) == ["template_changed"]


def test_another_program(report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("generator.provenance.verify", "generator.cli.compare"):
        monkeypatch.setattr(f"{module}.__version__", "9.9")
    assert states(report) == ["other_program"]
    assert "  程序：写出时 0.2.0，现在 9.9" in run(report).stdout


class TestEdited:
    def test_old_and_new_where_the_input_still_makes_it(self, report: Path, change: Change) -> None:
        edit(report, change)
        (one,) = told(report)
        assert one["states"] == ["edited"]
        (only,) = one["edits"]
        assert only["place"].startswith("第 91 段「2021年度各部门")
        assert only["old"].replace("年度部门", "年度各部门") == only["new"]
        result = run(report)
        assert result.exit_code == 1
        assert "  改动：1 处\n    第 91 段" in result.stdout
        assert "\n      原文：2021年度部门" in result.stdout
        assert "\n      现文：2021年度各部门" in result.stdout

    def test_only_the_new_where_it_does_not(self, report: Path, change: Change) -> None:
        edit(report, change)
        SOURCE.write_bytes(SOURCE.read_bytes().replace("第五届".encode(), "第六届".encode(), 1))
        (one,) = told(report)
        assert one["states"] == ["edited", "input_changed"]
        (only,) = one["edits"]
        assert only["old"] is None
        assert only["new"].startswith("2021年度各部门")
        assert "改动：1 处（写出时的报告不能重现，只列现在的文字）\n    第 91 段" in run(report).stdout
        assert "，现为：2021年度各部门" in run(report).stdout

    def test_only_the_new_where_the_input_is_refused_or_gone(self, report: Path, change: Change) -> None:
        edit(report, change)
        SOURCE.write_text("模板: meizhou\n", "utf-8")
        assert states(report) == ["edited", "input_changed"]
        SOURCE.unlink()
        (one,) = told(report)
        assert one["states"] == ["edited", "input_not_found"]
        assert one["edits"][0]["old"] is None

    def test_a_comment_in_the_input_does_not_keep_the_old_text_away(self, report: Path, change: Change) -> None:
        """By its bytes it is another input, but makes the same text."""
        report.write_bytes(stamped_as_before(report.read_bytes(), SOURCE))
        edit(report, change)
        SOURCE.write_bytes(SOURCE.read_bytes() + b"# more\n")
        (one,) = told(report)
        assert one["states"] == ["edited", "input_changed"]
        assert one["edits"][0]["old"]

    def test_a_cell_an_added_and_a_removed_paragraph(self, report: Path, change: Change) -> None:
        def paragraphs(content: dict[str, bytes]) -> list[str]:
            return content["word/document.xml"].decode().split("</w:p>")

        content = parts(report.read_bytes())
        whole = paragraphs(content)
        gone = next(n for n, text in enumerate(whole) if "重点工作任务" in text)
        removed = whole[gone]
        whole[gone] = removed[: removed.index("<w:p>") if "<w:p>" in removed else removed.index("<w:p ")]
        whole[gone] += "<w:p><w:r><w:t>添上的一段。</w:t></w:r></w:p><w:p>"
        content["word/document.xml"] = "</w:p>".join(whole).encode()
        report.write_bytes(package(content))
        change(report, "word/document.xml", "102.34", "103.34")
        (one,) = told(report)
        news = [one["new"] for one in one["edits"]]
        assert "添上的一段。" in news
        assert any("103.34" in new for new in news)
        shown = run(report).stdout
        assert "增加：添上的一段。" in shown or "现文：添上的一段。" in shown

    def test_a_paragraph_that_was_taken_out(self, report: Path) -> None:
        content = parts(report.read_bytes())
        whole = content["word/document.xml"].decode()
        at = whole.index("重点工作任务")
        start, end = max(whole.rfind("<w:p>", 0, at), whole.rfind("<w:p ", 0, at)), whole.index("</w:p>", at)
        content["word/document.xml"] = (whole[:start] + whole[end + len("</w:p>") :]).encode()
        report.write_bytes(package(content))
        assert "，删去：（二）年度总体工作和重点工作任务\n" in run(report).stdout
        SOURCE.unlink()
        assert "之后，删去了一段\n" in run(report).stdout
        (only,) = told(report)[0]["edits"]
        assert (only["old"], only["new"]) == (None, "")

    def test_a_record_that_was_lost_is_not_needed(self, report: Path, change: Change) -> None:
        edit(report, change)
        content = {name: data for name, data in parts(report.read_bytes()).items() if "customXml" not in name}
        report.write_bytes(package(content))
        assert states(report) == ["edited"]
        assert "原文：2021年度部门" in run(report).stdout
        SOURCE.unlink()
        (one,) = told(report)
        assert (one["states"], one["edits"]) == (["edited", "input_not_found"], [])

    def test_many_edits_are_counted(self, report: Path) -> None:
        content = parts(report.read_bytes())
        content["word/document.xml"] = content["word/document.xml"].decode().replace("。</w:t>", "！</w:t>").encode()
        report.write_bytes(package(content))
        result = run(report)
        assert "另有" in result.stdout
        assert result.stdout.count("原文：") == 30

    def test_a_workbook(self, scores: Path, change: Change) -> None:
        change(scores, "xl/worksheets/sheet1.xml", "<v>", "<v>1")
        assert states(scores) == ["altered"]
        assert f"{scores}：被改动过或另存过\n" in run(scores).stdout

    def test_only_the_look(self, report: Path, change: Change) -> None:
        change(report, "word/styles.xml", "<w:styles ", "<w:styles  ")
        assert states(report) == ["resaved"]
        assert f"{report}：文字未改，文件被另存过\n" in run(report).stdout


def test_tables_and_attachments_count(report: Path, place: Path) -> None:
    (place / "inputs" / "附件").mkdir()
    table, gone = place / "inputs" / "附件" / "表.csv", place / "inputs" / "没有.csv"
    table.write_text("甲,1\n", "utf-8")
    gone.write_text("乙,2\n", "utf-8")
    digests = [(f"附件/{table.name}", _digest(table)), (gone.name, _digest(gone)), ("../外面.csv", "0" * 64)]
    stamp = stamp_of(pipeline.assess(SOURCE).submission)
    report.write_bytes(stamped(report.read_bytes(), stamp, digests[:2]))
    assert states(report) == ["current"]
    table.write_text("甲,3\n", "utf-8")
    gone.unlink()
    (one,) = told(report)
    assert one["states"] == ["sources_changed"]
    assert one["sources"] == ["附件/表.csv", "没有.csv"]
    assert "  所附：附件/表.csv，已变\n  所附：没有.csv，没有找到\n" in run(report).stdout
    report.write_bytes(stamped(report.read_bytes(), stamp, digests[2:]))
    assert told(report)[0]["sources"] == ["../外面.csv"]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_draft_is_told(report: Path) -> None:
    stamp = open_finished(report.read_bytes()).stamp
    assert stamp is not None
    report.write_bytes(stamped(report.read_bytes(), stamp._replace(state=DRAFT)))
    assert states(report) == ["draft"]
    assert f"{report}：草稿\n" in run(report).stdout


def test_what_is_not_ours(report: Path, root: Path) -> None:
    layout = root / "templates" / "meizhou" / "报告.docx"
    result = run(layout, report)
    assert result.exit_code == 1
    assert result.stdout.count("：不是本程序写的\n") == 1
    assert "：现行" in result.stdout
    assert told(layout) == [
        {"file": str(layout), "current": False, "states": ["foreign"], "summary": "不是本程序写的", "provenance": None,
         "input": None, "template": None, "sources": [], "oddities": [], "edits": []}
    ]  # fmt: skip


def test_a_file_that_cannot_be_read_does_not_hide_the_others(report: Path) -> None:
    result = run(report, "没有.docx", report)
    assert result.exit_code == 3
    assert result.stdout.count("：现行") == 2
    assert "错误 JX623  没有.docx" in result.stderr
    assert run("没有.docx").stdout == ""


def test_every_state_is_said_in_chinese_and_has_a_name() -> None:
    assert len({state.value for state in State}) == len(State) >= 12


def test_a_program_may_ask_as_well(report: Path) -> None:
    verdict = verify(report, pipeline.print_again)
    assert verdict.is_current
    assert verdict.input is not None
    assert verdict.template is not None


def field(code: str, result: str) -> str:
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{code}</w:instrText></w:r>{separate}<w:r><w:t>{result}</w:t></w:r>{end}"


COMPATIBLE = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:zz="urn:zz"'
SCORE = '<w:t xml:space="preserve">102.34</w:t>'
ALTERNATIVES = (
    f'<mc:AlternateContent {COMPATIBLE}><mc:Choice Requires="zz">{SCORE}</mc:Choice>'
    "<mc:Fallback><w:t>109.99</w:t></mc:Fallback></mc:AlternateContent>"
)
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOUND = (
    '<w:sdt><w:sdtPr><w:dataBinding w:xpath="/cp:coreProperties/dc:title" w:prefixMappings="xmlns:cp=\'http://schemas.'
    "openxmlformats.org/package/2006/metadata/core-properties' xmlns:dc='http://purl.org/dc/elements/1.1/'\"/></w:sdtPr>"
    "<w:sdtContent><w:r>{}</w:r></w:sdtContent></w:sdt>"
)


SCORED = f"<w:r>{SCORE}</w:r>"
BOX = "<w:pict><w:txbxContent><w:p>{}</w:p></w:txbxContent></w:pict>"
NORMAL = '<w:style w:type="paragraph" w:default="1" w:styleId="Normal">'


def looking(properties: str) -> str:
    """The score in a run of this look."""
    return f"<w:r><w:rPr>{properties}</w:rPr>{SCORE}</w:r>"


def style(name: str, inside: str) -> str:
    return f'<w:style w:type="paragraph" w:styleId="{name}">{inside}</w:style>'


def chain(length: int, last: str) -> str:
    """The default style based on others, each of which is based on the next."""
    others = [style(f"s{at}", f'<w:basedOn w:val="s{at + 1}"/>') for at in range(length)]
    return "".join([*others, style(f"s{length}", last), NORMAL, '<w:basedOn w:val="s0"/>'])


class TestWhatWordShows:
    """The text may be unchanged and what people see is not: it is never said to be unchanged."""

    @pytest.mark.parametrize(
        ("name", "old", "new", "said"),
        [
            (
                "word/document.xml",
                SCORE,
                ALTERNATIVES,
                "同一处存有几种内容",
            ),
            ("word/document.xml", "</w:p>", f"{field('FILENAME', '（另加9分）')}</w:p>", "域 FILENAME 里存着文字"),
            ("word/document.xml", "</w:p>", f"{field(' PAGE ', '9')}</w:p>", "域 PAGE 里存着文字「9」"),
            ("word/document.xml", "</w:p>", "<w:del><w:r><w:delText>9</w:delText></w:r></w:del></w:p>", "1 处修订"),
            ("word/document.xml", f"<w:r>{SCORE}</w:r>", BOUND.format(SCORE), "另存的数据"),
            (
                "word/document.xml",
                f"<w:r>{SCORE}</w:r>",
                f"<w:r><w:rPr><w:vanish/></w:rPr>{SCORE}</w:r>",
                "隐藏的文字",
            ),
            (
                "word/styles.xml",
                'w:styleId="Normal">',
                'w:styleId="Normal"><w:rPr><w:vanish/></w:rPr>',
                "隐藏的文字",
            ),
            # Whatever comes between it and the style that hides.
            ("word/styles.xml", NORMAL, chain(9, "<w:rPr><w:vanish/></w:rPr>"), "隐藏的文字"),
            ("word/document.xml", SCORED, looking('<w:color w:val="FFFFFF"/>'), "白色的文字（6 个字）「102.34」"),
            (
                "word/document.xml",
                SCORED,
                looking('<w:color w:val="fffffe"/><w:shd w:val="clear" w:fill="auto"/>'),
                "白色的文字（6 个字）",
            ),
            ("word/document.xml", SCORED, looking('<w:sz w:val="2"/>'), "小得看不见的文字（6 个字）"),
            (
                "word/_rels/document.xml.rels",
                "</Relationships>",
                f'<Relationship Id="rIdX" Type="{RELATION}/aFChunk" Target="x.html"/></Relationships>',
                "aFChunk（x.html）",
            ),
        ],
    )
    def test_it_is_told(self, report: Path, change: Change, name: str, old: str, new: str, said: str) -> None:
        change(report, name, old, new)
        result = run(report)
        assert (result.exit_code, states(report)) == (1, ["altered"])
        assert "注意：" in result.stdout
        assert said in result.stdout

    @pytest.mark.parametrize(
        ("name", "old", "new"),
        [
            ("word/document.xml", SCORED, looking('<w:vanish w:val="0"/>')),
            ("word/document.xml", SCORED, looking('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="1F4E79"/>')),
            ("word/document.xml", SCORED, looking('<w:color w:val="FFFFFF"/><w:highlight w:val="blue"/>')),
            ("word/document.xml", SCORED, looking('<w:color w:val="FF0000"/><w:sz w:val="10"/>')),
            ("word/document.xml", "</w:p>", '<w:r><w:rPr><w:vanish/><w:sz w:val="2"/></w:rPr><w:t> </w:t></w:r></w:p>'),
            # A text box that a tiny run holds has a size of its own.
            (
                "word/document.xml",
                SCORED,
                looking('<w:sz w:val="2"/>').replace(SCORE, BOX.format(SCORED)),
            ),
            ("word/styles.xml", NORMAL, chain(9, '<w:basedOn w:val="s0"/>')),
            # Styles that no text has, or of which a nearer one says otherwise.
            ("word/styles.xml", "</w:styles>", f"{style('Top', '<w:rPr><w:vanish/></w:rPr>')}</w:styles>"),
            (
                "word/styles.xml",
                NORMAL,
                chain(0, "<w:rPr><w:vanish/></w:rPr>") + '<w:rPr><w:vanish w:val="0"/></w:rPr>',
            ),
        ],
    )
    def test_what_can_be_seen_is_not_told(self, report: Path, change: Change, name: str, old: str, new: str) -> None:
        change(report, name, old, new)
        assert states(report) == ["resaved"]

    def test_what_a_layout_hides_is_no_change(self, report: Path, place: Path, change: Change) -> None:
        layout = place / "templates" / "meizhou" / "报告.docx"
        hidden = (f"<w:r><w:rPr>{look}</w:rPr><w:t>附注</w:t></w:r>" for look in ("<w:vanish/>", '<w:sz w:val="2"/>'))
        change(layout, "word/document.xml", "</w:p>", f"{''.join(hidden)}</w:p>")
        generator.render(SOURCE, report, force=True)
        change(report, "word/document.xml", "</w:p>", "</w:p><w:p/>")
        assert states(report) == ["resaved"]
        change(report, "word/document.xml", SCORED, looking("<w:vanish/>"))
        assert states(report) == ["altered"]

    def test_bytes_beside_the_parts(self, report: Path) -> None:
        for data in (report.read_bytes() + b"hidden", b"MZ" + report.read_bytes()):
            report.write_bytes(data)
            assert states(report) == ["altered"]
            assert "多余的内容" in run(report).stdout

    @pytest.mark.parametrize("resaved", [False, True])
    def test_a_draft_stays_one(self, report: Path, change: Change, *, resaved: bool) -> None:
        submission = pipeline.assess(SOURCE).submission
        report.write_bytes(stamped(report.read_bytes(), stamp_of(submission, DRAFT)))
        change(report, "docProps/custom.xml", "草稿", "正式")
        if resaved:
            change(report, "word/document.xml", "</w:p>", "</w:p><w:p/>")
        assert "altered" in states(report)
        assert "状态写的是「正式」，写出时是「草稿」" in run(report).stdout

    @pytest.mark.parametrize("data", [b"", b"text", b"PK\3\4 torn", package({"[Content_Types].xml": b"<Types/>"})[:-9]])
    def test_what_cannot_be_read_is_no_verdict(self, report: Path, data: bytes) -> None:
        report.write_bytes(data)
        result = run(report)
        assert (result.exit_code, "JX623" in result.stderr) == (3, True)
        # Closing it in Word, the mend of what cannot be opened, would not help.
        assert "另存为" in result.stderr
        assert "关闭" not in result.stderr

    def test_a_bundle_is_to_be_opened_first(self, report: Path) -> None:
        bundle = report.with_suffix(".ZIP")
        bundle.write_bytes(package({"校验.txt": b""}))
        result = run(bundle)
        assert (result.exit_code, "先解开" in result.stderr, "另存为" in result.stderr) == (3, True, False)

    def test_a_text_that_is_torn(self, report: Path, change: Change) -> None:
        change(report, "word/document.xml", "</w:body>", "")
        result = run(report)
        assert (result.exit_code, "JX623" in result.stderr, "另存为" in result.stderr) == (3, True, True)

    def test_a_broken_body_is_no_verdict(self, report: Path, change: Change) -> None:
        change(report, "word/document.xml", "</w:body>", "")
        assert run(report).exit_code == 3
