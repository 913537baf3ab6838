"""A volume of six reports: what is in it, in which order, and that everything keeps its look."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import docx
import msgspec
import pytest
from click.testing import CliRunner
from openxml_audit import OpenXmlValidator

from generator.base.diagnostics import Refused
from generator.exports.pdf import pages_of
from generator.provenance.finished import State
from generator.provenance.guard import is_current_pdf
from generator.provenance.verify import verify as verify_file
from generator.provenance.write import Existing
from generator.workflows.jobs import Job, Outcome, find_inputs
from generator.workflows.volume import Bound, bind, chapters_of, make_chapter, write_volume
from tests.batch.departments import write_province
from tests.volume.test_bindery import made as report
from tests.volume.test_bindery import xml as xml_of

ROOT = Path(__file__).parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def outcomes_of(files: list[Path], folder: Path) -> list[Outcome]:
    return [make_chapter(Job(at, file, folder)) for at, file in enumerate(files, 1)]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the inputs of five departments with one form, and one without a form."""
    folder = tmp_path_factory.mktemp("volume")
    shutil.copytree(ROOT / "templates", folder / "templates")
    made = write_province(folder, 13, ROOT / "inputs" / "meizhou-gxj-2021.yaml")
    for file in [*made.inputs[:8]]:
        file.unlink()
    shutil.copy(ROOT / "inputs" / "jiangmen-gxj-2021.yaml", folder / "inputs")
    return folder


@pytest.fixture(scope="module")
def outcomes(place: Path) -> list[Outcome]:
    return outcomes_of(find_inputs([str(place / "inputs")]), place)


@pytest.fixture(scope="module")
def bound(outcomes: list[Outcome]) -> Bound:
    return bind(*chapters_of(outcomes), unit="某某市财政局", with_pages=False)


@pytest.fixture(scope="module")
def two(outcomes: list[Outcome]) -> Bound:
    """One report of each layout."""
    return bind(*chapters_of([outcomes[0], outcomes[2]]), with_pages=False)


@pytest.fixture(scope="module")
def document(bound: Bound) -> docx.document.Document:
    return docx.Document(io.BytesIO(bound.data))


def test_it_is_a_sound_word_file(two: Bound, tmp_path: Path) -> None:
    """One report of each layout: the audit's time grows with the square of the length."""
    file = tmp_path / "汇编.docx"
    file.write_bytes(two.data)
    assert [str(error) for error in OpenXmlValidator().validate(file).errors] == []


def test_the_cover_says_what_it_is(bound: Bound, document: docx.document.Document) -> None:
    assert bound.count == 6
    assert bound.title == "2021年度部门整体支出绩效自评报告汇编"
    assert [one.text for one in document.paragraphs[:2]] == [bound.title, "某某市财政局"]


def test_every_report_is_listed_and_marked(bound: Bound) -> None:
    text = xml_of(bound.data)
    listed = re.findall(r'<w:hyperlink w:anchor="(\w+)"', text)[:7]
    assert listed == ["ReportRanking", *(f"Report{number:06}" for number in range(1, 7))]
    names = re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]*)"', text)
    assert len(names) == len(set(names))
    assert set(listed) <= set(names)
    numbers = re.findall(r'<w:bookmarkStart [^>]*w:id="([^"]*)"', text)
    assert len(numbers) == len(set(numbers))
    assert len(re.findall(r"PAGEREF Report", text)) == 7


def test_references_within_reports_lead_to_their_own(bound: Bound) -> None:
    text = xml_of(bound.data)
    names = set(re.findall(r'<w:bookmarkStart [^>]*w:name="([^"]*)"', text))
    leading = re.findall(r"(?:PAGE)?REF (\S+)", text)
    assert len(leading) > 7
    assert set(leading) <= names


def test_each_begins_on_an_odd_page_under_its_own_name(
    document: docx.document.Document, outcomes: list[Outcome]
) -> None:
    units = [chapter.unit for chapter in chapters_of(outcomes)[0]]
    begun = {}
    for section in document.sections:
        if not section.header.is_linked_to_previous and section.header.paragraphs[0].text:
            begun[section.header.paragraphs[0].text] = section
    assert list(begun) == units
    for section in begun.values():
        assert [kind.get(f"{W}val") for kind in section._sectPr.iter(f"{W}type")] == ["oddPage"]
        assert section.even_page_header.paragraphs[0].text == section.header.paragraphs[0].text


def test_page_numbers_run_through(bound: Bound) -> None:
    assert "w:start=" not in "".join(re.findall(r"<w:pgNumType[^>]*>", xml_of(bound.data)))


def test_landscape_pages_stay(document: docx.document.Document) -> None:
    turned = [int(one.page_width or 0) > int(one.page_height or 0) for one in document.sections]
    assert turned.count(True) >= 6  # the ranking, and the form behind each of the five


def test_captions_count_anew_in_each_report(bound: Bound) -> None:
    reports = xml_of(bound.data).split('w:name="Report0')[2:]
    counts = [set(re.findall(r"SEQ (\S+) ", report)) for report in reports]
    assert sum(map(len, counts)) == len(set().union(*counts)) >= 6


def test_reports_with_one_layout_share_their_styles(bound: Bound) -> None:
    sheet = xml_of(bound.data, "word/styles.xml")
    keys = re.findall(r'w:styleId="([^"]*)"', sheet)
    assert len(keys) == len(set(keys))
    assert {key.split("-")[0] for key in keys if key.startswith("FJ")} == {"FJ1", "FJ2"}
    used = set(re.findall(r'<w:(?:pStyle|rStyle|tblStyle) w:val="([^"]*)"', xml_of(bound.data)))
    assert used <= set(keys)


def test_like_parts_are_there_once(bound: Bound) -> None:
    with zipfile.ZipFile(io.BytesIO(bound.data)) as archive:
        footers = [name for name in archive.namelist() if re.search(r"[/-]footer\d*\.xml$", name)]
    assert len(footers) == 6  # two each of the front matter and the two layouts


def test_the_text_of_each_report_is_whole(bound: Bound, outcomes: list[Outcome]) -> None:
    whole = [one.text for one in docx.Document(io.BytesIO(bound.data)).paragraphs if one.text]
    for chapter in chapters_of(outcomes)[0]:
        alone = [one.text for one in docx.Document(io.BytesIO(chapter.data)).paragraphs if one.text]
        start = next(at for at in range(len(whole)) if whole[at : at + len(alone)] == alone)
        assert start > 0


def test_same_inputs_same_bytes(outcomes: list[Outcome], place: Path) -> None:
    two = [outcomes[0], outcomes[-1]]
    again = outcomes_of([one.input for one in two], place)
    made, before = (bind(*chapters_of(found), with_pages=False) for found in (again, two))
    assert made.data == before.data


def test_two_reports_of_one_department_are_told(outcomes: list[Outcome]) -> None:
    chapters, names = chapters_of(outcomes[:1])
    (found, _) = bind(chapters * 2, [*names, "旧.yaml"], with_pages=False).findings
    assert (found.code, f"{names[0]}、旧.yaml" in found.message) == ("JX885", True)
    # Those of two projects are two reports.
    other = msgspec.structs.replace(chapters[0], stamp=chapters[0].stamp._replace(report="另一个项目"))
    assert len(bind([*chapters, other], [*names, "项目二.yaml"], with_pages=False).findings) == 1


def test_paths_of_unrelated_folders_are_not_recorded(
    outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    files = [tmp_path / "甲" / "私人" / "一.yaml", tmp_path / "乙" / "二.yaml"]
    moved = [msgspec.structs.replace(outcomes[0], input=file) for file in files]
    assert chapters_of(moved)[1] == ["甲/私人/一.yaml", "乙/二.yaml"]
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert chapters_of(moved)[1] == ["一.yaml", "二.yaml"]


def test_pages_are_written_where_they_are_known(outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"Report000001": 7, "Report000002": 33}
    monkeypatch.setattr("generator.workflows.volume.count_pages", lambda _data, _count: (pages, ""))
    text = xml_of(bind(*chapters_of(outcomes[:2])).data)
    assert re.findall(r"PAGEREF (\w+).*?</w:fldChar>|<w:t>(\d*)</w:t></w:r><w:r><w:fldChar w:fldCharType=\"end\"", text)
    shown = re.findall(r'<w:t>(\d*)</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:hyperlink>', text)
    assert shown == ["", "7", "33"]


def of_three_pages(document: docx.document.Document) -> None:
    for _ in range(2):
        document.add_page_break()


def test_the_contents_list_is_right(outcomes: list[Outcome], to_pdf: object, tmp_path: Path) -> None:
    assert to_pdf  # skipped where LibreOffice is missing
    chapters, names = chapters_of(outcomes[-2:])
    short = [msgspec.structs.replace(one, data=report(of_three_pages)) for one in chapters]
    made = bind(short, names, title="汇编册")
    assert made.findings == ()
    shown = re.findall(
        r'<w:t>(\d*)</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r></w:hyperlink>', xml_of(made.data)
    )
    written = write_volume(made, tmp_path / "册.docx", pdf=True)
    assert written.pdf == tmp_path / "册.pdf"
    pages = pages_of(written.pdf.read_bytes())
    wanted = ["ReportRanking", *(f"Report{number:06}" for number in range(1, 3))]
    assert shown == [str(pages[name]) for name in wanted]
    assert all(pages[name] % 2 for name in wanted)
    assert sorted(pages[name] for name in wanted) == [pages[name] for name in wanted]
    assert is_current_pdf(written.pdf, made.stamp)


def test_an_office_that_makes_nothing_leaves_the_volume(
    outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: "/bin/false" if name == "soffice" else None)
    made = bind(*chapters_of(outcomes[:1]))
    assert [one.code for one in made.findings] == ["JX884"]
    assert "退出码 1" in made.findings[0].message
    written = write_volume(made, tmp_path, pdf=True)
    assert [one.code for one in written.findings] == ["JX884", "JX761"]
    assert written.pdf is None
    assert written.path.is_file()


def test_a_computer_without_an_office(outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    made = bind(*chapters_of(outcomes[:1]))
    assert "没有找到 LibreOffice" in made.findings[0].message
    written = write_volume(made, tmp_path, pdf=True)
    assert [one.code for one in written.findings] == ["JX884", "JX760"]


def test_an_old_office_tells_no_pages(outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.workflows.volume.as_pdf", lambda _data, _count: b"%PDF-1.4")
    made = bind(*chapters_of(outcomes[:1]))
    assert "7.4" in made.findings[0].message


def test_a_volume_that_cannot_be_opened_again_is_refused(
    outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    from generator.word import opc as package

    monkeypatch.setattr(package, "too_large", lambda _: (5000, 3 << 20))
    with pytest.raises(Refused) as refused:
        bind(*chapters_of(outcomes[:1]), with_pages=False)
    assert [(one.code, "3 MB、5000 个部件" in one.message) for one in refused.value.findings] == [("JX883", True)]


def test_what_a_package_may_hold(bound: Bound, monkeypatch: pytest.MonkeyPatch) -> None:
    from generator.word import opc as package

    entries = package.own_package(bound.data)
    assert package.too_large(entries) is None
    monkeypatch.setattr(package, "_MOST_ENTRIES", 10)
    assert package.too_large(entries) is not None


def test_a_bad_input_is_left_out_or_keeps_all_from_it(outcomes: list[Outcome], tmp_path: Path) -> None:
    bad = tmp_path / "坏.yaml"
    bad.write_text("模板: 没有\n", "utf-8")
    mixed = [*outcomes[:2], *outcomes_of([bad], tmp_path)]
    chapters, names = chapters_of(mixed)
    assert len(chapters) == len(names) == 2
    with pytest.raises(Refused) as refused:
        chapters_of(mixed, strict=True)
    assert [(one.code, one.span.file) for one in refused.value.findings] == [("JX882", str(bad))]
    with pytest.raises(Refused) as refused:
        chapters_of(mixed[2:])
    assert [one.code for one in refused.value.findings] == ["JX881"]


def test_it_knows_whether_it_is_current(two: Bound, place: Path) -> None:
    from generator import pipeline

    written = write_volume(two, place / "汇编.docx")
    assert verify_file(written.path, pipeline.print_again).is_current
    changed = place / "inputs" / "部门0010.yaml"
    before = changed.read_bytes()
    changed.write_bytes(before.replace("第五届".encode(), "第六届".encode(), 1))
    verdict = verify_file(written.path, pipeline.print_again)
    changed.write_bytes(before)
    assert verdict.states == (State.INPUT_CHANGED,)
    assert verdict.sources == ("部门0010.yaml",)
    # In another folder there is none of them.
    assert verify_file(written.path, pipeline.print_again, place / "templates").states[0] is State.INPUT_NOT_FOUND
    manifest = place / "templates" / "jiangmen" / "template.yaml"
    kept = manifest.read_text("utf-8")
    manifest.write_text(kept + "\n# \n", "utf-8")
    assert verify_file(written.path, pipeline.print_again).states == (State.TEMPLATE_CHANGED,)
    manifest.write_text(kept, "utf-8")


def test_inputs_that_are_gone(two: Bound, tmp_path: Path) -> None:
    from generator import pipeline

    written = write_volume(two, tmp_path / "别处" / "汇编.docx")
    assert State.INPUT_NOT_FOUND in verify_file(written.path, pipeline.print_again).states


def test_inputs_that_are_elsewhere_are_not_called_changed(two: Bound, place: Path, tmp_path: Path) -> None:
    from generator.cli import main

    written = write_volume(two, tmp_path / "汇编.docx")
    told = CliRunner().invoke(main, ["verify", str(written.path), "--input", str(place / "templates")]).stdout
    assert "  填报或所附：部门0010.yaml，没有找到\n" in told
    assert "，已变\n" not in told
    assert told.count("填报在别的文件夹里的，用 --input 写明那个文件夹。") == 1
    changed = place / "inputs" / "部门0010.yaml"
    before = changed.read_bytes()
    changed.write_bytes(before.replace("第五届".encode(), "第六届".encode(), 1))
    told = CliRunner().invoke(main, ["verify", str(written.path), "--input", str(place / "inputs")]).stdout
    changed.write_bytes(before)
    assert "  填报或所附：部门0010.yaml，已变\n" in told
    assert "--input" not in told


def test_one_that_was_edited_is_not_overwritten(two: Bound, tmp_path: Path) -> None:
    file = tmp_path / "汇编.docx"
    edited = docx.Document(io.BytesIO(two.data))
    edited.paragraphs[0].add_run("改")
    edited.save(str(file))
    with pytest.raises(Refused) as refused:
        write_volume(two, file)
    assert refused.value.findings[0].code == "JX621"
    write_volume(two, file, Existing.BACK_UP)
    assert (tmp_path / "汇编.备份1.docx").is_file()
    write_volume(two, file)  # ours and untouched


def test_inputs_on_several_drives(outcomes: list[Outcome], monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    def none_in_common(_: object) -> str:
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr(os.path, "commonpath", none_in_common)
    assert chapters_of(outcomes[:2])[1] == [outcome.input.name for outcome in outcomes[:2]]


def test_a_pdf_of_others_stays(two: Bound, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("generator.workflows.volume.as_pdf", lambda _data, _count: b"%PDF-1.4\nstartxref\n9\n%%EOF\n")
    (tmp_path / "册.pdf").write_bytes(b"%PDF somebody's")
    written = write_volume(two, tmp_path / "册.docx", pdf=True)
    assert (written.pdf, [one.code for one in written.findings]) == (None, ["JX884", "JX622"])
    written = write_volume(two, tmp_path / "册.docx", existing=Existing.BACK_UP, pdf=True)
    assert written.pdf == tmp_path / "册.pdf"
    assert (tmp_path / "册.备份1.pdf").read_bytes() == b"%PDF somebody's"
