"""The review page as a file: whole, closed, and never made of what a bureau typed."""

import json
import re
import shutil
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from generator import pipeline
from generator.base.diagnostics import Refused
from generator.cli import main
from generator.pipeline import Assessment
from generator.workflows.diff.compare import compare
from generator.workflows.diff.side import open_side
from generator.workflows.review import review_page, write_review

HOSTILE = '</script><script>alert(1)</script><img src=x onerror="alert(2)"> {{ 7 * 7 }} &amp; \u2028 \u202e'
VOID = {"meta", "br", "input", "img", "link", "hr"}


class Page(HTMLParser):
    """Elements and texts of a page; fails where one is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data)

    def attributes(self, name: str) -> list[str]:
        return [str(attributes[name]) for _, attributes in self.elements if name in attributes]

    @property
    def text(self) -> str:
        return "".join(self.words)


def nodes_of(page: str) -> list[dict[str, object]]:
    match = re.search(r'<script type="application/json" id="nodes">(.*?)</script>', page, re.DOTALL)
    assert match is not None
    nodes: list[dict[str, object]] = json.loads(match[1])
    return nodes


def test_the_report_reads_as_it_is_printed(page: str) -> None:
    text = Page(page).text
    for words in ("部门整体支出绩效自评报告", "一、部门基本情况", "1892499.62/86559961.25", "表2-1", "102.34"):
        assert words in text


def test_every_value_leads_to_a_node(page: str) -> None:
    nodes = nodes_of(page)
    values = Page(page).attributes("data-node")
    assert len(values) > 500
    assert all(int(value) < len(nodes) for value in values)
    for number, node in enumerate(nodes):
        assert node["名"]
        assert all(below < number for below in node["下"])  # type: ignore[attr-defined]


def test_nodes_name_formula_figures_and_the_line(page: str) -> None:
    (node,) = [node for node in nodes_of(page) if node["名"] == "结转结余率（取值）"]
    assert node["式"] == "结转结余.年末 ÷ 结转结余.可用资金"
    assert node["代"] == "1892499.62/86559961.25"
    below = [nodes_of(page)[number] for number in node["下"]]  # type: ignore[attr-defined]
    assert str(below[0]["处"]).startswith("meizhou-gxj-2021.yaml:")
    assert "1892499.62" in str(below[0]["行"])


def test_only_our_own_style_and_script_may_run(page: str) -> None:
    match = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    assert match is not None
    policy = match[1].replace("&#39;", "'")
    for tag in ("style", "script"):
        inner = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        assert len(inner) == 1
        digest = b64encode(sha256(inner[0].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy


def test_nothing_comes_from_the_network_or_tells_of_the_machine(page: str) -> None:
    parsed = Page(page)
    assert parsed.attributes("src") == []
    assert all(target.startswith("#") for target in parsed.attributes("href"))
    assert str(Path.cwd()) not in page
    assert str(Path.home()) not in page


def test_it_is_the_same_every_time(assessment: Assessment, page: str) -> None:
    assert review_page(assessment).html == page


@pytest.mark.parametrize(
    "old", ["简称: 梅州市工信局", "名称: 梅州市工业和信息化局", "项目: 第五届创新创业大赛活动经费"]
)
def test_what_a_bureau_types_is_never_markup(workplace: Path, old: str) -> None:
    file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
    text = file.read_text("utf-8")
    hostile = HOSTILE.replace("{{ 7 * 7 }}", "").replace("\u2028", "").replace("\u202e", "")
    key = old.partition(":")[0]
    file.write_text(text.replace(old, f"{key}: '{hostile}'", 1), "utf-8")
    page = review_page(pipeline.assess(file)).html
    parsed = Page(page)
    assert hostile.split()[0] in parsed.text
    assert [tag for tag, _ in parsed.elements].count("script") == 2
    assert "img" not in {tag for tag, _ in parsed.elements}
    assert parsed.attributes("onerror") == []
    nodes_of(page)


def test_findings_lead_to_what_they_are_about(assessment: Assessment, page: str) -> None:
    parsed = Page(page)
    anchors = parsed.attributes("data-anchor")
    assert set(anchors) <= set(parsed.attributes("id"))
    assert len(anchors) >= len(assessment.findings) - 2
    for finding in assessment.findings:
        assert finding.code in parsed.text


class TestAgainst:
    @pytest.fixture
    def newer(self, workplace: Path) -> Path:
        file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
        newer = file.with_name("更正.yaml")
        newer.write_text(file.read_text("utf-8").replace("自评分: 96}", "自评分: 90}", 1), "utf-8")
        return newer

    def page(self, newer: Path) -> str:
        older = newer.with_name("meizhou-gxj-2021.yaml")
        with open_side(str(older)) as before, open_side(str(newer)) as after:
            return review_page(pipeline.assess(newer), compare(before, after)).html

    def test_changed_values_say_what_they_were(self, newer: Path) -> None:
        parsed = Page(self.page(newer))
        assert {"96", "9.66", "102.34"} <= set(parsed.attributes("data-was"))
        assert "与「meizhou-gxj-2021.yaml」相比" in parsed.text

    def test_without_changes_it_says_so(self, workplace: Path) -> None:
        file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
        with open_side(str(file)) as before, open_side(str(file)) as after:
            page = review_page(pipeline.assess(file), compare(before, after)).html
        assert "事实和得分都没有变化" in page
        assert Page(page).attributes("data-was") == []


class TestWriting:
    def test_it_replaces_a_page_and_nothing_else(self, workplace: Path) -> None:
        file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
        output = workplace / "审核.html"
        write_review(file, output)
        first = output.read_bytes()
        write_review(file, output, str(file))
        assert output.read_bytes() != first
        output.write_text("<p>别人的网页</p>", "utf-8")
        with pytest.raises(Refused) as caught:
            write_review(file, output)
        assert caught.value.findings[0].code == "JX871"
        assert output.read_text("utf-8") == "<p>别人的网页</p>"
        write_review(file, output, force=True)
        assert output.read_bytes() == first


def test_every_input_has_a_page_of_its_own_where_no_name_is_given(
    workplace: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(workplace)
    shutil.copy("inputs/meizhou-gxj-2021.yaml", "inputs/另一局.yaml")
    for name in ("meizhou-gxj-2021", "另一局"):
        result = CliRunner().invoke(main, ["review", f"inputs/{name}.yaml"])
        assert result.exit_code == 0, result.output
        assert Path("outputs", f"{name}-审核页.html").is_file()


def test_a_template_without_a_form_has_a_page(root: Path) -> None:
    page = review_page(pipeline.assess(root / "inputs" / "jiangmen-gxj-2021.yaml")).html
    parsed = Page(page)
    assert "得分率" not in parsed.text.partition("发现的问题")[0]
    assert len(parsed.attributes("data-node")) > 300
    assert any(int(rows) > 1 for rows in parsed.attributes("rowspan"))
