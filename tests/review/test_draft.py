"""The review page of an input that has errors: the draft, which can never be taken for the report."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import pipeline
from generator.base.diagnostics import FileProblem, Refused
from generator.cli import main
from generator.workflows.review import Review, review_page, write_review
from tests.review.conftest import INPUT, ROOT, with_faults
from tests.review.test_page import Page, nodes_of

TEMPLATES = ROOT / "templates"


def gaps_of(page: str) -> list[str]:
    return re.findall(r'<mark class="gap">([^<]*)</mark>', page)


def node_of(page: str, text: str) -> dict[str, object]:
    """The node behind the first value that prints this."""
    match = re.search(rf'data-node="(\d+)"[^>]*><mark class="gap">{re.escape(text)}<', page)
    assert match is not None
    return nodes_of(page)[int(match[1])]


def below(page: str, node: dict[str, object]) -> list[dict[str, object]]:
    numbers = node["下"]
    assert isinstance(numbers, list)
    return [nodes_of(page)[number] for number in numbers]


class TestPage:
    def test_it_says_that_it_is_a_draft(self, draft: Review) -> None:
        text = Page(draft.html).text
        assert "草稿，不是正式报告" in text
        assert "填报有 2 个错误" in text
        assert "（审核，草稿）" in text
        assert '<body class="draft">' in draft.html

    def test_the_report_itself_says_nothing_of_that(self, page: str) -> None:
        assert "草稿" not in Page(page).text
        assert 'class="draft"' not in page
        assert gaps_of(page) == []

    def test_what_is_missing_is_marked_and_counted(self, draft: Review) -> None:
        report = draft.html.partition('<main id="report"')[2]
        gaps = gaps_of(report)
        assert {"【待填：年末财政拨款结转和结余决算数（剔除后）】", "【待算：总分】"} <= set(gaps)
        assert f"文中有 {len(gaps)} 处" in Page(draft.html).text

    def test_what_is_known_stands_in_it(self, draft: Review) -> None:
        text = Page(draft.html).text
        for words in ("8280.03", "一、部门基本情况", "9.66"):
            assert words in text

    def test_the_errors_come_first(self, draft: Review) -> None:
        kinds = [kind for kind in Page(draft.html).attributes("data-kind") if kind][3:]
        assert kinds[:2] == ["error", "error"]
        assert "error" not in kinds[2:]
        assert set(kinds) == {"error", "warning", "info"}

    def test_an_error_leads_to_its_placeholder(self, draft: Review) -> None:
        (item,) = re.findall(r'<li class="finding error"[^>]*data-anchor="(\w+)"', draft.html)
        assert re.search(rf'id="{item}"[^>]*><mark class="gap">【待填：', draft.html)

    def test_every_gap_leads_to_what_it_lacks(self, draft: Review) -> None:
        node = node_of(draft.html, "【待算：总分】")
        assert node["式"] == "合计"
        names = []
        while node["下"]:
            node = next(one for one in below(draft.html, node) if str(one["值"]).startswith(("【待", "（")))
            names.append(node["名"])
        assert names == [
            *("合计", "预算编制情况", "预算编制", "财政拨款收入预决算差异率"),
            *("取值", "预决算.收入决算数"),
        ]
        assert node["名"] == "预决算.收入决算数"
        assert node["值"] == "（未填）"
        assert node["处"] == "有错误.yaml:204:3"

    def test_what_cannot_be_used_shows_its_line(self, draft: Review) -> None:
        node = node_of(draft.html, "【待填：年末财政拨款结转和结余决算数（剔除后）】")
        assert node["值"] == "（填的不能用）"
        assert node["行"] == "年末: 很多"

    @pytest.mark.parametrize("template", ["meizhou", "jiangmen"])
    def test_a_blank_input_has_a_page(self, template: str, tmp_path: Path) -> None:
        file = tmp_path / "新.yaml"
        assert CliRunner().invoke(main, ["new", template, str(file), "--templates", str(TEMPLATES)]).exit_code == 0
        page = review_page(pipeline.assess(file, TEMPLATES, pipeline.Mode.DRAFT)).html
        assert len(gaps_of(page)) > 40
        # Whatever is to be filled in or computed answers a click; only a sign between two unknown figures does not.
        report = page.partition('<main id="report"')[2]
        outside = re.sub(r'<span class="value.*?</span>', "", report, flags=re.DOTALL)
        assert set(gaps_of(outside)) <= {"【待定】"}
        assert "None" not in Page(page).text

    def test_a_check_that_fails_leaves_no_gap(self, workplace: Path) -> None:
        file = workplace / "inputs" / INPUT.name
        file.write_text(file.read_text("utf-8").replace("自评分: 96}", "自评分: 960}"), "utf-8")
        written = write_review(file, workplace / "审核.html")
        page = written.path.read_text("utf-8")
        assert any(str(one.severity) == "error" for one in written.assessment.findings)
        assert "草稿，不是正式报告" in Page(page).text


class TestWriting:
    def test_the_command_says_that_there_are_errors(self, tmp_path: Path) -> None:
        file = with_faults(tmp_path)
        output = tmp_path / "审核.html"
        result = CliRunner().invoke(main, ["review", str(file), "-o", str(output), "--templates", str(TEMPLATES)])
        assert result.exit_code == 0, result.output
        assert f"审核页（草稿）：{output}\n" in result.stdout
        assert "检查：共 2 个错误、" in result.stdout
        assert "页面上的是草稿，不是正式报告" in result.stdout
        assert "草稿，不是正式报告" in output.read_text("utf-8")

    def test_of_a_finished_input_it_says_no_such_thing(self, tmp_path: Path) -> None:
        result = CliRunner().invoke(main, ["review", str(INPUT), "-o", str(tmp_path / "审核.html")])
        assert result.exit_code == 0
        assert "草稿" not in result.output
        assert "总分：102.34" in result.stdout

    @pytest.mark.parametrize("text", ["a: [1\n", "模板: 没有这个\n", "年度: 2021\n"])
    def test_what_cannot_be_read_is_refused(self, workplace: Path, text: str) -> None:
        file = workplace / "inputs" / "坏.yaml"
        file.write_text(text, "utf-8")
        output = workplace / "审核.html"
        with pytest.raises(Refused):
            write_review(file, output)
        assert not output.exists()

    def test_a_layout_that_cannot_print_leaves_scores_and_findings(
        self, workplace: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        findings = pipeline.assess(with_faults(workplace), workplace / "templates", pipeline.Mode.DRAFT).findings
        faults = [one for one in findings if one.code == "JX202"]

        def refuse(*_: object, **__: object) -> bytes:
            raise Refused(faults)

        monkeypatch.setattr("generator.pipeline.print_marked", refuse)
        written = write_review(workplace / "inputs" / INPUT.name, workplace / "审核.html")
        page = Page(written.path.read_text("utf-8"))
        assert "版式印不出这份报告" in page.text
        assert "填报有 1 个错误" in page.text
        assert "9.66" in page.text
        assert [one.code for one in written.assessment.findings].count("JX202") == 1


class TestAgainst:
    def changes(self, input_file: Path, against: Path) -> tuple[str, Page]:
        output = input_file.with_suffix(".html")
        write_review(input_file, output, str(against), TEMPLATES)
        page = output.read_text("utf-8")
        return page.partition('<section id="changes">')[2].partition("</section>")[0], Page(page)

    def test_a_draft_against_a_report(self, tmp_path: Path) -> None:
        changes, page = self.changes(with_faults(tmp_path), INPUT)
        assert "新的一份" in changes
        assert "<del>102.34</del> <ins>【待算：总分】</ins>" in changes
        assert "<del>1892499.62 元</del> <ins>很多</ins>" in changes
        assert "102.34" in page.attributes("data-was")
        # Of what was not looked for nothing is said.
        assert set(re.findall(r"JX\d+", changes)) == {"JX202", "JX207"}

    def test_a_report_against_a_draft(self, tmp_path: Path) -> None:
        older = with_faults(tmp_path)
        newer = tmp_path / "改好.yaml"
        newer.write_bytes(INPUT.read_bytes())
        changes, page = self.changes(newer, older)
        assert "旧的一份" in changes
        assert "<del>【待算：总分】</del> <ins>102.34</ins>" in changes
        assert "消失的问题" in changes
        assert "新出现的问题" not in changes
        assert "草稿，不是正式报告" not in page.text

    @pytest.mark.parametrize(
        ("text", "why"), [("a: [1\n", "这个文件读不出来"), ("模板: 没有这个\n", "它的模板找不到或不能用")]
    )
    def test_what_cannot_be_read_is_not_compared(self, tmp_path: Path, text: str, why: str) -> None:
        newer, older = tmp_path / "新.yaml", tmp_path / "旧.yaml"
        newer.write_bytes(INPUT.read_bytes())
        older.write_text(text, "utf-8")
        changes, page = self.changes(newer, older)
        assert f"没有比较：旧的一份（旧.yaml）不能比较，{why}。" in changes
        assert "旧.yaml:1" in changes
        assert "都没有变化" not in changes
        assert page.attributes("data-was") == []

    def test_an_older_file_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(FileProblem):
            self.changes(with_faults(tmp_path), tmp_path / "没有.yaml")
        assert not list(tmp_path.glob("*.html"))
