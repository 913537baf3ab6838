"""Rules: settings, examples and switches in templates; the ``Case`` that they look at; slips that texts have."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import accumulate, chain, groupby
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from generator.base.amount import NotAnAmount, parse_amount
from generator.base.diagnostics import Code, Finding, Severity, Span, suggestion
from generator.base.sandbox import blanked
from generator.base.units import RATIO
from generator.checks import codes
from generator.checks.known_values import Statements
from generator.checks.mentions import Goal, Measure, goals, measures, value_at
from generator.checks.texts import HIDDEN, NUMBERED, Paragraph, Text, bureau_texts, evidence_texts, series_of, texts_in
from generator.scoring.model import Scorecard
from generator.submission.model import Fact, Submission, Table, walk_facts
from generator.template.model import Field, Template

if TYPE_CHECKING:
    from generator.narrative.content import Report


_DIGIT = re.compile(r"\d")
_BETWEEN = "\x02"
"""Separates joined texts: no rule looks for it, and no input may hold it."""


class Case(Struct, frozen=True, dict=True):
    """One report: the submission, its known scores and its printed content.

    ``source`` is the input file's text, which locates parts of a text; without it findings point at the whole text.
    """

    submission: Submission
    scorecard: Scorecard
    report: Report
    source: str = ""

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The bureau's texts in the order of the template."""
        return tuple(bureau_texts(self.submission, self.source))

    @cached_property
    def printed(self) -> tuple[Text, ...]:
        """The bureau's texts and the titles of its evidence."""
        return (*self.texts, *evidence_texts(self.submission, self.source))

    @cached_property
    def figured(self) -> tuple[Text, ...]:
        """The bureau's texts with a digit."""
        return tuple([text for text in self.texts if _DIGIT.search(text.raw)])

    def printed_with(self, trigger: re.Pattern[str], *, titles: bool = True) -> list[Text]:
        """The printed texts that the pattern matches, or might match but for their ends.

        ``titles`` are those of evidence. Searches them joined into one, since most inputs have hardly anything that a
        rule looks for.
        """
        found: list[Text] = []
        at, end = 0, self._starts[-1 if titles else len(self.texts)]
        while match := trigger.search(self._joined, at, end):
            number = bisect_right(self._starts, match.start()) - 1
            found.append(self.printed[number])
            at = self._starts[number + 1]
        return found

    @cached_property
    def _joined(self) -> str:
        """The printed texts as one, with ``_BETWEEN`` between them."""
        return _BETWEEN.join([text.raw for text in self.printed])

    @cached_property
    def _starts(self) -> list[int]:
        """The start of each printed text in ``_joined``, with an end."""
        return list(accumulate((len(text.raw) + 1 for text in self.printed), initial=0))

    @cached_property
    def numbered(self) -> tuple[tuple[Paragraph, ...], ...]:
        """Paragraphs read in a row (of a list, of a table's column) that may have outline numbers."""
        return series_of(self.texts, set(map(id, self.printed_with(NUMBERED))))

    @cached_property
    def tables(self) -> list[Table]:
        """Every table of the submission, including those within rows."""
        return self.submission.facts.tables

    @cached_property
    def goals(self) -> tuple[Goal, ...]:
        """Every row with a target, judged."""
        return tuple(goals(self.submission.facts, self.scorecard.symbols))

    @cached_property
    def measures(self) -> tuple[Measure, ...]:
        """Every row that states an indicator."""
        return tuple(measures(self.submission, self.scorecard, self.goals))

    @cached_property
    def figures(self) -> tuple[tuple[Fact, Field], ...]:
        """Every fact outside of texts, with its field."""
        return tuple(
            (fact, record.fields[name])
            for record in self.submission.facts.records
            for name, fact in record.members.items()
            if isinstance(fact, Fact)
        )

    @cached_property
    def statements(self) -> Statements:
        """The figures in the bureau's texts, matched with rows and fields."""
        return Statements(self.submission, self.scorecard.symbols, self.figured, self.goals, self.year)

    @property
    def year(self) -> int | None:
        """The year of the report; None where the template has no such field, or it is blank."""
        return self.submission.year


class Given(dict[str, Fraction | tuple[str, ...]]):
    """The settings of a rule as a template gives them, each a number or words."""

    def number(self, name: str) -> Fraction:
        """A setting that is a number."""
        value = self[name]
        return value if isinstance(value, Fraction) else Fraction(0)

    def words(self, name: str) -> tuple[str, ...]:
        """A setting that is words."""
        value = self[name]
        return value if isinstance(value, tuple) else ()

    def pattern(self, name: str) -> str:
        """The words as alternatives of a pattern; matches nothing where there are none."""
        return _alternatives(self.words(name))


@lru_cache
def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(map(re.escape, words)) or "(?!)"


Find = Callable[[Case, Given], Iterable[Finding]]


class Setting(Struct, frozen=True):
    """A setting of a rule that checks.yaml may change: a number (30% is 3/10), or a list of words or of fields."""

    default: Fraction | tuple[str, ...]
    what: str
    of_fields: bool = False


def listed(words: str) -> tuple[str, ...]:
    """Words separated by blanks, for a setting."""
    return tuple(words.split())


OWN_NAME = {"本单位": Setting(("部门.名称",), "本单位名称所在的字段", of_fields=True)}


def name_of_bureau(case: Case, given: Given) -> str:
    """The bureau's own name, in the field that the setting 本单位 names; blank if it is not filled in."""
    trace = next((value_at(case.scorecard.symbols, path) for path in given.words("本单位")), None)
    return trace.value if trace is not None and isinstance(trace.value, str) else ""


class Rule(Struct, frozen=True):
    """One check. tests/checks/规则.yaml says what it looks at and why, with examples for each code.

    Attributes:
        name: The unique Chinese name by which checks.yaml switches it.
        codes: The codes of its findings. Each has a page in docs/检查/.
        find: Yields findings for a report and the rule's settings, at the severity of their codes.
        settings: What a template may change besides the level, by name.
        fixed: Templates cannot switch it, because its findings get their level elsewhere.
    """

    name: str
    codes: tuple[Code, ...]
    find: Find
    settings: Mapping[str, Setting] = field(default_factory=dict)
    fixed: bool = False


class Use(NamedTuple):
    """A rule as a template uses it; ``level`` is None where the severity of its codes stays."""

    rule: Rule
    level: Severity | None
    given: Given


def used_rules(rules: Iterable[Rule], template: Template) -> Iterator[Use]:
    """The rules that a template leaves on, with its levels and settings."""
    switches = {switch.name: switch for switch in template.switches}
    for rule in rules:
        given = Given({name: setting.default for name, setting in rule.settings.items()})
        switch = switches.get(rule.name)
        for name, (texts, _) in switch.settings.items() if switch is not None else ():
            value = _value(rule.settings[name], texts) if name in given else None
            if value is not None:
                given[name] = value
        if switch is None or switch.on is not False:
            yield Use(rule, switch.level if switch is not None else None, given)


def _value(setting: Setting, texts: tuple[str, ...]) -> Fraction | tuple[str, ...] | None:
    """The value that a template gives a setting; None where the setting does not take it."""
    if isinstance(setting.default, tuple):
        return texts
    try:
        amount = parse_amount(texts[0] if len(texts) == 1 else "")
    except NotAnAmount:
        return None
    # 50 for a share means 50 %, and would be 5000 %.
    if not amount.unit.name and amount > 1 and setting.default is not None and 0 < setting.default < 1:
        return None
    return amount if amount.dimension in ("", RATIO) and amount >= 0 else None


def misused_switches(rules: Iterable[Rule], template: Template) -> Iterator[Finding]:
    """Errors in a template's checks.yaml: unknown checks, unknown settings, bad values."""
    known = {rule.name: rule for rule in rules if not rule.fixed}
    for switch in template.switches:
        path = f"检查.{switch.name}"
        if switch.name not in known:
            hint = suggestion(switch.name, known)
            yield codes.UNKNOWN_CHECK.at(switch.span, path, hint=hint, name=switch.name)
            continue
        settings = known[switch.name].settings
        for name, (texts, span) in switch.settings.items():
            if name not in settings:
                hint = suggestion(name, ["级别", *settings])
                yield codes.UNKNOWN_SETTING.at(span, f"{path}.{name}", hint=hint, name=name)
            elif _value(settings[name], texts) is None:
                yield codes.BAD_SETTING.at(span, f"{path}.{name}", name=name, text="、".join(texts))


class Slip(Struct, frozen=True, order=True):
    """An error in the characters from ``start`` up to ``end``, at least one.

    ``said`` is what is wrong and what was expected, as part of a sentence: 「应为「；」」. ``mended`` is the
    correction; None where only a person can tell.
    """

    start: int
    end: int
    said: str
    mended: str | None = None


_FEW = 3
"""Up to so many texts with the same slip have a finding each."""
_MOST_PLACES = 30
"""How many places one finding lists: more than any real report has had."""
_AROUND = 8


class Found(NamedTuple):
    """A slip in a text of the bureau."""

    text: Text
    slip: Slip


class TextFinder(Struct, frozen=True):
    """A rule that applies ``slips`` to each text by itself; many of these slips the program can mend.

    Attributes:
        name: The name of the rule.
        code: The code of the findings; its message names ``sample``, ``said`` and ``rest``.
        slips: What is wrong in one text, references and all.
        trigger: A cheap pattern that matches in every text with such a slip. One that begins with a character or a
            class of them is several times faster than one that begins with a choice. It never matches the empty
            string, which would make the search endless.
        reads: Which of the texts that begin as the trigger says; None for all with the trigger anywhere.
        typed: Whether it reads figures, targets and all else that a bureau typed.
    """

    name: str
    code: Code
    slips: Callable[[str], Iterable[Slip]]
    trigger: re.Pattern[str]
    reads: Callable[[Text, Template], bool] | None = None
    typed: bool = False

    def __call__(self, case: Case, _given: Given) -> Iterator[Finding]:
        """The findings in a report's texts."""
        texts: Iterable[Text]
        if self.typed:
            texts = values_with(case.submission, case.source, self.trigger)
        elif (reads := self.reads) is not None:
            begun = (text for text in case.texts if self.trigger.match(text.raw))
            texts = [text for text in begun if reads(text, case.submission.template)]
        else:
            texts = case.printed_with(self.trigger)
        return findings(self.code, slips_of(texts, self.slips))

    @property
    def rule(self) -> Rule:
        """The rule, without settings."""
        return Rule(self.name, (self.code,), self)


def slips_of(texts: Iterable[Text], slips: Callable[[str], Iterable[Slip]]) -> list[Found]:
    """The slips in these texts, in order."""
    return [Found(text, slip) for text in texts for slip in sorted(set(slips(text.raw)))]


def values_with(submission: Submission, source: str, trigger: re.Pattern[str]) -> Iterator[Text]:
    """Every value that a bureau typed, words or not, that the pattern matches."""
    facts = list(walk_facts(submission))
    # Most inputs have none: they are searched joined into one.
    is_there = trigger.search(_BETWEEN.join([fact.text for fact in facts]))
    for fact in facts if is_there else ():
        if not trigger.search(fact.text):
            continue
        if isinstance(fact.value, tuple):
            yield from texts_in(fact, "", "列表", source)
        else:
            yield Text.typed(fact.path, "", fact.text, fact.span, "", source)


def findings(code: Code, found: Sequence[Found]) -> Iterator[Finding]:
    """One finding per text, with the places of all its slips; one in all where there are many texts."""
    groups = [list(group) for _, group in groupby(found, key=lambda one: one.text)]
    if len(groups) > _FEW:
        groups = [list(chain.from_iterable(groups))]
    for group in groups:
        text, slip = group[0]
        start, end = max(0, slip.start - _AROUND), min(len(text.raw), slip.end + _AROUND)
        around = text.raw[start:end].replace("\n", " ")
        sample = f"{'…' if start else ''}{around}{'…' if end < len(text.raw) else ''}"
        place = text.place(slip.start, slip.end)
        yield code.at(place, text.path, sample=sample, said=slip.said, rest=_rest(group, place))


def _rest(group: Sequence[Found], first: Span) -> str:
    """The number of slips and some of their places; blank for a single slip."""
    if len(group) == 1:
        return ""
    texts = len({id(one.text) for one in group})
    where = f"{texts} 段文字里共" if texts > 1 else "这段文字里共"
    places = [one.text.place(one.slip.start, one.slip.end) for one in group[:_MOST_PLACES]]
    # Line and column in the file of the first slip; the full name of a cell in a table.
    shown = [f"{one.line}:{one.column}" if one.length and one.file == first.file else str(one) for one in places]
    more = "等" if len(group) > _MOST_PLACES else ""
    return f"；{where} {len(group)} 处（行:列）：{'、'.join(shown)}{more}"


OPAQUE = "\x01"
"""Replaces every character of a masked text that no rule looks at."""

_ADDRESS = re.compile(r"(?:https?://|www\.)[\w./:?&=%#~+,;!-]*[\w/]|(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_NUMBER = re.compile(r"[（(\[【〔［][ ]?[\d０-９]{2,4}[ ]?年?[ ]?[）)\]】〕］][ ]?第?[ ]?[\d０-９]+(?=[ ]?号)")

_CLOSERS = {"《": "》", "“": "”", "「": "」"}
_OPENERS = re.compile("[《“「]")


@lru_cache(maxsize=256)
def masked(text: str) -> str:
    """Hides references (``HIDDEN``), web and mail addresses (``OPAQUE``); the length stays."""
    if "{" not in text and "." not in text:
        return text
    return _ADDRESS.sub(_opaque, blanked(text, HIDDEN))


@lru_cache(maxsize=256)
def numbers_masked(text: str) -> str:
    """Also hides file numbers (``OPAQUE``): a rule of its own checks their brackets."""
    return _NUMBER.sub(_opaque, masked(text))


def quoted(text: str, openers: str = "《“") -> Iterator[tuple[int, int]]:
    """Start and end of titles and quotations, each from an opener to the next closer of its kind.

    Not a pattern: with many unclosed openers, that would take quadratic time.
    """
    at, unclosed = 0, set()
    for match in _OPENERS.finditer(text) if _OPENERS.search(text) else ():
        opener, start = match[0], match.start()
        if start < at or opener not in openers or opener in unclosed:
            continue
        end = text.find(_CLOSERS[opener], start) + 1
        if end:
            yield start, end
            at = end
        else:
            unclosed.add(opener)


def without_quoted(text: str) -> str:
    """Hides titles and quotations (``HIDDEN``); the length stays."""
    pieces, at = [], 0
    for start, end in quoted(text):
        pieces += [text[at:start], HIDDEN * (end - start)]
        at = end
    return "".join([*pieces, text[at:]])


def _opaque(match: re.Match[str]) -> str:
    return OPAQUE * len(match[0])
