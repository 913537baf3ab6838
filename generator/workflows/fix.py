"""Correct slips in a filing's texts automatically (jixiao check --fix-text)."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from functools import cache
from itertools import groupby
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from generator.base.diagnostics import Finding, Refused, Span, in_order
from generator.base.textdiff import differences
from generator.checks.codes import BY_FIX_TEXT
from generator.checks.rule import OPAQUE, Found, TextFinder, findings, numbers_masked, used_rules, values_with
from generator.checks.rules import MENDABLE, RULES, mended, slips_in
from generator.checks.texts import HIDDEN, Text, bureau_texts, evidence_texts
from generator.checks.typography import HALF_WIDTH
from generator.checks.wording import BLANKS, FULL_WIDTH
from generator.provenance.guard import overwrite
from generator.submission.accept import accept
from generator.template.load import named_template
from generator.template.model import Template
from generator.workflows import codes
from generator.workflows.jobs import refuse_workbook
from generator.yamlfile.build import scalars
from generator.yamlfile.edit import Cut, spliced, value_cuts
from generator.yamlfile.source import Source, parse_yaml, read_yaml

_MOST_ROUNDS = 10
_ANYTHING = re.compile(".")
_BREAK = re.compile(r"\r\n|\r|\n")
_ON = ("fullwidth", "halfwidth-word", "no-space-fullwidth", "no-space-fullwidth-quote")
_OFF = (
    *("halfwidth-punctuation", "space-backticks", "space-bracket", "space-dash", "space-dollar"),
    *("space-punctuation", "space-word", "spellcheck"),
)
_WIDE = {",": "，", ";": "；", ":": "：", "!": "！", "?": "？"}
_BLANK = re.compile(r"[ \u3000\u00a0]+")
_PLACEHOLDERS = re.compile(f"[{HIDDEN}{OPAQUE}]")
_TITLE = re.compile(r"《[^》]*》|“[^”]*”")


def corrected(text: str, rules: Collection[TextFinder]) -> str:
    """The text with the library's corrections that belong to the given rules.

    References, addresses and file numbers stay as they are. Raises ``Refused`` if the library is not installed.
    """
    shown = numbers_masked(text)
    # References and addresses mostly stand for figures.
    plain = _PLACEHOLDERS.sub("0", shown)
    proposed = _format()(plain)
    if proposed == plain:
        return text
    pieces, at = [], 0
    for same, start, end, new_start, new_end in differences(shown, proposed):
        new = proposed[new_start:new_end]
        if (
            not same
            and start < end
            and _rule_of(text, start, end, new) in rules
            and not _PLACEHOLDERS.search(shown, start, end)
        ):
            pieces += [text[at:start], new]
            at = end
    return "".join([*pieces, text[at:]])


def _rule_of(text: str, start: int, end: int, new: str) -> TextFinder | None:
    """The rule that a change belongs to; None if the change is not made."""
    old = text[start:end]
    if not new:
        meant = any(match.start() < start < match.end() for match in _TITLE.finditer(text))
        return BLANKS if _BLANK.fullmatch(old) and not meant else None
    if [_WIDE.get(char) for char in old] == list(new):
        return HALF_WIDTH
    return FULL_WIDTH if new.isalnum() and unicodedata.normalize("NFKC", old) == new else None


@cache
def _format() -> Callable[[str], str]:
    try:
        import autocorrect_py  # noqa: PLC0415 - an extra that only --fix-text needs
    except ImportError as fault:
        raise Refused([codes.NO_LIBRARY.at(Span(""))]) from fault
    autocorrect_py.load_config(json.dumps({"rules": {**dict.fromkeys(_ON, 1), **dict.fromkeys(_OFF, 0)}}))  # type: ignore[attr-defined]  # its stubs lack it
    return autocorrect_py.format


class Correction(Struct, frozen=True):
    """A proposed change of one text: the text, its new wording, the names of the rules."""

    text: Text
    after: str
    rules: tuple[str, ...]

    @property
    def cuts(self) -> tuple[Cut, ...]:
        """The changes in the file."""
        spelling = self.text.spelling
        return tuple(value_cuts(spelling, self.text.at, self.text.raw, self.after)) if spelling is not None else ()


class Proposal(Struct, frozen=True):
    """The proposed changes of an input: the file as it is, its text ``after`` them, each change in order."""

    path: Path
    source: Source
    after: str
    corrections: tuple[Correction, ...]
    template: Template


def propose(input_file: Path, templates: Path | None = None) -> Proposal:
    """The corrections of the texts of an input. Raises ``Refused`` if it is no YAML, or names no template."""
    refuse_workbook(input_file, "--fix-text ")
    source = read_yaml(input_file)
    if source.root is None or source.findings:
        raise Refused(source.findings)
    template = named_template(source.root, input_file, templates)
    proposed = []
    for text, allowed in _texts(source, template, input_file):
        after = text.raw
        # Emphasis in a text would move: a person mends it.
        for _ in range(0 if text.marks else _MOST_ROUNDS):
            again = corrected(mended(after, allowed), allowed)
            if again == after:
                break
            after = again
        if after != text.raw and text.spelling is not None:
            slips = slips_in(text.raw, allowed)
            rules = dict.fromkeys(rule.name for rule, slip in slips if slip.mended is not None)
            proposed.append(Correction(text, after, tuple(rules)))
    proposed.sort(key=lambda one: (one.text.span, one.text.at))
    if not _reads_as_corrected(source, proposed):
        # Keep those that take effect exactly as proposed and change no other value.
        proposed = [one for one in proposed if _reads_as_corrected(source, [one])]
        proposed = proposed if _reads_as_corrected(source, proposed) else []
    return Proposal(input_file, source, _with(source, proposed), tuple(proposed), template)


def write(proposal: Proposal) -> Path:
    """Write the file with the corrections made; raises ``Refused`` if it was changed since the proposal was made."""
    changed = codes.TEXT_CHANGED_MEANWHILE.at(Span(proposal.source.file), file=proposal.source.file)
    return overwrite(proposal.path, proposal.source, proposal.after, changed)


def remaining(proposal: Proposal) -> tuple[Finding, ...]:
    """The findings that remain after the corrections: what a person must judge, and texts in spreadsheets."""
    after = parse_yaml(proposal.after.encode(), proposal.source.file)
    found: list[tuple[TextFinder, Found]] = []
    for text, allowed in _texts(after, proposal.template, proposal.path):
        found += ((rule, Found(text, slip)) for rule, slip in slips_in(text.raw, allowed))
    found.sort(key=lambda one: one[0].name)
    return in_order(
        replace(finding, hint=finding.hint.replace(f"。{BY_FIX_TEXT}", "。"))
        for rule, group in groupby(found, key=lambda one: one[0])
        for finding in findings(rule.code, [one for _, one in group])
    )


def _texts(source: Source, template: Template, file: Path) -> Iterator[tuple[Text, tuple[TextFinder, ...]]]:
    """Every value, each once, with the rules that can correct it and that the template has not off."""
    assert source.root is not None  # noqa: S101 - it reads
    # Errors in figures do not matter here.
    submission = accept(source, source.root, template, file.parent)[0]
    on = {use.rule.name for use in used_rules(RULES, template)}
    rules = tuple(rule for rule in MENDABLE if rule.name in on)
    words = [*bureau_texts(submission, source.text), *evidence_texts(submission, source.text)]
    for text in words:
        yield text, tuple(rule for rule in rules if rule.reads is None or rule.reads(text, template))
    seen = {(text.span, text.at) for text in words}
    for text in values_with(submission, source.text, _ANYTHING):
        if (text.span, text.at) not in seen:
            yield text, tuple(rule for rule in rules if rule.typed)


def _with(source: Source, corrections: list[Correction]) -> str:
    return spliced(source.text, (cut for one in corrections for cut in one.cuts))


def _reads_as_corrected(source: Source, corrections: list[Correction]) -> bool:
    after = parse_yaml(_with(source, corrections).encode(), source.file)
    if after.root is None or after.findings or source.root is None:
        return False
    expected = []
    for scalar in scalars(source.root):
        value = scalar.text
        # From the last to the first, so that the offsets of the others stay valid.
        for one in reversed([one for one in corrections if one.text.span == scalar.span]):
            value = value[: one.text.at] + one.after + value[one.text.at + len(one.text.raw) :]
        expected.append(value)
    return expected == [scalar.text for scalar in scalars(after.root)]


def as_diff(proposal: Proposal) -> str:
    """The changed lines as a unified diff; empty if there are none."""
    name, text = proposal.source.file, proposal.source.text
    before, after = _BREAK.split(text), _BREAK.split(proposal.after)
    starts = [0, *(match.end() for match in _BREAK.finditer(text)), len(text) + 1]
    lines = []
    for start, end, new_start, new_end in _changes(before, after):
        for one in proposal.corrections:
            if any(starts[start] <= cut.start < starts[end] for cut in one.cuts):
                rules = f"（{'、'.join(one.rules)}）" if one.rules else ""
                lines.append(f"@@ {one.text.span.file}:{one.text.span.line}  {one.text.path}{rules} @@")
        lines += [f"-{line}" for line in before[start:end]]
        lines += [f"+{line}" for line in after[new_start:new_end]]
    return "\n".join([f"--- {name}（改前）", f"+++ {name}（改后）", *lines]) if lines else ""


def _changes(before: list[str], after: list[str]) -> Iterator[tuple[int, int, int, int]]:
    """The ranges of changed lines, old and new; line by line where both have the same length."""
    for same, start, end, new_start, new_end in differences(before, after):
        if same:
            continue
        if end - start == new_end - new_start:
            yield from ((start + at, start + at + 1, new_start + at, new_start + at + 1) for at in range(end - start))
        else:
            yield start, end, new_start, new_end
