"""What README and docs say is true: commands, links, codes, examples and quoted messages are tried."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import cast
from urllib.parse import unquote

import click
import pytest
from click.testing import CliRunner

from generator import score
from generator.base.diagnostics import Code, Span, findings_as_text
from generator.base.formats import FILTERS
from generator.base.judgement import judge
from generator.cli import main
from generator.formula.evaluate import evaluate
from generator.formula.parser import Expression, parse
from generator.formula.values import FUNCTIONS, FormulaFault
from generator.narrative.text import Writer
from generator.pipeline import Assessment
from generator.template.model import KINDS
from generator.yamlfile.build import Mapping as Tree
from generator.yamlfile.build import Scalar, Sequence
from generator.yamlfile.source import parse_yaml

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("*.md"))]
WRITTEN = [page for page in PAGES if page.name != "问题代码.md"]
MAINTAINERS = ROOT / "docs" / "模板编写.md"

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = r"(?:\.venv[/\\](?:bin|Scripts)[/\\])?jixiao [^`\n#]+"
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True)
class Quoted:
    """Something that a page quotes: where, and what."""

    page: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}: {self.text[:60]}"


def each(pages: list[Path], find: str | re.Pattern[str]) -> list[Quoted]:
    """What the pattern finds in the pages, each once a page."""
    found = [(page, match) for page in pages for match in dict.fromkeys(re.findall(find, page.read_text("utf-8")))]
    return [Quoted(page.relative_to(ROOT).as_posix(), match) for page, match in found]


def fences(language: str) -> list[Quoted]:
    """The code blocks in that language."""
    return [
        Quoted(page.name, body)
        for page in WRITTEN
        for kind, body in _FENCE.findall(page.read_text("utf-8"))
        if kind == language
    ]


def rows_under(*header: str) -> list[tuple[str, ...]]:
    """The rows of every Markdown table with this header; backticks dropped."""
    found: list[tuple[str, ...]] = []
    for page in WRITTEN:
        lines = iter(page.read_text("utf-8").splitlines())
        for line in lines:
            if _cells(line) == header:
                next(lines)
                found += _cells_until_blank(lines)
    return found


def _cells_until_blank(lines: Iterator[str]) -> Iterator[tuple[str, ...]]:
    for line in lines:
        if not line.startswith("|"):
            return
        yield tuple(cell.strip("`") for cell in _cells(line))


def _cells(line: str) -> tuple[str, ...]:
    cells = re.split(r"(?<!\\)\|", line.strip())[1:-1]
    return tuple(cell.strip().replace(r"\|", "|") for cell in cells)


def documented_words(page: Path) -> set[str]:
    """The first cells of all tables of a page, backticks and arguments dropped."""
    cells = [_cells(line)[0] for line in page.read_text("utf-8").splitlines() if line.startswith("| ")]
    return {word for cell in cells for word in re.findall(r"[^\W\d]+", cell)}


COMMANDS = [
    *(
        Quoted(block.page, line.strip())
        for block in (*fences("sh"), *fences("powershell"))
        for line in re.findall(f"^{_COMMAND}", block.text, re.MULTILINE)
    ),
    *(
        Quoted(block.page, command.strip())
        for block in fences("console")
        for line in re.findall(r"^\$ (.+)$", block.text, re.MULTILINE)
        for command in re.findall(r"(?:^|\| )(jixiao [^`#|>]+)", line)
    ),
    *each(WRITTEN, re.compile(f"`({_COMMAND})`")),
]
# What writes files, or serves: tests/every_command.py runs each of them.
WRITING = {"convert", "new", "open", "render", "test", "bundle", "review", "pull", "volume"}
# Each once, however often and for whichever shell the pages name it; but for the check of a whole template, which
# tests/authoring/test_shipped.py runs.
HARMLESS = list(
    {
        c.text.partition("jixiao ")[2].replace("\\", "/").strip(): c
        for c in COMMANDS
        if "meizhou" in c.text and not WRITING & set(c.text.split()) and "template check" not in c.text
    }.values()
)
LINKS = each(PAGES, _LINK)
NUMBERS = each(WRITTEN, re.compile(r"\bJX\d{3}\b"))
MESSAGES = [
    Quoted(block.page, f"{number} {message}")
    for block in fences("text")
    for number, message in re.findall(r"^(?:错误|警告|提示) (JX\d{3}) .*\n  (.*)$", block.text, re.MULTILINE)
]


@pytest.fixture(scope="module")
def assessment() -> Assessment:
    return score(ROOT / "inputs" / "meizhou-gxj-2021.yaml")


def test_the_pages_hold_what_is_tried_here() -> None:
    assert len(COMMANDS) >= 60
    # Commands stand in a block of a named language, where they are tried.
    assert each(WRITTEN, re.compile("^(?: {4}|\t)jixiao .*", re.MULTILINE)) == []
    assert len(LINKS) >= 25
    assert len(NUMBERS) >= 15
    assert len(MESSAGES) >= 12


@pytest.mark.parametrize("command", COMMANDS, ids=str)
def test_a_command_is_written_as_the_program_takes_it(command: Quoted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    words, wanted = _words(command.text), cast("click.Command", main)
    context = click.Context(main)
    while isinstance(wanted, click.Group) and not words[0].startswith("-"):
        name, *words = words
        found = wanted.get_command(context, name)
        assert found is not None, f"no command {name}"
        wanted, context = found, click.Context(found, parent=context)
    if words != ["--version"]:
        wanted.make_context("jixiao", words)


@pytest.mark.parametrize("command", HARMLESS, ids=str)
def test_a_harmless_command_runs(command: Quoted, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, _words(command.text))
    assert result.exit_code == 0, result.output
    assert result.output.strip()


def _words(command: str) -> list[str]:
    """The arguments of a command line of either shell."""
    return shlex.split(command.replace("\\", "/"))[1:]


def test_links_lead_somewhere() -> None:
    assert [str(link) for link in LINKS if not _leads_somewhere(link)] == []


def _leads_somewhere(link: Quoted) -> bool:
    page = ROOT / link.page
    target, _, anchor = unquote(link.text).partition("#")
    file = (page.parent / target).resolve() if target else page
    if target.startswith(("http:", "https:")):
        return True
    return file.exists() and file.is_relative_to(ROOT) and (not anchor or anchor in _anchors(file))


@cache
def _anchors(page: Path) -> set[str]:
    """The anchors that Markdown viewers give to headings: lower case, blanks as hyphens, punctuation dropped."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


def test_codes_exist(codes: dict[str, Code]) -> None:
    assert [str(number) for number in NUMBERS if number.text not in codes] == []


@pytest.mark.parametrize("message", MESSAGES, ids=str)
def test_a_quoted_message_is_one_that_the_program_says(message: Quoted, codes: dict[str, Code]) -> None:
    number, _, text = message.text.partition(" ")
    assert re.fullmatch(_as_pattern(codes[number].message), text), f"{number} 的消息已改成「{codes[number].message}」"


def _as_pattern(template: str) -> str:
    return "".join(
        re.escape(before) + (".+" if name is not None else "") for before, name, _, _ in Formatter().parse(template)
    )


def test_the_quoted_finding_and_trace_are_those_of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    findings = findings_as_text(score("inputs/meizhou-gxj-2021.yaml").findings)
    trace = CliRunner().invoke(main, ["explain", "inputs/meizhou-gxj-2021.yaml", "结转结余率"]).output
    today = _without_lines(findings + trace)
    # What pull prints depends on an edited file.
    blocks = [block for block in fences("text") if block.page != "改稿回填.md"]
    quoted = [block.text.rstrip() for block in blocks if "meizhou-gxj-2021.yaml:" in block.text]
    assert len(quoted) == 2
    assert [block for block in quoted if _without_lines(block) not in today] == []


def _without_lines(text: str) -> str:
    """The text without the numbers of lines and columns: they may move, what is said may not."""
    return re.sub(r"(?<=yaml):\d+:\d+|^ +\d+ \|", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(("formula", "result"), rows_under("公式", "结果"))
def test_a_formula_gives_what_is_said(formula: str, result: str, assessment: Assessment) -> None:
    parsed = parse(formula, Span("docs"))
    assert isinstance(parsed, Expression), parsed
    try:
        trace = evaluate(parsed, assessment.scorecard.symbols, "例")
    except FormulaFault as fault:
        pytest.fail(fault.finding.message)
    assert trace.text == result


@pytest.mark.parametrize("formula", [row[1] for row in rows_under("办法", "得分的写法")])
def test_a_score_formula_is_one(formula: str) -> None:
    assert isinstance(parse(formula, Span("docs")), Expression)


@pytest.mark.parametrize(("text", "printed"), rows_under("写法", "印出"))
def test_a_reference_prints_what_is_said(text: str, printed: str, assessment: Assessment) -> None:
    writer = Writer(assessment.submission.template.formats, assessment.report.content)
    # What a comparison sign prints is the template's own: a bureau's text may use it as well.
    assert writer.write(text, Span("docs"), "例") == printed
    assert writer.findings == []


@pytest.mark.parametrize(("target", "actual", "verdict"), rows_under("目标", "实际", "结论"))
def test_a_target_is_judged_as_is_said(target: str, actual: str, verdict: str) -> None:
    assert judge(target, actual).verdict.label == verdict


def test_the_tables_of_examples_are_found() -> None:
    assert len(rows_under("公式", "结果")) >= len(FUNCTIONS) + 5
    assert len(rows_under("写法", "印出")) >= 20
    assert len(rows_under("目标", "实际", "结论")) >= 10
    assert len(rows_under("办法", "得分的写法")) >= 6


@pytest.mark.parametrize("example", fences("yaml"), ids=str)
def test_a_yaml_example_can_be_read(example: Quoted) -> None:
    source = parse_yaml(example.text.encode(), example.page)
    assert source.root is not None
    assert source.findings == ()


def test_every_function_is_documented_with_an_example() -> None:
    functions = "".join(row[0] for row in rows_under("函数", "意思"))
    examples = "".join(row[0] for row in rows_under("公式", "结果"))
    assert [name for name in FUNCTIONS if f"{name}(" not in functions or f"{name}(" not in examples] == []


def test_every_kind_is_documented() -> None:
    kinds = {row[0] for row in rows_under("类型", "填什么", "公式里是什么")}
    assert kinds == set(KINDS)


def test_every_filter_is_documented() -> None:
    assert set(FILTERS) - documented_words(MAINTAINERS) == set()


def test_every_key_of_the_shipped_templates_is_documented() -> None:
    files = [file for file in (ROOT / "templates").glob("*/*.yaml") if file.name != "fields.yaml"]
    keys = {key for file in files for key in _keys(_root(file), _NAMED)}
    keys |= {key for file in (ROOT / "templates").glob("*/fields.yaml") for key in _attributes(_root(file))}
    documented = documented_words(MAINTAINERS) | documented_words(ROOT / "docs" / "指标由部门自选.md")
    assert keys - documented == set()
    assert {"类型", "单位同", "取值形式", "千分位", "位置", "小数位"} <= keys


_NAMED = ("印制", "参数", "结论", "权重", "可选下级")
"""Mappings whose keys are names that the maintainer chooses, not words of the program."""


def _root(file: Path) -> Tree:
    root = parse_yaml(file.read_bytes(), file.name).root
    assert root is not None
    return root


def _keys(node: object, named: tuple[str, ...], *, chosen: bool = False) -> Iterator[str]:
    """The keys of a tree that are words of the program."""
    if isinstance(node, Tree):
        for entry in node.entries:
            if not chosen:
                yield entry.key.text
            # Of 印制 the names are chosen, and what is in each is not; of the others nothing but names comes below.
            yield from _keys(entry.value, named, chosen=entry.key.text in named and not chosen)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _keys(item, named)


def _attributes(fields: Tree) -> Iterator[str]:
    """The attributes of the fields, and of those below them."""
    for field in fields.entries:
        assert isinstance(field.value, Tree)
        for attribute in field.value.entries:
            yield attribute.key.text
            if not isinstance(attribute.value, Scalar) and attribute.key.text in ("字段", "列"):
                assert isinstance(attribute.value, Tree)
                yield from _attributes(attribute.value)


def test_no_page_tells_of_anybodys_workplace() -> None:
    told = each(PAGES, re.compile(r"/(?:work|tmp|home|root)/\S*"))
    assert told == []
