"""From an edited document to a Plan: what would be written into the input, what cannot, and the consequences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator import pipeline
from generator.base.diagnostics import Code, FileProblem, Finding, Refused, Span, has_errors, in_order, shown_path
from generator.base.textdiff import likeness
from generator.formula.values import walk
from generator.pipeline import Assessment
from generator.provenance.finished import open_finished
from generator.provenance.guard import overwrite, read_bytes
from generator.provenance.stamp import DRAFT, Stamp, filing_name, stamp_of
from generator.scoring.model import trace_at
from generator.submission.model import Fact, Record, Submission, field_path
from generator.word.opc import open_package
from generator.word.read.lines import ReadBack, read_back, read_marked, shown_otherwise
from generator.workflows import codes
from generator.workflows.diff.side import find_revision, open_side
from generator.workflows.jobs import refuse_workbook
from generator.workflows.pull.align import Key, Paragraph, paragraphs_of, printed_paragraphs, rejoined, texts_of
from generator.workflows.pull.decide import Decisions, Edit, excerpt
from generator.workflows.pull.edit_targets import EditTargets, renaming
from generator.workflows.pull.observe import BESIDE, MOVED, Comparison, Observed, compare, observe
from generator.workflows.pull.structure import Structure, sign_of
from generator.yamlfile.regrow import exact, regrown, with_values
from generator.yamlfile.source import Source, read_yaml

_MIN_KEPT = 0.5
_WORDS = re.compile(r"[^\x00-\x7f]{4,}")
_MIN_REPEATED = 3
_MOST_NAMED = 6
_RENAMED = 0.3


class Plan(Struct, frozen=True):
    """What pulling the edits of a document would do.

    Attributes:
        edits: The facts that would change, in the order of the file.
        findings: What cannot be written, and other findings about the document.
        consequences: The findings that the edited input would have and the input has not.
        remarks: How the document was read, in Chinese.
        after: The input's text with the edits made; None if nothing is to be written.
    """

    document: str
    path: Path
    source: Source
    edits: tuple[Edit, ...]
    findings: tuple[Finding, ...]
    consequences: tuple[Finding, ...] = ()
    remarks: tuple[str, ...] = ()
    after: str | None = None


class Input(Struct, frozen=True):
    """An input, and its report as it prints now with its values marked."""

    path: Path
    templates: Path | None
    source: Source
    assessment: Assessment
    report: ReadBack


def open_input(input_file: Path, templates: Path | None = None) -> Input:
    """Reads an input and prints its report; raises ``Refused`` if it has errors."""
    refuse_workbook(input_file, "pull ")
    source = read_yaml(input_file)
    assessment = pipeline.assess_source(source, input_file, templates)
    return Input(input_file, templates, source, assessment, _printed(assessment))


def plan(document: Path, input_file: Path, templates: Path | None = None, base: str = "") -> Plan:
    """Works out what the edits in a document mean for its input. Nothing is written.

    ``base`` is the input as it was when the document was made (a file, or 「版本:文件」 in git); it is looked for in
    git if the input has changed since and none is given.

    Raises:
        Refused: The document cannot be read or is not a report of this input; or the input has errors.
    """
    return plan_edits(document, open_input(input_file, templates), base)


def plan_edits(document: Path, now: Input, base: str = "") -> Plan:
    """``plan`` for an open input, with which many documents can be compared."""
    name, data = shown_path(document), read_bytes(document)
    edited = read_back(data, Span(name))
    stamp = open_finished(data, name).stamp
    if stamp is not None:
        _refuse_others(name, stamp, now)
    remarks = [
        f"改稿里{text}{'，按前一种读取' if kind == 'variants' else '，请对照改稿看有没有漏读'}。"
        for text, kind in shown_otherwise(open_package(data, Span(name)), is_redline=True)
    ]
    if not base and stamp is not None and not stamp.is_of(now.assessment.submission):
        try:
            base, why = find_revision(now.path, stamp, now.templates), "，git 里也没有生成时的那一份"
        except FileProblem:
            why = "，又不在 git 里"
        if not base and filing_name(stamp.input_name) != filing_name(now.path.name):
            raise _refused(codes.OTHER_REPORT, name, now, f"它由「{stamp.input_name}」生成")
        if not base:
            raise _refused(codes.INPUT_CHANGED, name, now, why)
        remarks.append(f"生成时的填报文件取自 git：{base}。")
    was, report = now.assessment, now.report
    if base:
        with open_side(base, now.templates) as side:
            if side.assessment is None:
                raise Refused(side.findings)
            was, report = side.assessment, _printed(side.assessment)
    if stamp is not None and not stamp.is_of(was.submission):
        raise _refused(codes.INPUT_CHANGED, name, now, f"，「{base}」也不是生成时的那一份")
    old = printed_paragraphs(report, renaming(was.submission, now.assessment.submission))
    _refuse_repeated(name, old, edited)
    targets = EditTargets(now.source, now.assessment)
    comparison = compare(old, rejoined(old, paragraphs_of(edited)), lambda paragraph: sign_of(paragraph, targets))
    kept, of = comparison.kept
    if stamp is None and kept < of * _MIN_KEPT:
        raise _refused(codes.OTHER_REPORT, name, now, f"其中 {of} 段只有 {kept} 段对得上")
    told = _remarks(edited, report, stamp, now.assessment, remarks)
    is_older = stamp is not None and stamp.template_digest != stamp_of(now.assessment.submission).template_digest
    return replace(_planned(name, now, targets, comparison, older=is_older), remarks=tuple(told))


def _refused(code: Code, name: str, now: Input, why: str) -> Refused:
    return Refused([code.at(Span(name), file=name, input=now.source.file, why=why)])


def _refuse_others(name: str, stamp: Stamp, now: Input) -> None:
    """Refuses a draft, a report of another template, and a document of the filing that is not its report."""
    if stamp.state == DRAFT:
        raise Refused([codes.DRAFT.at(Span(name), file=name)])
    main, why = pipeline.main_printout(now.assessment), ""
    if stamp.template != now.assessment.submission.template.id:
        why = f"它用的是模板「{stamp.template}」"
    elif stamp.output and stamp.output != main.name:
        why = f"它是其中的「{stamp.output}」，只能从「{main.name or '报告'}」回填"
    if why:
        raise _refused(codes.OTHER_REPORT, name, now, why)


def _refuse_repeated(name: str, old: Sequence[Paragraph], edited: ReadBack) -> None:
    """Refuses a document in which most values occur twice in a row: nothing in it can be trusted.

    LibreOffice 7.4 duplicates the content controls of reports of version 0.1.0.
    """
    printed, now = ("\n".join(one.text for one in ones) for ones in (old, edited.lines))
    texts = {part.text for one in old for part in one.parts if part.key is not None and _WORDS.fullmatch(part.text)}
    once = sorted(text for text in texts if text * 2 not in printed)
    twice = [text for text in once if text * 2 in now]
    if len(twice) >= _MIN_REPEATED and len(twice) * 2 > len(once):
        raise Refused([codes.REPEATED.at(Span(name), file=name, count=len(twice), text=excerpt(twice[0]))])


def _printed(assessment: Assessment) -> ReadBack:
    errors = [finding for finding in assessment.findings if has_errors([finding])]
    if errors:
        raise Refused(errors)
    return read_marked(pipeline.print_marked(assessment))


def _planned(name: str, now: Input, targets: EditTargets, comparison: Comparison, *, older: bool) -> Plan:
    """Decides what to change, tries it, and collects the findings."""
    source, texts = now.source, _texts(now.report)
    structure = Structure(comparison, targets, name, _origin_of_wording(now.assessment.submission), older=older)
    decisions = Decisions(targets, texts, Span(name), structure.movable(), older=older)
    observed = observe(comparison)
    typed: dict[str, list[Observed]] = {}
    for one in [*observed, *_merged(observed, comparison.printed, targets)]:
        texts.setdefault(one.key, one.printed)
        if not one.key[1]:
            typed.setdefault(one.key[0], []).append(one)
    findings = list(_in_some_places(typed, comparison, targets, Span(name)))
    findings += _replaced(typed, targets, Span(name))
    for path, group in typed.items():
        decisions.take(path, group)
    findings += structure.decide(decisions)
    after = _respelled(source, decisions)
    printed, consequences = _tried(after, now) if after is not None else (None, ())
    reprinted = texts if printed is None else printed
    computed = [one for one in observed if one.key[1] and one.edited != reprinted.get(one.key)]
    findings += [*decisions.findings, *_computed(computed, targets, now.assessment, Span(name))]
    if printed is not None:
        for edit in decisions.edits:
            otherwise = [(printed[key], text) for key, text in edit.keys if "\n" not in text and key in printed]
            words = {"name": edit.path, "done": "写入后", "place": "、".join(edit.places)}
            findings += (
                codes.PRINTED_OTHERWISE.at(edit.span, edit.path, now=shown, new=text, **words)
                for shown, text in otherwise
                if shown.strip() != text.strip()
            )
    elif after is not None:
        errors = [one for one in consequences if has_errors([one])]
        findings.append(codes.NOT_ACCEPTED.at(Span(source.file), count=len(errors)))
    return Plan(
        name,
        now.path,
        source,
        tuple(sorted(decisions.edits, key=lambda edit: edit.span)),
        in_order(findings),
        consequences,
        after=after.text if after is not None and printed is not None else None,
    )


def _origin_of_wording(facts: Submission) -> str:
    """Where words that are no values are changed: in the layout, or in the files that are printed as they are."""
    documents = (str(one.value) for one in facts.facts.files if one.document is not None)
    files = [*(one.name for one in facts.attachments), *documents]
    named = f"「{'」「'.join(files[:_MOST_NAMED])}」{'等' if len(files) > _MOST_NAMED else ''}"
    return shown_path(facts.template.layout) + (f"；附件、文档里的，改{named}" if files else "")


def _merged(observed: Sequence[Observed], printed: Sequence[Paragraph], targets: EditTargets) -> Iterator[Observed]:
    """The edits of merged cells, for the rows below that they cover: those that do not print that column themselves."""
    shown: dict[tuple[str, str], set[str]] = {}
    for table, key in ((one.table, part.key) for one in printed for part in one.parts if part.key is not None):
        for row, _ in targets.rows_of(key[0])[-1:] if table else ():
            shown.setdefault((table, row), set()).add(key[0].removeprefix(row))
    known = {(one.key, one.edited) for one in observed}
    for edit in observed:
        for row, _ in targets.rows_of(edit.key[0])[-1:]:
            column, target = edit.key[0].removeprefix(row), targets.get(edit.key[0])
            table, _, number = row[:-1].rpartition("[")
            for place in edit.tables:
                below = int(number) + 1
                while column not in shown.get((place, f"{table}[{below}]"), {column}):
                    other = targets.get(f"{table}[{below}]{column}")
                    if other is not None and target is not None and other.fact.text == target.fact.text:
                        also = replace(edit, key=(other.path, *edit.key[1:]))
                        yield from () if (also.key, also.edited) in known else (also,)
                        known.add((also.key, also.edited))
                    below += 1


def _in_some_places(
    typed: dict[str, list[Observed]], comparison: Comparison, targets: EditTargets, document: Span
) -> Iterator[Finding]:
    """Removes words that were exchanged by two rows, or got others beside them, in only some of their places.

    The rows may have been meant, or a sentence, not the words.
    """
    seen = {(one.key[0], one.text) for one in comparison.seen}
    # Without words of the template around them, what was added belongs to them.
    alone = {
        (one.key[0], one.text)
        for one in comparison.seen
        if not any(part.key is None and any(map(str.isalpha, part.text)) for part in one.old.parts)
    }
    ways = {
        (field_path(path), one.printed, one.edited): path
        for path, (one, *others) in typed.items()
        if not others and not any(map(str.isdecimal, one.printed + one.edited))
    }
    for (field, old, new), path in ways.items():
        if other := ways.get((field, new, old)):
            paths, why = [path, other], f"{MOVED}，别处没有跟着换"
        else:
            paths, why = [path] if old in new and (path, new) not in alone else [], f"{BESIDE}，别处没有跟着改"
        if any((name, typed[name][0].printed) in seen for name in paths if name in typed):
            facts = [f"{target.path}（{target.span}）" for name in paths if (target := targets.get(name))]
            words = {"old": excerpt(old), "new": excerpt(new), "facts": "、".join(facts)}
            places = "、".join(place for name in paths for place in typed.pop(name)[0].places)
            yield codes.UNCLEAR.at(document, places, why=why, **words)


def _replaced(typed: Mapping[str, list[Observed]], targets: EditTargets, document: Span) -> Iterator[Finding]:
    """A finding for each row that got another name and other figures: what is not printed is still the old one's."""
    rows: dict[str, tuple[Record, list[Observed]]] = {}
    for path, ones in typed.items():
        for name, row in targets.rows_of(path)[-1:]:
            rows.setdefault(name, (row, []))[1].append(ones[0])
    for name, (row, ones) in rows.items():
        title = next((f"{name}.{key}" for key, known in row.fields.items() if known.kind == "文字"), "")
        named = next((one for one in ones if one.key[0] == title), None)
        figures = [one for one in ones if any(map(str.isdecimal, one.printed))]
        facts = [fact for fact in row.members.values() if isinstance(fact, Fact) and fact.text]
        kept = [f"{fact.path}（{fact.span}）" for fact in facts if fact.path not in typed]
        if named is not None and likeness(named.printed, named.edited) < _RENAMED and figures and kept:
            told = {"old": excerpt(named.printed), "new": excerpt(named.edited), "row": name}
            yield codes.ROW_REPLACED.at(document, named.places[0], facts="、".join(kept[:_MOST_NAMED]), **told)


def _texts(report: ReadBack) -> dict[Key, str]:
    return texts_of(printed_paragraphs(report, str))


def _respelled(source: Source, decisions: Decisions) -> Source | None:
    """The input with the edits made; those that YAML cannot express are withdrawn."""
    assert source.root is not None  # it was assessed  # noqa: S101
    while values := decisions.values():
        made = regrown(source, with_values(source.root, values), exact)
        if made is not None:
            return made
        alone = {span: with_values(source.root, {span: new}) for span, new in values.items()}
        for span in [span for span, root in alone.items() if regrown(source, root, exact) is None] or [*values][:1]:
            for edit in [edit for edit in decisions.edits if edit.span == span]:
                words = {"label": edit.label, "old": edit.old, "new": edit.new, "place": "、".join(edit.places)}
                why = "写进填报文件后读出来不是这些文字"
                decisions.findings.append(codes.CANNOT_PLACE.at(edit.span, edit.path, name=edit.path, why=why, **words))
            decisions.drop(span)
    return None


def _tried(edited: Source, now: Input) -> tuple[dict[Key, str] | None, tuple[Finding, ...]]:
    """What the edited input prints for today's values, if it is accepted; and the findings that only it has."""
    known = {(one.code, one.path, one.message) for one in now.assessment.findings}
    try:
        assessment = pipeline.assess_source(edited, now.path, now.templates)
        found = assessment.findings
    except Refused as refused:
        assessment, found = None, refused.findings
    fresh = tuple(one for one in found if (one.code, one.path, one.message) not in known)
    if assessment is None or has_errors(found):
        return None, fresh
    # Added and removed items shift the numbers of those behind them.
    renamed = renaming(now.assessment.submission, assessment.submission, rows=False)
    reprinted = _texts(_printed(assessment))
    printed = {key: reprinted.get((renamed(key[0]), *key[1:])) for key in _texts(now.report)}
    return {key: text for key, text in printed.items() if text is not None}, fresh


def _computed(
    observed: Sequence[Observed], targets: EditTargets, assessment: Assessment, document: Span
) -> Iterator[Finding]:
    for one in observed:
        path = one.key[0]
        target, trace = targets.get(path), trace_at(assessment.scorecard, path)
        ends = {below.name: below.span for below in walk(trace) if not below.formula} if trace is not None else {}
        if target is not None:
            # A fact that is printed in words is not computed, but cannot be read back from the words either.
            ends = {path: target.span}
        typed = {name: span for name, span in ends.items() if targets.get(name) is not None}
        named = [f"{name}（{span}）" for name, span in (typed or ends).items()]
        more = f"等 {len(named)} 项（jixiao explain 列出全部）" if len(named) > _MOST_NAMED else ""
        facts = "、".join(named[:_MOST_NAMED]) + more if named else "模板里的定值"
        words = {"name": path, "old": excerpt(one.printed), "new": excerpt(one.edited)}
        places = f"（{'、'.join(one.places)}）" if len(one.places) > 1 else ""
        yield codes.COMPUTED.at(document, one.places[0], places=places, facts=facts, **words)


def _not_taken(edited: ReadBack, printed: ReadBack) -> Iterator[str]:
    """What of the document is not taken into the input, or not as it is."""
    if edited.revisions:
        yield f"改稿里还有 {edited.revisions} 处修订没有接受或拒绝，按全部接受读取。"
    if edited.comments:
        yield f"改稿里有 {edited.comments} 条批注，批注不会带回。"
    if pictures := edited.pictures - printed.pictures:
        what = "多了" if pictures > 0 else "少了"
        yield f"改稿{what} {abs(pictures)} 幅图，图不会带回；要留的放进附件，或转告模板维护人。"
    if (exchanged := len(edited.images - printed.images) - max(0, pictures)) > 0:
        yield f"改稿换了 {exchanged} 幅图（另存时压缩过的也算），不会带回：换填报所用的图片、附件，或转告模板维护人。"
    if changed := sorted(edited.charted ^ printed.charted):
        named = excerpt("、".join(changed))
        yield f"改稿改了图表里的字或数（{named}），不会带回：图表按填报的数重画，请改填报文件里的数。"


def _remarks(
    edited: ReadBack, printed: ReadBack, stamp: Stamp | None, assessment: Assessment, others: list[str]
) -> list[str]:
    """How the document was read and differs; ``others`` apply to one that has a stamp."""
    remarks = list(_not_taken(edited, printed))
    if stamp is None:
        return [*remarks, "改稿没有来源记录，按填报文件在生成以后没有改过来比对。"]
    is_same = stamp.is_of(assessment.submission)
    if not is_same:
        remarks.append("填报文件在生成以后改过：只有一边改动的照改，两边都改的列为问题。")
    remarks += others
    now = stamp_of(assessment.submission)
    if stamp.template_digest != now.template_digest:
        remarks.append("模板在生成以后改过，固定文字的差别可能由此而来。")
    if stamp.sources_digest != now.sources_digest and is_same:
        remarks.append("填报文件所用的表格或附件在生成以后改过，其中的差别可能由此而来。")
    return remarks


def write(made: Plan) -> Path:
    """Writes the input with the edits of a plan, all or nothing; raises ``Refused`` if it was changed since."""
    changed = codes.CHANGED_MEANWHILE.at(Span(made.source.file), input=made.source.file)
    return overwrite(made.path, made.source, made.after or made.source.text, changed)
