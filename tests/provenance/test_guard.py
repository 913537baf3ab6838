"""Nothing that anybody wrote is overwritten unasked; what may be, is replaced as quietly as ever."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import generator
from generator.base.diagnostics import Code, FileProblem, Refused, Span
from generator.cli import main
from generator.exports.scoring_form import prepare_scores
from generator.provenance.guard import make_way, write_all, write_guarded
from generator.provenance.write import Existing
from tests.provenance.conftest import INPUT, Change, package, parts
from tests.pull.conftest import INDICATORS, SCORED_BODY, SCORED_FIELDS, SCORED_INPUT, printed

NEW = b"PK new"
OLD_BACKUP = b"an older one"
# A code is registered once in a process.
KEPT = Code("JX098", "题", "留着。")
FULL = Code("JX099", "题", "满了。")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), prog_name="jixiao")


def refused(path: Path) -> str:
    """What is said when nothing is written, after which everything is as before."""
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    with pytest.raises(Refused) as caught:
        write_guarded(NEW, path)
    assert {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before
    (finding,) = caught.value.findings
    assert finding.span == Span(str(path))
    return f"{finding.code} {finding.message} {finding.hint}"


class TestWhatIsKept:
    def test_own_files_are_replaced(self, report: Path, scores: Path, tmp_path: Path) -> None:
        for file in (report, scores, tmp_path / "新.docx"):
            assert write_guarded(NEW, file) == file
            assert file.read_bytes() == NEW

    def test_an_edited_report(self, report: Path, change: Change) -> None:
        change(report, "word/document.xml", "年度部门", "年度各部门")
        said = refused(report)
        assert said.startswith(f"JX621 「{report}」")
        assert "正文有 1 处改动（第 91 段「2021年度各部门整体" in said
        assert "jixiao pull" in said
        assert "--backup（先把它留作「报告.备份1.docx」）" in said
        assert "--force" in said

    def test_the_number_of_edits_is_told(self, report: Path, change: Change) -> None:
        change(report, "word/document.xml", "年度部门", "年度各部门")
        change(report, "word/document.xml", "重点工作任务", "重点任务")
        assert "正文有 2 处改动（第 51 段「（二）年度总体工作和重点任务」等" in refused(report)

    def test_a_report_that_lost_its_record(self, report: Path, change: Change) -> None:
        change(report, "word/document.xml", "年度部门", "年度各部门")
        item = next(f"customXml/item{n}.xml" for n in range(1, 9) if _has_record(report, f"customXml/item{n}.xml"))
        change(report, item, "urn:jixiao:provenance", "urn:other")
        assert "正文被人工改动过" in refused(report)

    @pytest.mark.parametrize("record", ["AAA", "!!!!"])
    def test_a_report_whose_record_is_broken(self, report: Path, change: Change, record: str) -> None:
        change(report, "word/document.xml", "年度部门", "年度各部门")
        item = next(f"customXml/item{n}.xml" for n in range(1, 9) if _has_record(report, f"customXml/item{n}.xml"))
        change(report, item, "<lines>", f"<lines>{record}")
        assert "JX621" in refused(report)

    def test_a_report_whose_look_was_changed(self, report: Path, change: Change) -> None:
        change(report, "word/document.xml", "<w:jc ", "<w:keepNext/><w:jc ")
        said = refused(report)
        assert "文字未改，文件被另存过" in said
        assert "pull" not in said

    def test_a_workbook_that_was_changed(self, scores: Path, change: Change) -> None:
        change(scores, "xl/worksheets/sheet1.xml", "<v>10</v>", "<v>9</v>")
        said = refused(scores)
        assert "被改动过或另存过" in said
        assert "评分表.备份1.xlsx" in said
        assert "pull" not in said

    def test_what_another_program_wrote(self, report: Path, root: Path, tmp_path: Path) -> None:
        word = tmp_path / "别的.docx"
        shutil.copy(root / "templates" / "meizhou" / "报告.docx", word)
        text = tmp_path / "其他.docx"
        text.write_text("不是 Word", "utf-8")
        broken = tmp_path / "坏了.docx"
        broken.write_bytes(report.read_bytes()[:-500])
        for file in (word, text, broken):
            assert refused(file).startswith(f"JX622 「{file}」已经存在")

    def test_a_report_whose_properties_are_no_text(self, report: Path) -> None:
        content = parts(report.read_bytes())
        content["docProps/custom.xml"] += b"\xff"
        report.write_bytes(package(content))
        assert refused(report).startswith("JX622")

    def test_a_report_whose_text_cannot_be_read(self, report: Path) -> None:
        content = parts(report.read_bytes())
        content["word/document.xml"] += b"\xff"
        report.write_bytes(package(content))
        assert refused(report).startswith("JX621")

    def test_an_empty_file_is_nobodys_work(self, tmp_path: Path) -> None:
        (tmp_path / "空.docx").touch()
        write_guarded(NEW, tmp_path / "空.docx")
        assert (tmp_path / "空.docx").read_bytes() == NEW

    def test_a_folder_in_the_way_is_told(self, tmp_path: Path) -> None:
        (tmp_path / "报告.docx").mkdir()
        with pytest.raises(FileProblem, match=r"JX601.*文件夹"):
            write_guarded(NEW, tmp_path / "报告.docx")
        assert [path.name for path in tmp_path.iterdir()] == ["报告.docx"]

    def test_other_kinds_have_a_judge_of_their_own(self, tmp_path: Path) -> None:
        file = tmp_path / "材料.zip"
        make_way(file, judge=lambda _path, _data: None)
        file.write_bytes(b"PK mine")
        make_way(file, judge=lambda _path, _data: None)
        with pytest.raises(Refused, match="JX098"):
            make_way(file, judge=lambda path, _data: KEPT.at(Span(str(path))))
        make_way(file, judge=lambda path, _data: KEPT.at(Span(str(path))), existing=Existing.REPLACE)


class TestBackup:
    def test_is_kept_beside(self, tmp_path: Path) -> None:
        file = tmp_path / "报告.docx"
        file.write_bytes(b"theirs")
        os.utime(file, (1_600_000_000, 1_600_000_000))
        write_guarded(NEW, file, Existing.BACK_UP)
        backup = tmp_path / "报告.备份1.docx"
        assert (file.read_bytes(), backup.read_bytes()) == (NEW, b"theirs")
        assert backup.stat().st_mtime == 1_600_000_000

    def test_takes_no_older_ones_place(self, tmp_path: Path) -> None:
        file = tmp_path / "报告.docx"
        (tmp_path / "报告.备份1.docx").write_bytes(OLD_BACKUP)
        (tmp_path / "报告.备份2.docx").mkdir()
        file.write_bytes(b"theirs")
        write_guarded(NEW, file, Existing.BACK_UP)
        assert (tmp_path / "报告.备份1.docx").read_bytes() == OLD_BACKUP
        assert (tmp_path / "报告.备份3.docx").read_bytes() == b"theirs"

    def test_is_kept_once(self, tmp_path: Path) -> None:
        """Of a run that was stopped after the backup."""
        file = tmp_path / "报告.docx"
        file.write_bytes(b"theirs")
        (tmp_path / "报告.备份1.docx").write_bytes(b"theirs")
        write_guarded(NEW, file, Existing.BACK_UP)
        assert {path.name for path in tmp_path.iterdir()} == {"报告.备份1.docx", "报告.docx"}

    def test_an_older_one_that_cannot_be_read_stays(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file, older = tmp_path / "报告.docx", tmp_path / "报告.备份1.docx"
        file.write_bytes(b"theirs")
        older.write_bytes(b"OLDER!")  # as long
        real = Path.read_bytes

        def refuse(path: Path) -> bytes:
            if path == older:
                raise PermissionError
            return real(path)

        with monkeypatch.context() as patched:
            patched.setattr(Path, "read_bytes", refuse)
            write_guarded(NEW, file, Existing.BACK_UP)
        assert older.read_bytes() == b"OLDER!"
        assert (tmp_path / "报告.备份2.docx").read_bytes() == b"theirs"

    def test_a_name_that_is_taken_in_the_same_moment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "报告.docx"
        file.write_bytes(b"theirs")
        link = os.link

        def late(source: Path, target: Path) -> None:
            if target.name == "报告.备份1.docx":
                target.write_bytes(OLD_BACKUP)
            link(source, target)

        monkeypatch.setattr(os, "link", late)
        write_guarded(NEW, file, Existing.BACK_UP)
        assert (tmp_path / "报告.备份1.docx").read_bytes() == OLD_BACKUP
        assert (tmp_path / "报告.备份2.docx").read_bytes() == b"theirs"

    def test_own_files_are_not_kept(self, report: Path) -> None:
        write_guarded(NEW, report, Existing.BACK_UP)
        assert not report.with_name("报告.备份1.docx").exists()

    def test_where_it_cannot_be_written_the_file_stays(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "报告.docx"
        file.write_bytes(b"theirs")

        def full(*_: object) -> bool:
            raise FileProblem([FULL.at(Span("x"))])

        monkeypatch.setattr("generator.provenance.guard.write_new", full)
        with pytest.raises(FileProblem):
            write_guarded(NEW, file, Existing.BACK_UP)
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {"报告.docx": b"theirs"}

    def test_a_time_that_cannot_be_kept_is_no_failure(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = tmp_path / "报告.docx"
        file.write_bytes(b"theirs")

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "utime", refuse)
        write_guarded(NEW, file, Existing.BACK_UP)
        assert (tmp_path / "报告.备份1.docx").read_bytes() == b"theirs"


class TestCommands:
    @pytest.mark.parametrize(
        ("command", "kind", "part"),
        [
            (["render"], "报告.docx", "word/settings.xml"),
            (["score", "--format", "xlsx"], "评分表.xlsx", "xl/theme/theme1.xml"),
        ],
    )
    def test_keep_what_was_changed(
        self, report: Path, change: Change, command: list[str], kind: str, part: str
    ) -> None:
        file = report.with_name(kind)
        ask = [*command, str(Path("inputs") / INPUT), "-o", str(file)]
        own = file.read_bytes()
        assert run(*ask).exit_code == 0  # its own file
        assert file.read_bytes() == own
        change(file, part, "?>", "?>\n\n")
        theirs = file.read_bytes()
        result = run(*ask)
        assert result.exit_code == 1
        assert "错误 JX621" in result.stderr
        assert "共 1 个错误。" in result.stderr
        assert result.stdout == ""
        assert file.read_bytes() == theirs
        assert run(*ask, "--backup").exit_code == 0
        assert file.read_bytes() == own
        assert file.with_name(f"{file.stem}.备份1{file.suffix}").read_bytes() == theirs
        file.write_bytes(theirs)
        assert run(*ask, "--force").exit_code == 0
        assert file.read_bytes() == own
        assert len(list(file.parent.glob("*备份*"))) == 1

    def test_leave_what_another_filing_wrote_and_what_they_are_made_of(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(printed(tmp_path, SCORED_FIELDS, SCORED_BODY, SCORED_INPUT, INDICATORS))
        mine, its = Path("填报.yaml"), Path("别局/填报.yaml")
        its.parent.mkdir()
        text = mine.read_text("utf-8")
        its.write_text(text.replace("年度: 2021", "年度: 2020"), "utf-8")
        for command in (
            ["score", "--format", "xlsx", "-o", "分.xlsx"],
            ["review", "-o", "页.html"],
            ["volume", "--no-pages", "-o", "册.docx"],
        ):
            assert run(*command, str(mine)).exit_code == 0
            before = Path(command[-1]).read_bytes()
            result = run(*command, str(its))
            assert (result.exit_code, "错误 JX624" in result.stderr) == (1, True), command
            assert Path(command[-1]).read_bytes() == before
        assert run("score", "--format", "xlsx", "-o", "分.xlsx", str(its), "--force").exit_code == 0
        shutil.copy("册.docx", "附.docx")
        mine.write_text(f"{text}\n附件: [附.docx]\n", "utf-8")
        shutil.copy(mine, "旧.yaml")
        for command in (["volume", "--no-pages", "-o"], ["diff", "旧.yaml", "--redline"]):
            result = run(*command, "附.docx", str(mine), "--force")
            assert "错误 JX625" in result.stderr, command
        assert Path("附.docx").read_bytes() == Path("册.docx").read_bytes()

    @pytest.mark.parametrize(
        ("command", "ending", "said"),
        [(["render"], ".xls", "报告只写成 .docx"), (["score", "--format", "xlsx"], ".xls", "评分表只写成 .xlsx"),
         (["score", "--format", "xlsx"], ".docx", "评分表只写成 .xlsx"), (["render"], ".zip", "报告只写成 .docx")],
    )  # fmt: skip
    def test_write_no_folder_named_like_a_file(self, place: Path, command: list[str], ending: str, said: str) -> None:
        result = run(*command, str(Path("inputs") / INPUT), "-o", f"甲{ending}")
        assert result.exit_code == 2
        assert said in result.stderr
        assert not (place / f"甲{ending}").exists()

    def test_a_program_is_told_the_same(self, place: Path) -> None:
        for write, ending in ((generator.render, ".pdf"), (prepare_scores, ".xls")):
            with pytest.raises(FileProblem, match="JX602"):
                write(Path("inputs") / INPUT, Path(f"甲{ending}"))
            assert not (place / f"甲{ending}").exists()


def _has_record(file: Path, part: str) -> bool:
    return b"urn:jixiao:provenance" in parts(file.read_bytes()).get(part, b"")


class TestSeveralFiles:
    """Files that belong together are written as one alone is, all or none."""

    @pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
    def test_a_link_stays_a_link(self, tmp_path: Path) -> None:
        (tmp_path / "别处").mkdir()
        link, other = tmp_path / "甲.docx", tmp_path / "乙.docx"
        (tmp_path / "别处" / "甲.docx").touch()
        link.symlink_to(tmp_path / "别处" / "甲.docx")
        write_all({link: NEW, other: NEW})
        assert link.is_symlink()
        assert (tmp_path / "别处" / "甲.docx").read_bytes() == other.read_bytes() == NEW

    def test_one_that_cannot_be_replaced(self, report: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        before, own = report.read_bytes(), Path.replace

        def fail(self: Path, target: Path) -> Path:
            if target == tmp_path / "末.docx":
                raise PermissionError(13, "denied", str(target))
            return own(self, target)

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(FileProblem):
            write_all({report: NEW, tmp_path / "新.docx": NEW, tmp_path / "末.docx": NEW}, Existing.REPLACE)
        assert report.read_bytes() == before
        assert not (tmp_path / "新.docx").exists()
