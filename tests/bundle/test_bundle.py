"""What is handed in: what the archive holds, what it refuses, and that it is the same every time."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
import tracemalloc
import zipfile
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

import generator
from generator import pipeline
from generator.base.diagnostics import FileProblem, Refused
from generator.cli import main
from generator.exports.scoring_form import prepare_scores
from generator.provenance.write import Existing
from generator.word.read.document import text_lines
from generator.workflows import bundle as archive
from generator.workflows import bundle as making
from generator.workflows.bundle import bundle, shown_size
from tests.bundle.conftest import Bureau, read_archive

FILES = {
    "佐证/01 制度建设/制度汇编.pdf": b"%PDF rules",
    "佐证/01 制度建设/现场照片.JPG": b"\xff\xd8 photo",
    "佐证/02 信息公开/网页截图.png": b"\x89PNG page",
}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["bundle", *map(str, arguments)])


def handed_in(bureau: Bureau) -> dict[str, bytes]:
    return read_archive(bundle(bureau.input, bureau.target, pdf=False).path)


def refused(bureau: Bureau) -> list[tuple[str, str, str]]:
    with pytest.raises(Refused) as problem:
        bundle(bureau.input, bureau.target, pdf=False)
    assert not bureau.target.exists()
    assert list(bureau.folder.glob(".jixiao-*")) == []
    return [(one.code, str(one.severity), one.path) for one in problem.value.findings]


def test_what_is_in_it(bureau: Bureau) -> None:
    found = handed_in(bureau)
    assert list(found) == sorted(found)
    assert set(found) == {*FILES, "2024年报告.docx", "2024年报告评分表.xlsx", "佐证材料清单.xlsx", "校验.txt"}
    assert {name: found[name] for name in FILES} == FILES
    assert found["2024年报告.docx"] == generator.render(bureau.input, bureau.folder).path.read_bytes()
    assert found["2024年报告评分表.xlsx"] == next(iter(prepare_scores(bureau.input, bureau.folder).files.values()))


def test_the_review_and_its_answers_are_in_it(bureau: Bureau) -> None:
    texts = {".复核.yaml": "轮次:\n- {日期: 2025-03-15, 意见: [{指标: 整份填报, 意见: 请附问卷。}]}\n",
             ".答复.yaml": "答复:\n- {指标: 整份填报, 答复: 采纳}\n"}  # fmt: skip
    for ending, text in texts.items():
        bureau.input.with_name(bureau.input.stem + ending).write_text(text, "utf-8")
    found = handed_in(bureau)
    assert {name: data for name, data in found.items() if name.startswith("复核/")} == {
        f"复核/{bureau.input.stem}{ending}": text.encode() for ending, text in texts.items()
    }


def test_the_list_says_where_everything_is(bureau: Bureau) -> None:
    sheet = load_workbook(io.BytesIO(handed_in(bureau)["佐证材料清单.xlsx"])).worksheets[0]
    assert [sheet["A1"].value, sheet["A2"].value] == ["佐证材料清单", "2024年报告"]
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)] == [
        ["序号", "指标", "佐证材料", "文件", "说明"],
        ["1", "01 制度建设", "部门职责文件", None, "只有标题，没有附文件"],
        ["2", "01 制度建设", "制度汇编", "佐证/01 制度建设/制度汇编.pdf", None],
        ["3", "01 制度建设", "现场照片", "佐证/01 制度建设/现场照片.JPG", None],
        ["4", "02 信息公开", "制度", "佐证/01 制度建设/制度汇编.pdf", "和第 2 项的文件相同，只放一份"],
        ["5", "02 信息公开", "网页截图", "佐证/02 信息公开/网页截图.png", None],
    ]


def test_every_digest_is_right(bureau: Bureau) -> None:
    found = handed_in(bureau)
    lines = found.pop("校验.txt").decode("utf-8").splitlines()
    assert lines == [f"{sha256(data).hexdigest()}  {name}" for name, data in found.items()]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="sha256sum is missing")
def test_sha256sum_finds_the_unpacked_files_as_they_were(bureau: Bureau, tmp_path: Path) -> None:
    bundle(bureau.input, bureau.target, pdf=False)
    with zipfile.ZipFile(bureau.target) as opened:
        opened.extractall(tmp_path / "收件")
    command = ["sha256sum", "-c", "--strict", "--quiet", "校验.txt"]
    checked = subprocess.run(command, cwd=tmp_path / "收件", capture_output=True, check=False)
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")
    (tmp_path / "收件" / "佐证" / "01 制度建设" / "制度汇编.pdf").write_bytes(b"other")
    assert subprocess.run(command, cwd=tmp_path / "收件", capture_output=True, check=False).returncode == 1


def test_the_same_input_makes_the_same_bytes(bureau: Bureau) -> None:
    first = bundle(bureau.input, bureau.folder / "一.zip", pdf=False).path.read_bytes()
    for file in bureau.folder.rglob("*.*"):
        os.utime(file, (1_000_000_000, 1_000_000_000))
    assert bundle(bureau.input, bureau.folder / "二.zip", pdf=False).path.read_bytes() == first


def test_names_are_utf8_and_say_so(bureau: Bureau) -> None:
    bundle(bureau.input, bureau.target, pdf=False)
    with zipfile.ZipFile(bureau.target) as opened:
        entries = opened.infolist()
    # Bit 11: without it, Windows takes names for those of the system's code page.
    assert all(entry.flag_bits & 0x800 for entry in entries)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {entry.external_attr >> 16 for entry in entries} == {0o100644}


def test_the_report_lists_the_evidence_as_well(bureau: Bureau) -> None:
    lines = text_lines(handed_in(bureau)["2024年报告.docx"], "报告")
    assert [line.rstrip() for line in lines] == [
        "2024年，10分",
        "1 制度建设 部门职责文件",
        "2 制度建设 制度汇编 制度汇编.pdf",
        "3 制度建设 现场照片 scan001.JPG",
        "4 信息公开 制度 制度汇编.pdf",
        "5 信息公开 网页截图 网页截图.png",
    ]


def test_copies_of_one_file_are_there_once(bureau: Bureau) -> None:
    bureau.put("佐证/另存.pdf", b"%PDF rules")
    bureau.says("标题: 制度, 文件: 佐证/制度汇编.pdf", "标题: 制度, 文件: 佐证/另存.pdf")
    assert [name for name in handed_in(bureau) if name.startswith("佐证/02")] == ["佐证/02 信息公开/网页截图.png"]


def test_several_files_under_one_title_are_numbered(bureau: Bureau) -> None:
    bureau.put("佐证/scan002.JPG", b"\xff\xd8 second")
    bureau.put("佐证/三.pdf", b"%PDF third")
    files = "".join(f", {{标题: 现场照片, 文件: 佐证/{name}}}" for name in ("scan002.JPG", "三.pdf"))
    bureau.says("文件: 佐证/scan001.JPG}]", f"文件: 佐证/scan001.JPG}}{files}]")
    found = handed_in(bureau)
    photos = ["现场照片（1）.JPG", "现场照片（2）.JPG", "现场照片（3）.pdf"]
    assert [name.rpartition("/")[2] for name in found if "照片" in name] == photos
    sheet = load_workbook(io.BytesIO(found["佐证材料清单.xlsx"])).worksheets[0]
    assert sheet["D6"].value == "\n".join(f"佐证/01 制度建设/{name}" for name in photos)


@pytest.mark.parametrize(
    ("title", "file", "expected"),
    [
        ("a/b: c?", "一.pdf", "a_b_ c_.pdf"),
        ("con", "一.pdf", "_con.pdf"),
        ("../../上级", "一.pdf", "_.._上级.pdf"),
        ("名" * 300, "一.pdf", f"{'名' * 65}.pdf"),
        ("甲", "一.p?f", "甲.p_f"),
        ("甲", "一", "甲"),
        ("报告.", "一.太长的扩展名", "报告..太长的扩展名"),
        ("…", "一.pdf", "….pdf"),
        ("甲\\乙", "一.pdf", "甲_乙.pdf"),
    ],
)
def test_hostile_names_are_made_safe(bureau: Bureau, title: str, file: str, expected: str) -> None:
    bureau.put(f"佐证/{file}", b"data")
    escaped = title.replace("\\", "\\\\")
    bureau.says("{标题: 现场照片, 文件: 佐证/scan001.JPG}", f'{{标题: "{escaped}", 文件: "佐证/{file}"}}')
    found = handed_in(bureau)
    assert found[f"佐证/01 制度建设/{expected}"] == b"data"
    assert all(not name.startswith("/") and ".." not in name.split("/") and "\\" not in name for name in found)


def test_names_that_differ_only_in_case_do_not_meet(bureau: Bureau) -> None:
    for name in ("一", "二", "三"):
        bureau.put(f"佐证/{name}.pdf", name.encode())
    bureau.says(
        "{标题: 现场照片, 文件: 佐证/scan001.JPG}",
        "{标题: abc, 文件: 佐证/一.pdf}, {标题: ABC, 文件: 佐证/二.pdf}, {标题: aBc, 文件: 佐证/三.pdf}",
    )
    found = handed_in(bureau)
    assert found["佐证/01 制度建设/abc.pdf"] == "一".encode()
    assert found["佐证/01 制度建设/ABC（1）.pdf"] == "二".encode()
    assert found["佐证/01 制度建设/aBc（2）.pdf"] == "三".encode()


def test_without_evidence_there_is_no_list(bureau: Bureau) -> None:
    text = "\n".join(line for line in bureau.input.read_text("utf-8").splitlines() if not line.startswith("    佐证"))
    bureau.input.write_text(text.replace(", 佐证: 佐证/网页截图.png", ""), "utf-8")
    assert set(handed_in(bureau)) == {"2024年报告.docx", "2024年报告评分表.xlsx", "校验.txt"}


def test_without_a_scoring_form_there_are_no_scores(root: Path, tmp_path: Path) -> None:
    made = bundle(root / "inputs" / "jiangmen-gxj-2021.yaml", tmp_path, pdf=False)
    assert made.path.name.endswith("报送材料.zip")
    assert [Path(name).suffix for name in made.names] == [".docx", ".txt"]
    assert made.names[1] == "校验.txt"


def test_a_missing_file_keeps_everything_from_being_written(bureau: Bureau) -> None:
    (bureau.folder / "佐证" / "制度汇编.pdf").unlink()
    assert [one.severity for one in pipeline.assess(bureau.input).findings] == ["warning", "warning"]
    assert refused(bureau) == [
        ("JX263", "error", "指标.制度建设.佐证[2]"),
        ("JX263", "error", "指标.信息公开.佐证.文件"),
    ]


def test_an_empty_file_is_none(bureau: Bureau) -> None:
    bureau.put("佐证/制度汇编.pdf", b"")
    assert {(code, severity) for code, severity, _ in refused(bureau)} == {("JX264", "error")}


def test_what_the_report_is_refused_for_is_refused_here(bureau: Bureau) -> None:
    bureau.says("自评分: 4", "自评分: 5")
    assert refused(bureau)[0][0] == "JX219"


def test_links_that_lead_out_are_refused(bureau: Bureau, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("别处") / "秘密.pdf"
    outside.write_bytes(b"secret")
    (bureau.folder / "佐证" / "制度汇编.pdf").unlink()
    (bureau.folder / "佐证" / "制度汇编.pdf").symlink_to(outside)
    assert {code for code, *_ in refused(bureau)} == {"JX262"}


def test_the_target_is_no_evidence(bureau: Bureau) -> None:
    bundle(bureau.input, bureau.target, pdf=False)
    before = bureau.target.read_bytes()
    bureau.says("[部门职责文件,", "[报送.zip,")
    with pytest.raises(Refused, match="JX643"):
        bundle(bureau.input, bureau.target, pdf=False, existing=Existing.REPLACE)
    assert bureau.target.read_bytes() == before


def test_an_archive_of_ours_is_replaced(bureau: Bureau) -> None:
    bundle(bureau.input, bureau.target, pdf=False)
    before = bureau.target.read_bytes()
    bureau.says("部门职责文件", "职责文件")
    handed_in(bureau)
    assert bureau.target.read_bytes() != before


def test_an_archive_of_another_filing_is_not(bureau: Bureau) -> None:
    bundle(bureau.input, bureau.target, pdf=False)
    bureau.says("年度: 2024", "年度: 2025")
    with pytest.raises(Refused, match=r"JX641.*由另一份填报"):
        bundle(bureau.input, bureau.target, pdf=False)


@pytest.mark.parametrize("kind", ["text", "zip", "changed", "folder"])
def test_what_is_not_ours_is_not_replaced(bureau: Bureau, kind: str) -> None:
    if kind == "folder":
        bureau.target.mkdir()
        with pytest.raises(FileProblem, match="JX601"):
            bundle(bureau.input, bureau.target, pdf=False)
        assert list(bureau.target.iterdir()) == []
        return
    if kind == "changed":
        bundle(bureau.input, bureau.target, pdf=False)
    if kind == "text":
        bureau.target.write_bytes(b"mine")
    else:
        with zipfile.ZipFile(bureau.target, "a") as opened:
            opened.writestr("另加的.txt", "mine")
    before = bureau.target.read_bytes()
    with pytest.raises(Refused) as problem:
        bundle(bureau.input, bureau.target, pdf=False)
    (finding,) = problem.value.findings
    assert (finding.code, bureau.target.read_bytes()) == ("JX641", before)
    assert ("打包以后有人" if kind == "changed" else "不是 jixiao 打的包") in finding.message
    assert "报送.备份1.zip" in finding.hint
    bundle(bureau.input, bureau.target, pdf=False, existing=Existing.BACK_UP)
    assert archive.why_not_ours(bureau.target) == ""
    assert bureau.target.with_name("报送.备份1.zip").read_bytes() == before
    bureau.target.write_bytes(before)
    bundle(bureau.input, bureau.target, pdf=False, existing=Existing.REPLACE)
    assert archive.why_not_ours(bureau.target) == ""
    assert not bureau.target.with_name("报送.备份2.zip").exists()


def test_what_comes_meanwhile_is_not_lost_either(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "_limit", lambda *_: bureau.target.write_bytes(b"mine"))
    with pytest.raises(Refused, match="JX641"):
        bundle(bureau.input, bureau.target, pdf=False)
    assert bureau.target.read_bytes() == b"mine"
    made = bundle(bureau.input, bureau.target, pdf=False, existing=Existing.BACK_UP)
    assert (made.path.with_name("报送.备份1.zip").read_bytes(), archive.why_not_ours(made.path)) == (b"mine", "")


def test_an_empty_file_and_an_archive_of_ours_need_no_backup(bureau: Bureau) -> None:
    bureau.target.touch()
    for _ in range(2):
        bundle(bureau.input, bureau.target, pdf=False, existing=Existing.BACK_UP)
    assert [file.name for file in bureau.folder.glob("*.zip")] == ["报送.zip"]


def test_a_file_that_grows_meanwhile_is_noticed(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bureau.folder / "佐证" / "制度汇编.pdf"

    def change(data: bytes) -> list[tuple[str, str, str]]:
        file.write_bytes(b"%PDF rules")
        limit = making._limit
        with monkeypatch.context() as patch:
            patch.setattr(making, "_limit", lambda *given: (limit(*given), file.write_bytes(data)))
            return refused(bureau)

    expected = [("JX644", "error", "")]
    assert change(b"%PDF rules and more") == expected
    assert change(b"%PDF ru") == expected
    assert change(b"%PDF RULES") == expected


def test_a_file_that_goes_away_meanwhile(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    file = bureau.folder / "佐证" / "制度汇编.pdf"
    monkeypatch.setattr(making, "_limit", lambda *_: file.unlink())
    assert [code for code, *_ in refused(bureau)] == ["JX265"]


def test_a_file_that_breaks_off_while_it_is_read(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(5, "Input/output error")

    opened = archive._opened
    monkeypatch.setattr(archive, "_opened", lambda member: Broken() if member.file is not None else opened(member))
    assert [code for code, *_ in refused(bureau)] == ["JX265"]


def test_nonsense_of_size_is_refused(bureau: Bureau) -> None:
    with (bureau.folder / "佐证" / "制度汇编.pdf").open("r+b") as file:
        file.truncate(3_000_000)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "_MOST_BYTES", 2_000_000)
        with pytest.raises(Refused) as problem:
            bundle(bureau.input, bureau.target, pdf=False)
    (finding,) = problem.value.findings
    assert finding.code == "JX642"
    assert "共 3." in finding.message
    assert "制度汇编.pdf（3.0 MB）" in finding.hint


def test_large_files_pass_through_without_being_held(bureau: Bureau) -> None:
    with (bureau.folder / "佐证" / "录像.bin").open("wb") as file:
        file.truncate(100_000_000)  # sparse: nothing of it is on the disk
    bureau.says("[部门职责文件,", "[{标题: 录像, 文件: 佐证/录像.bin},")
    bundle(bureau.input, bureau.target, pdf=False)  # what is loaded once is not counted
    tracemalloc.start()
    try:
        made = bundle(bureau.input, bureau.target, pdf=False)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40_000_000
    assert made.size < 2_000_000
    with zipfile.ZipFile(made.path) as opened:
        assert opened.getinfo("佐证/01 制度建设/录像.bin").file_size == 100_000_000


def test_more_than_4_gigabytes_have_room(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 5)
    assert handed_in(bureau)["佐证/01 制度建设/制度汇编.pdf"] == b"%PDF rules"


def test_a_full_disk_leaves_the_old_archive(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    bundle(bureau.input, bureau.target, pdf=False)
    before = bureau.target.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileProblem, match="磁盘已满"):
        bundle(bureau.input, bureau.target, pdf=False)
    assert bureau.target.read_bytes() == before
    assert list(bureau.folder.glob(".jixiao-*")) == []


def test_the_command_says_what_is_in_it(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bureau.folder)
    result = run(bureau.input, "--no-pdf")
    assert result.exit_code == 0, result.output
    size = shown_size(Path("outputs/2024年报告报送材料.zip").stat().st_size)
    assert result.stdout.splitlines() == [
        f"报送材料：outputs/2024年报告报送材料.zip（{size}）",
        "  2024年报告.docx",
        "  2024年报告评分表.xlsx",
        "  佐证材料清单.xlsx",
        "  校验.txt",
        "  佐证文件 3 个；另有 1 种只有标题，没有附文件",
        "总分：10 / 10（得分率 100%），等级：差",
        "检查：没有发现问题。",
    ]


def test_the_command_refuses(bureau: Bureau) -> None:
    assert "报送材料只写成 .zip。" in run(bureau.input, "-o", bureau.folder / "报送.rar").output
    (bureau.folder / "佐证" / "制度汇编.pdf").unlink()
    result = run(bureau.input, "-o", bureau.target)
    assert (result.exit_code, "错误 JX263" in result.output) == (1, True)
    bureau.target.write_bytes(b"mine")
    bureau.put("佐证/制度汇编.pdf", b"%PDF rules")
    result = run(bureau.input, "-o", bureau.target)
    assert (result.exit_code, "--force" in result.output) == (1, True)
    assert run(bureau.input, "-o", bureau.target, "--force", "--no-pdf").exit_code == 0


def test_without_an_office_there_is_a_note_and_no_pdf(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    result = run(bureau.input, "-o", bureau.target)
    assert result.exit_code == 0
    assert "提示 JX760" in result.output
    assert str(bureau.target) in result.output
    assert tempfile.gettempdir() + "/jixiao-" not in result.output
    assert [name for name in read_archive(bureau.target) if name.endswith(".pdf") and "/" not in name] == []


@pytest.mark.parametrize(
    ("count", "shown"),
    [(0, "0 字节"), (999, "999 字节"), (1000, "1.0 KB"), (2_345_678, "2.3 MB"), (4 * 10**9, "4.0 GB")],
)
def test_sizes(count: int, shown: str) -> None:
    assert shown_size(count) == shown
