"""``jixiao audit``: checks and rescores self-evaluations as they were filed."""

from __future__ import annotations

from pathlib import Path

import click

from generator.base import __version__
from generator.base.diagnostics import Severity
from generator.cli import options as cli
from generator.cli.chinese import ChineseCommand
from generator.cli.many import followed, lanes_for
from generator.cli.reporters import envelope
from generator.pipeline import DEFAULT_OUTPUT
from generator.provenance.guard import write_guarded
from generator.provenance.stamp import Stamp, stamped
from generator.provenance.write import Existing
from generator.workflows.audit.inputs import DEFAULT, read_criteria
from generator.workflows.audit.write import (
    AUDITED,
    SUMMARY,
    AuditJob,
    AuditOutcome,
    find_files,
    jobs_for,
    make_audit,
    print_summary,
    shown_score,
    with_alike,
)
from generator.workflows.batch import Writer, run


@click.command(cls=ChineseCommand)
@click.argument("named", metavar="文件…", nargs=-1, required=True, type=cli.FileName(str))
@click.option(
    "-o", "--output", metavar="文件夹", type=cli.FileName(only="文件夹"), default=DEFAULT_OUTPUT,
    help="写到哪个文件夹；不写时为 outputs。",
)  # fmt: skip
@click.option(
    "--criteria", metavar="标准", type=cli.FileName(str), default=DEFAULT,
    help="复核标准：程序带的「十四条」（默认）、「二十六条」，或自己的文件（.yaml、.xlsx）。",
)  # fmt: skip
@click.option("--jobs", metavar="个数", type=click.IntRange(1, 256), help="用几个进程；不写时与处理器的核数相同。")
@click.option(
    "--time-limit", metavar="秒", type=cli.Seconds(), default=cli.SECONDS, help="一份文件最多用多少秒；默认 60。"
)
@cli.FORMAT
@cli.existing_options()
@cli.templates_option()
def audit(  # noqa: PLR0913, PLR0917 - one for each option
    named: tuple[str, ...],
    output: Path,
    criteria: str,
    jobs: int | None,
    time_limit: float,
    shape: str,
    existing: Existing,
    templates: Path | None,
) -> int:
    """审核报送来的自评材料：读 Word、Excel 里的自评表和填报文件，检查、复算得分，写复核底稿、复核意见和汇总。

    可以写多个文件或文件夹。表按表头认，不按位置；读不出的列出位置，不猜。一份读不出的不影响其余的。

    每一份都审核了，退出码为 0，不论有没有问题；有读不了的为 1。
    """
    rules = read_criteria(criteria)
    common = AuditJob(0, Path(), output, templates, seconds=time_limit, existing=existing, criteria=rules)
    listed = jobs_for(find_files(named, output), common)
    with lanes_for(len(listed), jobs, cli.MEGABYTES) as lanes:
        writer = Writer(existing)
        made = followed(writer.write(run(listed, lanes, make_audit)), len(listed))
        outcomes = with_alike(sorted(writer.withdraw(made), key=lambda outcome: outcome.number))
    for outcome in outcomes:
        if not outcome.status.is_good:
            cli.print_aside(outcome.findings)
    done = [one for one in outcomes if isinstance(one, AuditOutcome) and one.status.is_good]
    if shape != "json":
        for one in done:
            count = one.counts
            unread = sum(found.severity is not Severity.INFO for found in one.audit.unread)
            said = f"，{unread} 处没有读出" if unread else ""
            cli.tell(
                f"{one.input}：自评表 {count['表数']} 张、指标 {count['项数']} 项，问题 {count['问题数']} 条{said}"
            )
    summary = output / SUMMARY
    stamp = Stamp("", "0" * 64, "", "", "", "", "", __version__, AUDITED)
    write_guarded(stamped(print_summary(outcomes), stamp), summary, existing)
    # Last, since a program expects one answer: everything above may fail.
    if shape == "json":
        refused = [found for one in outcomes if not one.status.is_good for found in one.findings]
        cli.echo(envelope([_as_data(one) for one in done], refused))
    else:
        cli.tell(f"复核底稿、复核意见：{output}\n汇总：{summary}（审核了 {len(done)} 份，共 {len(outcomes)} 份）")
    return int(len(done) < len(outcomes))


def _as_data(one: AuditOutcome) -> dict[str, object]:
    return {
        "文件": str(one.input),
        "底稿": str(one.target),
        **one.counts,
        "自评表": [
            {"名称": form.name, "自评得分": shown_score(form.score), "复核得分": shown_score(form.reviewed)}
            for form in one.audit.forms
        ],
        "问题": [found.as_dict() for found in one.findings],
        "没有读出": [found.as_dict() for found in one.audit.unread],
    }
