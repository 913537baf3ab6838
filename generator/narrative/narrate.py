"""Renders the report's content: facts, scores, narratives of indicators, the list of evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PureWindowsPath

from msgspec import Struct, field
from msgspec.structs import replace

from generator.base.amount import Amount, Placeholder, to_compute, to_fill_in
from generator.base.diagnostics import Finding, Span
from generator.base.formats import plain
from generator.base.passage import Origin, Passage, sentence
from generator.base.sandbox import has_tags
from generator.formula.parser import Name
from generator.formula.values import Trace
from generator.narrative.content import (
    Placeholders,
    Printout,
    Report,
    facts_of,
    names_by_row,
    printable,
    public_part,
    typed,
    with_rows,
)
from generator.narrative.text import Writer, is_woven
from generator.scoring.forms import with_row_forms
from generator.scoring.model import NO_SCORE, Scorecard, Scored, ScoredForm, Total
from generator.scoring.score import REVIEWED, score_draft
from generator.scoring.symbols import Symbols
from generator.scoring.values import ScoredItem
from generator.scoring.values import number as number_of
from generator.submission.attachments import list_evidence
from generator.submission.entries import NOT_APPLICABLE
from generator.submission.model import Entry, Fact, ItemEntry, Record, Review, Submission, Table
from generator.template.scope import LEAVES, SECOND_LEVEL, TREE


def evidence_rows(submission: Submission) -> list[dict[str, object]]:
    """The list 佐证清单: one row per document of an indicator, in the form's order."""
    return [
        {
            "序号": line.number,
            "对象": line.form,
            "指标序号": line.place,
            "指标": line.indicator,
            "标题": next(_titles(line.entry, line.title)),
            "文件名": "、".join(PureWindowsPath(one.name).name for one in line.files),
        }
        for line in list_evidence(submission)
    ]


def _titles(entry: Entry, wanted: str | None = None) -> Iterator[str]:
    """All titles, or those equal to ``wanted``; titles that the bureau typed have their origin."""
    holders: tuple[Entry | ItemEntry, ...] = (entry, *entry.items.values())
    for said in holders:
        for number, one in enumerate(said.evidence.materials, 1):
            if wanted in (None, one.title):
                place = Origin(f"{said.evidence.path}[{number}]")
                yield Passage.of(one.title, place) if one.titled else one.title


_Row = dict[str, object]
"""One indicator as layouts see it."""
_ALL_PAUSES = "，、；："
_NOT_APPLICABLE = "此项指标不适用。"


def narrate(
    submission: Submission, scorecard: Scorecard, *, placeholders: Placeholders = Placeholders.NONE
) -> tuple[Report, list[Finding]]:
    """The report that the layout prints, and the findings about texts that refer to facts.

    ``placeholders`` are for unknown values in drafts.
    """
    if placeholders is not Placeholders.NONE:
        submission, known = with_rows(submission), {one.form.path for one in scorecard.row_forms}
        # A row that is still to be filled in has its form, too; its problems were reported for the table.
        blank = with_row_forms(submission, Path(), [], known)
        if blank.row_forms:
            scorecard = replace(scorecard, row_forms=(*scorecard.row_forms, *score_draft(blank)[0].row_forms))
    names = facts_of(submission.facts, scorecard.symbols, placeholders=placeholders)
    for node in scorecard.walk_all():
        _print_awarded(node, names)
    writer = Writer(submission.template.formats, names)
    figures = {node.path: _figures(node, submission.review) for node in scorecard.walk_all()}
    narrator = _Narrator(submission, scorecard.symbols, writer, figures, placeholders)
    if scorecard.total is not None:
        by_name = {node.indicator.id: figures[node.path] for node in scorecard.walk()}
        names |= {"评分": _totals(scorecard.total, "评分", scorecard.reviewed), "指标": by_name}
    writer.names = names
    for node in scorecard.walk_all():
        narrator.write_standard(node)
    writer.names = names = _write_facts(submission.facts, names, writer)
    content = {**names, **_form_rows(scorecard, narrator)} if scorecard.roots else names
    for form in scorecard.row_forms:
        total = _totals(form.total, f"{form.form.path}.评分", form.reviewed) if form.total is not None else {}
        _row_of(content, form.form.path)["评分"] = {**total, **_form_rows(form, narrator)}
    if scorecard.roots or scorecard.row_forms:
        content["佐证清单"] = evidence_rows(submission)
        rounds = submission.review.rounds if submission.review is not None else ()
        content["复核轮次"] = [{"轮次": one.number, "日期": one.day, "复核单位": one.by} for one in rounds]
    file_name = writer.write(
        submission.template.file_name, Span(str(submission.template.folder / "template.yaml")), "文件名", trusted=True
    )
    # A draft is one document: file names of others may need missing facts.
    printouts = printouts_of(submission, content, writer) if placeholders is Placeholders.NONE else ()
    writer.keep()
    return Report(content, narrator.remarks, file_name, narrator.rows, tuple(printouts)), writer.findings


def printouts_of(submission: Submission, content: Mapping[str, object], writer: Writer) -> Iterator[Printout]:
    """The documents of a filing with several outputs."""
    template = submission.template
    public = public_part(content, template.fields) if any(one.public for one in template.outputs) else content
    for output in template.outputs:
        names = public if output.public else content
        path = f"输出.{output.name}.文件名"
        for row, known in names_by_row(names, output.table) if output.table else [("", names)]:
            named = writer.write(output.file_name, output.file_span, path, known, trusted=True)
            yield Printout(output, known, named, row)


def _print_awarded(node: Scored, names: Mapping[str, object]) -> None:
    """Prints a row's awarded score in the column that computes it, so that rows add up."""
    row, score = node.entry.row, node.indicator.score
    if row is None or score is None or not isinstance(score.root, Name) or _is_unknown(node.score):
        return
    column = row.fields.get(score.root.path[-1])
    if column is not None and column.formula is not None and len(score.root.path) == 1:
        text = column.format.print(node.points) if column.format is not None else node.score.text
        origin = Origin(f"{row.path}.{column.name}", computed=True)
        points = Amount(node.points, text, origin) if node.score.is_known else Placeholder(NO_SCORE, origin)
        _row_of(names, row.path)[column.name] = points


def _is_unknown(score: Trace) -> bool:
    """Whether a draft does not know a score yet: one that does not exist is known."""
    return not score.is_known and score.text != NO_SCORE


def _row_of(content: Mapping[str, object], path: str) -> _Row:
    """The row of a table under its path: ``项目[3]``."""
    value: object = content
    for step in re.split(r"\.|\[", path):
        if isinstance(value, Mapping):
            value = value[step]
        elif isinstance(value, list):
            value = value[int(step.rstrip("]")) - 1]
    assert isinstance(value, dict)  # a row of the input  # noqa: S101
    return value


def _totals(total: Total, path: str, reviewed: Total | None) -> dict[str, object]:
    return {
        "总分": printable(total.score, path=f"{path}.总分"),
        "合计": printable(total.parts, path=f"{path}.合计"),
        "满分": Amount(total.full, plain(total.full), Origin(f"{path}.满分", computed=True)),
        "得分率": _rate(total, f"{path}.得分率"),
        "等级": Passage.of(total.rating, Origin(f"{path}.等级", computed=True)),
        "复核总分": Amount(number_of(reviewed.score), reviewed.score.text) if reviewed is not None else None,
        "复核等级": reviewed.rating if reviewed is not None else "",
    }


def _rate(scored: Scored | Total, path: str) -> Amount:
    origin = Origin(path, computed=True)
    if _is_unknown(scored.score):
        return Placeholder(to_compute("得分率"), origin)
    rate, text = scored.rate, scored.rate_text
    return Placeholder(text, origin) if isinstance(rate, Placeholder) else Amount(rate, text, origin)


def _figures(node: Scored, review: Review | None) -> dict[str, object]:
    """The figures of one indicator, without its narrative, and what a review says of it."""
    indicator, path, reviewed = node.indicator, node.path, node.reviewed
    value = Origin(f"{path}.取值", computed=True)
    said = review.remarks(path) if review is not None else []
    # With the number of the round if there are several.
    numbered = [(f"第{one.round}轮：" if len(said) > 1 else "", one) for one in said]
    return {
        "名称": indicator.name,
        "级别": indicator.level,
        "附加": indicator.bonus,
        "分值": Amount(indicator.weight, plain(indicator.weight), Origin(f"{path}.分值", computed=True)),
        "得分": printable(node.score, path=f"{path}.得分"),
        "得分率": _rate(node, f"{path}.得分率"),
        "取值": printable(node.value, path=value.path),
        "算式": Passage.of(node.value.working.worked, value) if node.value is not None else "",
        REVIEWED: Amount(number_of(reviewed), reviewed.text) if reviewed is not None else None,
        "复核意见": "\n".join(f"{which}{one.text}" for which, one in numbered if one.text),
        "答复": "\n".join(f"{which}{one.answer}" for which, one in numbered if one.answer),
        "评分标准": indicator.standard,
    }


def _write_facts(record: Record, names: _Row, writer: Writer) -> _Row:
    """The names with the bureau's texts rendered. References see facts as typed, so that order does not matter."""
    written = {**names}
    for name, member in record.members.items():
        value = names[name]
        if isinstance(member, Fact):
            # Most texts have no references, and figures stay as they are.
            if isinstance(value, str) and member.value is not None and is_woven(value):
                written[name] = writer.write(value, member.span, member.path)
            elif isinstance(value, list) and member.value is not None:
                written[name] = [
                    writer.write(text, span, f"{member.path}[{number}]") if is_woven(text) else text
                    for number, (text, span) in enumerate(zip(value, member.spans, strict=True), 1)
                ]
        elif isinstance(value, dict) and isinstance(member, Record):
            written[name] = _write_facts(member, value, writer)
        elif isinstance(value, list) and isinstance(member, Table):
            written[name] = [_write_facts(one, row, writer) for one, row in zip(member.rows, value, strict=True)]
    return written


class _Narrator(Struct):
    """Writes the narrative of each indicator; keeps the bureau's own remarks."""

    submission: Submission
    symbols: Symbols
    writer: Writer
    figures: dict[str, _Row]
    placeholders: Placeholders = Placeholders.NONE
    remarks: dict[str, str] = field(default_factory=dict)
    rows: dict[str, _Row] = field(default_factory=dict)
    said: dict[str, _Row] = field(default_factory=dict)

    def node(self, node: Scored) -> dict[str, object]:
        """The indicator as layouts see it, with everything below it."""
        row = dict(self.figures[node.path])
        row["下级"] = [self.node(child) for child in node.children]
        row["叙述"], row["依据"], row["要点"] = [], "", []
        self.rows[node.path] = row
        indicator, entry = node.indicator, node.entry
        if not indicator.is_scored:
            return row
        titles = list(dict.fromkeys(_titles(entry)))
        local: dict[str, object] = {
            **self._names(node, row),
            "说明": sentence(self._said(entry.remarks), _ALL_PAUSES),
            # A reason is only printed for a deduction.
            "原因": sentence(self._said(entry.reason), _ALL_PAUSES) if node.rate < 1 or indicator.bonus else "",
            "自评分": typed(entry.stated),
            "佐证": titles,
        }
        row["要点"] = local["要点"] = [self._item(item, node, local) for item in node.items]
        row["叙述"] = self._narrative(node, local)
        # The basis of the score: the template's text, else the bureau's evidence.
        row["依据"] = Passage.joined(titles, "；")
        if indicator.basis:
            path = f"{node.path}.依据"
            row["依据"] = self.writer.write(indicator.basis, indicator.span, path, local, trusted=True)
        elif self.placeholders is not Placeholders.NONE and indicator.evidence and not entry.all_materials():
            row["依据"] = Passage.of(to_fill_in("佐证"), Origin(f"{node.path}.佐证"))
        return row

    def write_standard(self, node: Scored) -> None:
        """Renders 评分标准, which may refer to the indicator's own figures."""
        indicator, row = node.indicator, self.figures[node.path]
        if has_tags(indicator.standard):
            path, local = f"{node.path}.评分标准", self._names(node, row)
            row["评分标准"] = self.writer.write(indicator.standard, indicator.span, path, local, trusted=True)

    def _names(self, node: Scored, figures: _Row) -> _Row:
        """The figures and parameters of an indicator, and the columns of its row if its texts may refer to them."""
        row, one, columns = node.entry.row, node.indicator, _Row()
        if row is not None and has_tags(f"{one.standard}{one.narrative}{one.basis}"):
            # Needed twice per row: for its standard and its narrative.
            if row.path not in self.said:
                self.said[row.path] = facts_of(row, self.symbols)
            columns = self.said[row.path]
        parameters = {name: printable(trace, path=f"{node.path}.{name}") for name, trace in node.parameters.items()}
        return {**columns, **figures, **parameters}

    def _said(self, fact: Fact) -> str:
        """The bureau's text on an indicator, rendered and kept for the checks."""
        if not isinstance(fact.value, str):
            return ""
        self.remarks[fact.path] = self.writer.write(fact.value, fact.span, fact.path)
        return self.remarks[fact.path]

    def _item(self, scored: ScoredItem, node: Scored, local: dict[str, object]) -> dict[str, object]:
        item = scored.item
        said = node.entry.items.get(item.name)
        remarks = self._said(said.remarks) if said is not None else ""
        path = f"{item.name}（要点）"
        narrative = self.writer.write(item.narrative, item.span, path, local, trusted=True)
        conclusion = typed(said.conclusion) if said is not None else None
        if conclusion is None and item.score is None and self.placeholders is not Placeholders.NONE:
            origin = Origin(f"{node.path}.要点.{item.name}.结论")
            conclusion = Passage.of(to_fill_in("结论"), origin)
        return {
            "名称": item.name,
            "分值": item.weight,
            "得分": printable(scored.score, path=f"{node.path}.{item.name}.得分"),
            "结论": conclusion,
            "说明": remarks,
            "叙述": Passage.joined(part for part in (narrative, remarks.rstrip("。；，、：")) if part),
        }

    def _narrative(self, node: Scored, local: dict[str, object]) -> list[str]:
        """Opening, remarks and closing; a line break in a remark starts a paragraph."""
        indicator, narratives = node.indicator, self.submission.template.narratives
        method = indicator.method
        opening = indicator.narrative or narratives.opening.get(method, "")
        if node.entry.conclusion is not None:
            method = NOT_APPLICABLE
            opening = narratives.opening.get(method, "")
        closing = narratives.closing.get(method, _NOT_APPLICABLE if method == NOT_APPLICABLE else "")
        # As one text, which costs a third of three. The line break at the end of a YAML block is none of the text's.
        text = "".join(part.removesuffix("\n") for part in (opening, narratives.remarks, closing))
        written = self.writer.write(text, indicator.span, f"{node.path}.叙述", local, trusted=True)
        return [line for line in written.splitlines() if line.strip()]


def _form_rows(form: ScoredForm, narrator: _Narrator) -> dict[str, object]:
    """A scoring form for loops in layouts: as a tree, by name, its second level, its scored leaves."""
    roots = [narrator.node(root) for root in form.roots]
    second, leaves, levels = [], [], ("一级", "二级", "三级")
    for chain in (chain for root in roots for chain in _chains(root)):
        if chain[-1]["级别"] == 2:
            second.append(chain[-1])
        if not chain[-1]["下级"]:
            # With the names of its levels, missing ones blank.
            names = {level: (chain[at]["名称"] if at < len(chain) else "") for at, level in enumerate(levels)}
            weights = {f"{level}分值": chain[at]["分值"] for at, level in enumerate(levels) if at < len(chain)}
            leaves.append({**chain[-1], **names, **weights})
    by_name = {node.indicator.id: narrator.rows[node.path] for node in form.walk()}
    return {TREE: roots, "指标": by_name, SECOND_LEVEL: second, LEAVES: leaves}


def _chains(
    row: dict[str, object], above: tuple[dict[str, object], ...] = ()
) -> Iterator[tuple[dict[str, object], ...]]:
    """Every indicator behind its ancestors, in the form's order."""
    chain = (*above, row)
    yield chain
    below = row["下级"]
    for child in below if isinstance(below, list) else []:
        yield from _chains(child, chain)
