"""``jixiao score``, ``check`` (with ``--fix-text``) and ``explain``: scores and findings without reports."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from functools import partial, wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from generator import pipeline
from generator.base.diagnostics import Code, Finding, JixiaoError, Refused, Severity, Span, has_errors, suggestion
from generator.base.formats import plain
from generator.cli import options as cli
from generator.cli.chinese import ChineseCommand
from generator.cli.reporters import envelope
from generator.formula.values import Trace
from generator.provenance.write import Existing
from generator.scoring.model import ScoredForm, find_traces, tree
from generator.submission.accept import read_data
from generator.submission.filing import is_workbook
from generator.workflows.jobs import find_inputs, orphan_reviews

_Made = TypeVar("_Made")


class Each:
    """The inputs on the command line, one by one; among several, one that fails does not stop the others.

    ``found`` are the findings of inputs that failed, and those that the command adds.
    """

    def __init__(self, named: Sequence[str], stdin_filename: str, templates: Path | None) -> None:
        self.found: list[Finding] = []
        self._stdin_filename, self._templates = stdin_filename, templates
        self._code = 0
        self.files = self._expanded(named)
        self.found += orphan_reviews(map(Path, self.files))

    def _expanded(self, named: Sequence[str]) -> list[str]:
        """Expand folders and patterns; other names stay, since reading them reports what is wrong."""
        files: dict[str, None] = {}
        for name in named:
            if name == cli.STDIN or os.path.isfile(name) or not (os.path.isdir(name) or set(name) & set("*?[")):  # noqa: PTH112, PTH113 - never fail
                files[name] = None
                continue
            try:
                files |= dict.fromkeys(map(str, find_inputs([name])))
            except JixiaoError as problem:
                if len(named) == 1:
                    raise
                self.found += problem.findings
                self._code = problem.exit_code
        return list(files)

    @property
    def is_several(self) -> bool:
        """Whether there is more than one, counting those that were not found."""
        return len(self.files) > 1 or bool(self._code)

    def of(self, do: Callable[[str], _Made]) -> Iterator[_Made]:
        """The result for each input; an error is raised only if there is a single input."""
        for file in self.files:
            try:
                yield do(file)
            except JixiaoError as error:
                if not self.is_several:
                    raise
                self.found += error.findings
                self._code = max(self._code, error.exit_code)

    def name(self, file: str) -> str:
        """What findings call the file."""
        return self._stdin_filename if file == cli.STDIN else file

    def assess(self, file: str) -> pipeline.Assessment:
        """Assess a file, or the standard input."""
        if file != cli.STDIN:
            return pipeline.assess(Path(file), self._templates)
        name = Path(self._stdin_filename)
        return pipeline.assess(name, self._templates, source=read_data(cli.read_stdin(), name, self._templates))

    def fails(self, found: Sequence[Finding], fail_on: str) -> bool:
        """Whether any finding is as severe as ``fail_on``."""
        return has_errors(found) or (fail_on == "warning" and any(one.severity is Severity.WARNING for one in found))

    def code(self, fail_on: str = "error") -> int:
        """The exit code: 3 if a file could not be read, else 1 for findings as severe as ``fail_on``."""
        return max(self._code, int(self.fails(self.found, fail_on)))


NO_FORM = Code(
    "JX802", "没有评分表", "这个模板没有评分表，没有总分可以解释。", "写明要解释的计算字段，如「收入.合计」。"
)
UNKNOWN_VALUE = Code("JX801", "没有这个指标或字段", "没有名为「{name}」的指标或计算字段。", "")
_TEMPLATES = cli.templates_option()


@click.command(cls=ChineseCommand)
@cli.NAMED
@cli.format_option(["json", "xlsx"], "，xlsx 写成带公式的 Excel 评分表")
@cli.output_option(".xlsx", "评分表", "只用于 --format xlsx")
@cli.STDIN_FILENAME
@cli.existing_options()
@_TEMPLATES
def score(  # noqa: PLR0913, PLR0917 - one for each option
    named: tuple[str, ...],
    shape: str,
    output: Path | None,
    stdin_filename: str,
    existing: Existing,
    templates: Path | None,
) -> int:
    """只计算得分，列出评分表，或写成 Excel 评分表。

    可以写多个文件、文件夹、带引号的通配符；「-」是标准输入。一份有问题不影响其他各份。
    """
    if output is not None and shape != "xlsx":
        raise cli.bad_option("output", "只有 --format xlsx 写成文件。")
    each = Each(named, stdin_filename, templates)
    if shape == "xlsx":
        from generator.exports.scoring_form import prepare_scores  # noqa: PLC0415 - needs openpyxl

        if cli.STDIN in each.files:
            raise cli.bad_option("shape", "评分表要由文件写成，不能由标准输入。")
        if output is not None and (output.suffix or output == cli.PIPE) and each.is_several:
            raise cli.bad_option("output", "有多份填报时，要写一个文件夹。")
        with cli.destination(output) as place:
            written = each.of(lambda file: pipeline.publish(prepare_scores(Path(file), place, templates), existing))
            rendered = list(written)
        for one in rendered:
            cli.print_aside(one.assessment.findings)
        cli.tell("\n\n".join(cli.shown_rendered(one, "评分表") for one in rendered))
    elif shape == "json":
        made = list(each.of(each.assess))
        data = [one.scorecard.as_dict() for one in made]
        if each.is_several:
            data = [{"input": one.submission.file, **scores} for one, scores in zip(made, data, strict=True)]
        each.found += [finding for one in made for finding in one.findings]
        cli.echo(envelope(data if each.is_several else data[0] if data else None, each.found))
    else:
        made = list(each.of(each.assess))
        heads = [f"{one.submission.file}\n" if each.is_several else "" for one in made]
        cli.echo("\n\n".join(head + _as_text(one) for head, one in zip(heads, made, strict=True)), nl=bool(made))
        each.found += [finding for one in made for finding in one.findings if has_errors([finding])]
    if shape != "json":
        _print_errors(each.found)
    return each.code()


def _as_text(assessment: pipeline.Assessment) -> str:
    """The scoring forms as tables, the one for the whole filing first."""
    scorecard = assessment.scorecard
    tables = [_form_as_text(scorecard)] if scorecard.total is not None else []
    tables += [f"{form.form.path}  {form.form.title}\n{_form_as_text(form)}" for form in scorecard.row_forms]
    review = assessment.submission.review
    for one in review.rounds if review is not None else ():
        head = "，".join(part for part in (f"第 {one.number} 轮复核", one.day, one.by) if part)
        tables.append("\n".join([head, *(f"  {said.name}：{said}" for said in one.remarks)]))
    return "\n\n".join(tables) or cli.total_line(None)


def _form_as_text(form: ScoredForm) -> str:
    total = form.total
    assert total is not None  # the caller asked  # noqa: S101
    heads = ("指标", "分值", "得分", "得分率", "指标值")
    rows = [(*heads, "复核得分") if form.reviewed is not None else heads]
    for node in form.walk():
        name = "  " * node.indicator.path.count("/") + node.indicator.name
        value = node.value.text if node.value is not None else ""
        reviewed = (node.reviewed.text,) if node.reviewed is not None else ()
        rows.append((name, plain(node.indicator.weight), node.score.text, node.rate_text, value, *reviewed))
    by_review = (f"{form.reviewed.score.text} {form.reviewed.rating}".rstrip(),) if form.reviewed is not None else ()
    last = ("总分", plain(total.full), total.score.text, total.rate_text, total.rating, *by_review)
    return cli.table([*rows, last], right=(1, 2, 3, 4, 5)[: len(last) - 1], footer=True)


def _fixing(command: Callable[..., int]) -> Callable[..., int]:
    """Add the options that correct texts instead of only checking them."""

    @wraps(command)
    def with_fixing(*args: Any, fix_text: bool, yes: bool, dry_run: bool, **kwargs: Any) -> int:
        if not fix_text and (yes or dry_run):
            raise cli.bad_option("yes" if yes else "dry_run", "只和 --fix-text 合用。")
        if yes and dry_run:
            raise cli.bad_option("dry_run", "不能和 --yes 合用：一个只看，一个就写。")
        if fix_text and kwargs["shape"] != "text":
            raise cli.bad_option("fix_text", f"改动只列给人看，不和 --format {kwargs['shape']} 合用。")
        if fix_text and (len(kwargs["named"]) > 1 or kwargs["named"][0] == cli.STDIN):
            raise cli.bad_option("fix_text", "一次改一个文件。")
        if fix_text:
            _fix(Path(kwargs["named"][0]), kwargs["templates"], yes=yes, dry_run=dry_run)
            return 0
        return command(*args, **kwargs)

    for option in (
        click.option("--dry-run", is_flag=True, help="和 --fix-text 合用：只列出改动，不写。"),
        click.option("--yes", is_flag=True, help="和 --fix-text 合用：不再询问，直接写入。"),
        click.option(
            "--fix-text", is_flag=True, help="改正文字里的标点、空格、括号、文号等，先列出改动，问过以后写入填报文件。"
        ),
    ):
        with_fixing = option(with_fixing)
    return with_fixing


@click.command(cls=ChineseCommand)
@cli.NAMED
@cli.FINDINGS_FORMAT
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    help="有了什么退出码就为 1：error 错误（默认），warning 警告也算。",
)
@click.option(
    "--annotate",
    is_flag=True,
    help="填报是填报表（.xlsx）时，把问题写成格子的批注，代替上次写的；填的内容和别人的批注不动。",
)
@cli.STDIN_FILENAME
@_fixing
@_TEMPLATES
def check(  # noqa: PLR0913, PLR0917 - one for each option
    named: tuple[str, ...], shape: str, fail_on: str, annotate: bool, stdin_filename: str, templates: Path | None
) -> int:
    """只检查，列出发现的问题；有错误时退出码为 1。

    可以写多个文件、文件夹、带引号的通配符；「-」是标准输入。一份有问题不影响其他各份。
    """
    each = Each(named, stdin_filename, templates)
    if annotate and not all(is_workbook(Path(file)) for file in each.files):
        raise cli.bad_option("annotate", "批注只写进填报表（.xlsx）；YAML 的问题看列出的行。")
    lines = []
    for file, found in each.of(lambda file: (file, pipeline.findings_of(partial(each.assess, file)))):
        lines.append(f"{each.name(file)}  {cli.summary(found)}")
        each.found += found
        if annotate:
            from generator.exports.annotate import annotate as write_comments  # noqa: PLC0415 - checking writes nothing

            cli.echo(f"批注写在 {write_comments(Path(file), found)} 个格子里：{file}", err=True)
    told = [one for one in each.found if not cli.is_quiet() or each.fails([one], fail_on)]
    if shape == "text" and each.is_several:
        cli.echo(cli.as_text(told) + "\n" if told else "", nl=bool(told))
        cli.tell("\n".join([*lines, f"{len(each.files)} 份填报，{cli.summary(each.found)}"]))
    else:
        cli.print_findings(told if shape == "text" else each.found, shape)
    return each.code(fail_on)


def _fix(input_file: Path, templates: Path | None, *, yes: bool, dry_run: bool) -> None:
    from generator.workflows.fix import as_diff, propose, remaining, write  # noqa: PLC0415 - autocorrect is slow to load

    proposal = propose(input_file, templates)
    if proposal.corrections:
        cli.echo(f"拟改正的文字（{len(proposal.corrections)} 处，只改文字，不动数字、名称和引用）：\n")
        cli.echo(as_diff(proposal) + "\n")
    if not proposal.corrections:
        cli.echo("没有可以改正的文字。")
    elif dry_run:
        cli.echo("只列出改动，没有写入。")
    elif yes or cli.is_agreed(
        "写入填报文件吗？", cli.bad_option("fix_text", "这里不能询问。确认要改时加上 --yes，只看改动时加上 --dry-run。")
    ):
        cli.echo(f"已改正 {len(proposal.corrections)} 处，写入 {write(proposal)}。")
    else:
        cli.echo("没有写入。")
        return
    left = remaining(proposal)
    if left:
        cli.echo("\n下面这些没有改：要由人判断，或者来自表格文件，请在那里改。\n")
        cli.echo(cli.with_summary(left))


@click.command(cls=ChineseCommand)
@cli.INPUT
@click.argument("name", metavar="[指标或字段]", default="")
@cli.FORMAT
@_TEMPLATES
def explain(input_file: Path, name: str, shape: str, templates: Path | None) -> int:
    """解释一个得分或计算数的来历：公式、代入的数字、每个数字在填报文件的哪一行。

    不写名称时解释总分。名称可以是评分表里的指标，或计算字段的路径（如 收入.合计）。
    """
    assessment = pipeline.assess(input_file, templates)
    traces = _explained(assessment, name, str(input_file))
    if shape == "json":
        cli.echo(envelope([_trace_data(trace) for trace in traces], assessment.findings))
    else:
        review = assessment.submission.review
        nodes = {id(node.score): node for node in assessment.scorecard.walk_all()} if review is not None else {}
        shown = []
        for trace in traces:
            node = nodes.get(id(trace))
            said = review.remarks(node.path) if review is not None and node is not None else []
            lines = [f"第 {one.round} 轮复核：{one}  [{one.span}]" for one in said]
            reviewed = [node.reviewed] if node is not None and node.reviewed is not None else []
            if not name and assessment.scorecard.reviewed is not None:
                reviewed = [assessment.scorecard.reviewed.score]
            shown.append("\n".join([*tree(trace), *(line for one in reviewed for line in tree(one)), *lines]))
        cli.echo("\n\n".join(shown))
        _print_errors(assessment.findings)
    return int(has_errors(assessment.findings))


def _trace_data(trace: Trace) -> dict[str, object]:
    """A trace as JSON data."""
    whole: dict[str, object] = {"name": trace.name, "value": trace.text, **trace.span.as_dict()}
    if trace.formula:
        working = trace.working
        whole |= {"formula": trace.formula, "figures": working.figures, "exact": working.exact or trace.text}
    return {**whole, "inputs": list(map(_trace_data, trace.inputs))}


def _explained(assessment: pipeline.Assessment, name: str, file: str) -> list[Trace]:
    """The traces of a score or a computed value; raises ``Refused`` with similar names if there is none."""
    if not name and assessment.scorecard.total is None:
        raise Refused([NO_FORM.at(Span(file))])
    traces = find_traces(assessment.scorecard, name)
    if not traces:
        known = [node.indicator.name for node in assessment.scorecard.walk_all()]
        known += [word for form in assessment.scorecard.row_forms for word in (form.form.path, form.form.title)]
        known += [field.path for field, _ in assessment.scorecard.symbols.computed()]
        raise Refused([UNKNOWN_VALUE.at(Span(file), hint=suggestion(name, dict.fromkeys(known)), name=name)])
    return traces


def _print_errors(findings: Sequence[Finding]) -> None:
    """Print errors, so that nobody takes the figures for those of a finished report."""
    errors = [finding for finding in findings if has_errors([finding])]
    if errors:
        cli.echo(f"\n{cli.with_summary(errors)}", err=True)
