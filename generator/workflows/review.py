"""The review page: one HTML file with the report as it reads, its scores, and what was found.

assessment ─print──▶ report ┐
assessment ─traces─▶ nodes  ├─page─▶ HTML
comparison ─changes─────────┘

An input with errors has a page too: it shows the draft, with placeholders marked, and says so throughout.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from html import unescape
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import (
    Finding,
    Refused,
    Severity,
    Span,
    has_errors,
    in_order,
    shortened,
    shown,
    shown_path,
)
from generator.base.formats import plain
from generator.formula.values import Trace
from generator.pipeline import Assessment, Rendered
from generator.provenance.codes import OTHER_FILING
from generator.provenance.guard import make_way, refuse_inputs
from generator.provenance.write import Existing, write_whole
from generator.scoring.score import trace_or_placeholder
from generator.template.model import walk_fields
from generator.word.read.html import GAPS, ReportHtml, marked_gaps
from generator.word.render.state import Marked
from generator.workflows import codes
from generator.workflows.diff.compare import compare
from generator.workflows.diff.differences import Differences, FactChange, ValueChange
from generator.workflows.diff.side import open_side
from generator.workflows.draft import print_marked_draft

_LONGEST_LINE = 240
_NONE = "（无）"


class Nodes:
    """The traces of a report's values.

    ``listed`` are the nodes as the page's script reads them: 名 name, 标 label, 值 text, 式 formula, 代 the formula
    with its figures, 准 the exact value where rounded, 径 the path that it is printed for, 处 place, 行 the line there,
    下 the numbers of the nodes it was computed from. ``numbers`` maps an origin's path to the number of its node.
    """

    def __init__(self, assessment: Assessment, labels: dict[str, str]) -> None:
        self._scorecard = assessment.scorecard
        self._labels = labels
        self._lines: dict[str, list[str]] = {}
        self._known: dict[int, int] = {}
        self._kept: list[Trace] = []
        self.listed: list[dict[str, object]] = []
        self.numbers: dict[str, int] = {}

    def number_of(self, text: str, path: str) -> int | None:
        """The number of the node of a printed value; adds its trace if it has any."""
        if path not in self.numbers:
            gap = GAPS.search(text)
            trace = trace_or_placeholder(self._scorecard, path, gap[0] if gap else text)
            if trace is not None:
                self.numbers[path] = number = self.add(trace)
                self.listed[number].setdefault("径", path)
        return self.numbers.get(path)

    def add(self, trace: Trace) -> int:
        """The number of the trace's node; each trace has one."""
        known = self._known.get(id(trace))
        if known is not None:
            return known
        below = [self.add(one) for one in trace.inputs]
        self._kept.append(trace)  # its id is unique only while it lives
        self._known[id(trace)] = number = len(self.listed)
        node: dict[str, object] = {
            "名": trace.name,
            "标": self._labels.get(trace.name, ""),
            "值": trace.text,
            "处": place_of(trace.span),
            "行": self._line(trace.span),
            "下": below,
        }
        figures, exact = trace.working.figures, trace.working.exact
        if trace.formula:
            node |= {"式": trace.formula, "代": "" if figures == trace.formula else figures}
        if exact and exact != trace.text:
            node["准"] = exact
        self.listed.append(node)
        return number

    def _line(self, span: Span) -> str:
        if span.sheet or not span.line:
            return ""
        if span.file not in self._lines:
            try:
                self._lines[span.file] = Path(span.file).read_text(encoding="utf-8-sig").splitlines()
            except (OSError, UnicodeDecodeError):
                self._lines[span.file] = []
        lines = self._lines[span.file]
        return shortened(lines[span.line - 1].strip(), _LONGEST_LINE) if span.line <= len(lines) else ""


def place_of(span: Span) -> str:
    """The place without the folder: the page goes to other people."""
    return str(span).replace(str(span.file), Path(shown_path(Path(span.file))).name, 1) if span.file else ""


def _groups(found: Differences) -> dict[str, list[FactChange | ValueChange]]:
    """The changes of a comparison by the heading that they are listed under; none if the older input was not scored."""
    if found.old.assessment is None:
        return {}
    total = (("总分", found.total.score), ("得分率", found.total.rate), ("等级", found.total.rating))
    return {
        "总分": [ValueChange(f"评分.{label}", label, was, now) for label, (was, now) in total if was != now],
        "得分": [ValueChange(f"{one.values}.得分", one.name, one.old, one.new) for one in found.scores],
        "事实和计算数": [*found.facts, *found.values],
    }


class Review(Struct, frozen=True):
    """A page and the findings of its report; with errors, the page of a draft."""

    html: str
    findings: tuple[Finding, ...]


def review_page(assessment: Assessment, comparison: Differences | None = None) -> Review:
    """The page of a report, with its changes against an older one if given; with errors, a page of the draft."""
    groups = _groups(comparison) if comparison is not None else {}
    print_it = print_marked_draft if has_errors(assessment.findings) else pipeline.print_marked
    findings = assessment.findings
    try:
        printed = print_it(assessment)
    except Refused as refused:
        printed, findings = Marked({}, ()), (*findings, *refused.findings)
    findings = in_order(findings)
    labels = {field.path: field.label for field in walk_fields(assessment.submission.template.fields)}
    nodes = Nodes(assessment, labels)
    changed = {one.path: one.old or _NONE for group in groups.values() for one in group if one.path}
    shown = ReportHtml(printed, nodes.number_of, changed)
    report = shown.html()
    html = _filled(
        title=assessment.report.file_name,
        source=Path(assessment.submission.file).name,
        report=report,
        shown=shown,
        card=assessment.scorecard,
        review=assessment.submission.review,
        findings=_ordered(findings),
        severities=list(Severity),
        anchor_of=partial(_anchor, places=shown.places),
        changes=_shown_changes(comparison, groups, shown.places) if comparison is not None else None,
        nodes=nodes,
    )
    return Review(html, findings)


def _filled(**words: object) -> str:
    """The filled template. Its security policy allows only the style and script inside it, by their digests."""
    folder = files("generator.workflows")
    style, script, page = (folder.joinpath(f"review.{kind}").read_text("utf-8") for kind in ("css", "js", "html"))
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {"plain": plain, "gaps": marked_gaps, "place": place_of}
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    return environment.from_string(page).render(
        style=Markup(style),  # noqa: S704 - our own file
        script=Markup(script),  # noqa: S704
        policy=f"default-src 'none'; style-src '{_digest(style)}'; script-src '{_digest(script)}'; img-src data:",
        **words,
    )


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def _ordered(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: list(Severity).index(one.severity))


def _anchor(path: str, places: Mapping[str, str]) -> str:
    """The element that shows the value at a path, else one inside or around it; blank if there is none."""
    if path in places or not path:
        return places.get(path, "")
    inside = (anchor for shown, anchor in places.items() if shown.startswith((f"{path}.", f"{path}[")))
    around = (anchor for shown, anchor in places.items() if path.startswith((f"{shown}.", f"{shown}[")))
    return next(inside, "") or next(around, "")


def _shown_changes(
    found: Differences, groups: Mapping[str, list[FactChange | ValueChange]], places: Mapping[str, str]
) -> dict[str, object]:
    old, name = found.old, Path(found.old.name).name
    faults, remarks = list[Finding](), found.remarks
    if old.assessment is None:
        faults = [one for one in old.findings if one.severity is Severity.ERROR]
        unread = old.root is None or any(one.code.startswith("JX1") for one in faults)
        why = "这个文件读不出来" if unread else "它的模板找不到或不能用"
        remarks = (f"没有比较：旧的一份（{name}）不能比较，{why}。",)
    return {
        "against": name,
        "remarks": remarks,
        "groups": [
            (title, [(one, places.get(one.path, "")) for one in group]) for title, group in groups.items() if group
        ],
        "faults": faults,
        "findings": {"新出现的问题": _ordered(found.came), "消失的问题": _ordered(found.gone)},
    }


_OURS = b'<meta name="generator" content="jixiao review">'
_OF = re.compile(r'<meta name="of" content="([^"]*)">')
_GAP = "【"
_HEAD = 2048


def write_review(
    input_file: Path, output: Path, against: str | None = None, templates: Path | None = None, *, force: bool = False
) -> Rendered:
    """Write the review page of an input, or of its draft if it has errors; ``force`` replaces whatever is there.

    ``against`` is an older input, a file or a revision in git; changes against it are marked.

    Raises:
        Refused: The input is no YAML, its template cannot be used, or a file is there that is no review page.
    """
    with open_side(str(input_file), templates, drafts=True) as side:
        if side.assessment is None:
            raise Refused(side.findings)
        if against is None:
            review = review_page(side.assessment)
        else:
            with open_side(against, templates, drafts=True) as before:
                review = review_page(side.assessment, compare(before, side))
    refuse_inputs(output, pipeline.files_of(side.assessment.submission, input_file))
    html = shown(review.html)
    judge = partial(_why_kept, own=_whose(html))
    existing = Existing.REPLACE if force else Existing.KEEP
    path = write_whole(html.encode(), output, lambda: make_way(output, judge, existing))
    return Rendered(path, replace(side.assessment, findings=review.findings))


def _whose(html: str) -> str:
    """The filing that a page says it shows; blank in older pages, and while the department is not filled in."""
    found = _OF.search(html[:_HEAD])
    return unescape(found[1]) if found and _GAP not in found[1] else ""


def _why_kept(path: Path, data: bytes, own: str) -> Finding | None:
    if _OURS not in data[:_HEAD]:
        return codes.NO_PAGE.at(Span(str(path)), file=path)
    whose = _whose(data.decode("utf-8", "replace"))
    if not (own and whose) or whose == own:
        return None
    hint = "用 -o 写到别处；确实不要它时加 --force。"
    return OTHER_FILING.at(Span(str(path)), hint=hint, file=path, whose=f"另一份填报「{whose}」的审核页")
