"""The typed submission of a bureau: facts, records of facts, tables of records; immutable, each with its place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from generator.base.diagnostics import Span
from generator.base.files import Document, Picture
from generator.base.formats import plain
from generator.formula.values import Value
from generator.template.model import Field, Indicator, Scoring, Template, walk_indicators
from generator.yamlfile.build import Mapping as Tree

_NUMBER = re.compile(r"\[\d+\]")


class Fact(Struct, frozen=True, gc=False):
    """One fact. ``value`` is None if blank; ``text`` is as typed.

    For 段落 and 列表 the value is a tuple of texts, and ``spans`` holds the place of each; for 图片 it is the
    description and ``text`` the file's name; for 文档 it is the file's name. For the evidence of an indicator it holds
    the titles of the ``materials``.
    """

    path: str
    value: Value
    text: str
    span: Span
    spans: tuple[Span, ...] = ()
    picture: Picture | None = None
    document: Document | None = None
    materials: tuple[Evidence, ...] = ()

    @property
    def file(self) -> Picture | Document | None:
        """The file that is printed instead of the text."""
        return self.picture or self.document


class Record(Struct, frozen=True, dict=True):
    """A group, or one row of a table. ``stated`` are values that the bureau states for computed fields."""

    path: str
    span: Span
    fields: Mapping[str, Field]
    members: Mapping[str, Fact | Record | Table] = field(default_factory=dict)
    stated: Mapping[str, Fact] = field(default_factory=dict)

    def fact(self, name: str) -> Fact | None:
        """The fact of that name; None for a group, a table, or no such member."""
        member = self.members.get(name)
        return member if isinstance(member, Fact) else None

    def at(self, names: Iterable[str]) -> Fact | Record | Table | None:
        """The member under these names, through groups; None if there is none."""
        found: Fact | Record | Table | None = self
        for name in names:
            found = found.members.get(name) if isinstance(found, Record) else None
        return found

    @cached_property
    def _inside(self) -> _Inside:
        """Everything within it, from a single walk."""
        found = _Inside([], [], [], [])
        _gather(self, found)
        return found

    @property
    def records(self) -> list[Record]:
        """The record and every group and row within it."""
        return [self, *self._inside.records]

    @property
    def tables(self) -> list[Table]:
        """Every table of the record, of its groups, and of the rows of its tables."""
        return self._inside.tables

    @property
    def facts(self) -> list[Fact]:
        """Every fact within it, blank ones too, and what is stated of computed fields."""
        return self._inside.facts

    @property
    def files(self) -> list[Fact]:
        """The facts that are printed as a picture or a document."""
        return self._inside.files


class Table(Struct, frozen=True):
    """The rows of a table, in the order of the file; none if it is absent, or ``said`` to have none."""

    path: str
    span: Span
    fields: Mapping[str, Field]
    rows: tuple[Record, ...] = ()
    said: bool = False


class _Inside(NamedTuple):
    """What a record holds, in its order; not the record itself, which would keep it from being freed at once."""

    facts: list[Fact]
    records: list[Record]
    tables: list[Table]
    files: list[Fact]


def _gather(record: Record, found: _Inside) -> None:
    found.facts.extend(record.stated.values())
    for member in record.members.values():
        if isinstance(member, Fact):
            found.facts.append(member)
            if member.picture is not None or member.document is not None:
                found.files.append(member)
        elif isinstance(member, Table):
            found.tables.append(member)
            for row in member.rows:
                found.records.append(row)
                _gather(row, found)
        else:
            found.records.append(member)
            _gather(member, found)


class Evidence(Struct, frozen=True):
    """One piece of evidence of an indicator: a document by its title, or a file beside the input.

    ``titled`` says whether the bureau states the title, or it is from the file's name. ``name`` is the file as typed,
    ``named`` where; ``file`` is None if there is none, or it was not found.
    """

    path: str
    title: str
    span: Span
    name: str = ""
    named: Span = Span("")
    file: Path | None = None
    titled: bool = True


class ItemEntry(Struct, frozen=True):
    """The bureau's entry on one scored point."""

    conclusion: Fact
    remarks: Fact
    stated: Fact
    evidence: Fact


class Entry(Struct, frozen=True):
    """The bureau's entry on one indicator.

    ``conclusion`` is the 不适用 of an indicator that does not apply as a whole. ``row`` is the row of a table that the
    entry comes from; None for one under 指标.
    """

    span: Span
    remarks: Fact
    reason: Fact
    stated: Fact
    evidence: Fact
    items: Mapping[str, ItemEntry] = field(default_factory=dict)
    conclusion: Fact | None = None
    row: Record | None = None

    def own(self, *facts: Fact) -> tuple[Fact, ...]:
        """Those of the facts that are under 指标; others belong to fields."""
        return tuple(fact for fact in facts if self.row is None and fact.path.startswith("指标."))

    def all_materials(self) -> tuple[Evidence, ...]:
        """The evidence of the indicator, then that of its points."""
        evidence = (self.evidence, *(item.evidence for item in self.items.values()))
        return tuple(one for fact in evidence for one in fact.materials)


class Attachment(Struct, frozen=True):
    """A finished Word file appended to the report: its content, its name as typed, its title, its SHA-256."""

    path: str
    data: bytes
    name: str
    title: str
    span: Span
    digest: str


class Form(Struct, frozen=True):
    """A scoring form of a filing: that of the whole, or that of one row of a table (``path``).

    ``indicators`` are those of the template and those that are rows; ``entries`` are the bureau's, by the indicator's
    id; ``title`` is the row's name.
    """

    path: str
    title: str
    scoring: Scoring | None
    indicators: tuple[Indicator, ...]
    facts: Record
    entries: Mapping[str, Entry]

    def leaves(self) -> Iterator[Indicator]:
        """The indicators that have a score of their own, in the form's order."""
        return (node for node in walk_indicators(self.indicators) if node.is_scored)

    def entry(self, indicator: Indicator) -> Entry:
        """The entry on an indicator; by default a blank one."""
        return self.entries.get(indicator.id) or blank_entry(self.path_of(indicator), self.facts.span)

    def path_of(self, indicator: Indicator) -> str:
        """The path of an indicator's values: ``指标.X``, ``项目[3].指标.X``."""
        return f"{self.path}.指标.{indicator.id}".lstrip(".")


class Answer(Struct, frozen=True):
    """What the bureau answers to a remark: ``word`` is 采纳 or 说明."""

    word: str
    text: str
    span: Span

    def __str__(self) -> str:
        return f"{self.word}：{self.text}" if self.text else self.word


class Remark(Struct, frozen=True):
    """A reviewer's score of an indicator, or opinion, or both, in one round.

    ``path`` is that of the indicator's values (``指标.X``); blank if the filing no longer has the indicator.
    """

    path: str
    name: str
    round: int
    score: Fraction | None
    text: str
    span: Span
    answer: Answer | None = None

    def __str__(self) -> str:
        score = f"复核得分 {plain(self.score)}" if self.score is not None else ""
        answer = f"答复 {self.answer}" if self.answer is not None else "没有答复" if self.text else ""
        return "；".join(part.replace("\n", " ") for part in (score, self.text.strip("。； "), answer) if part)

    def as_dict(self) -> dict[str, object]:
        """The remark as data."""
        return {
            "path": self.path,
            "indicator": self.name,
            "score": plain(self.score) if self.score is not None else None,
            "opinion": self.text,
            "answer": self.answer.word if self.answer is not None else None,
            "explanation": self.answer.text if self.answer is not None else "",
            **self.span.as_dict(),
        }


class Round(Struct, frozen=True):
    """One round of a review, by its number from 1: its day as it is printed, who reviewed, the remarks."""

    number: int
    day: str
    by: str
    remarks: tuple[Remark, ...]

    def as_dict(self) -> dict[str, object]:
        """The round as data."""
        remarks = [one.as_dict() for one in self.remarks]
        return {"round": self.number, "date": self.day, "by": self.by, "remarks": remarks}


class Review(Struct, frozen=True):
    """The rounds of a review; ``sources`` are its files with the SHA-256 of their bytes."""

    rounds: tuple[Round, ...]
    sources: tuple[tuple[str, str], ...]

    def remarks(self, path: str) -> list[Remark]:
        """What all rounds say of an indicator."""
        return [said for one in self.rounds for said in one.remarks if said.path == path]

    def scored(self, path: str) -> Remark | None:
        """The last remark with a score: it holds until a later round states another."""
        return next((said for said in reversed(self.remarks(path)) if said.score is not None), None)


class Submission(Struct, frozen=True, dict=True):
    """One bureau's filing for one year, typed against its template.

    ``digest`` is of its bytes. ``sources`` are the tables and attachments that it names, each with its SHA-256.
    ``row_forms`` are the scoring forms of the rows that have their own. ``tree`` is the filing without those tables:
    stamps have its digest. ``refused`` are the paths of cells reported as unreadable: they are not blank.
    """

    file: str
    digest: str
    template: Template
    facts: Record
    entries: Mapping[str, Entry]
    sources: tuple[tuple[str, str], ...] = ()
    attachments: tuple[Attachment, ...] = ()
    row_forms: tuple[Form, ...] = ()
    review: Review | None = None
    tree: Tree | None = None
    refused: frozenset[str] = frozenset()

    def is_refused(self, path: str) -> bool:
        """Whether a value, or its column, was reported as unreadable."""
        return path in self.refused or field_path(path) in self.refused

    @property
    def year(self) -> int | None:
        """The year of the report; None if there is no such field, or it is blank."""
        fact, field = self.facts.members.get("年度"), self.facts.fields.get("年度")
        known = isinstance(fact, Fact) and field is not None and field.kind == "年份"
        return int(fact.value) if known and isinstance(fact.value, Fraction) else None  # type: ignore[union-attr]

    def fact(self, path: str) -> Fact | None:
        """The fact at a path outside tables; None if there is none."""
        found = self.facts.at(path.split("."))
        return found if isinstance(found, Fact) else None

    @cached_property
    def form(self) -> Form:
        """The scoring form of the whole filing."""
        template = self.template
        return Form("", template.title, template.scoring, template.indicators, self.facts, self.entries)

    @property
    def forms(self) -> tuple[Form, ...]:
        """Every scoring form, that of the whole filing first."""
        return (self.form, *self.row_forms)


def blank_entry(path: str, span: Span) -> Entry:
    """An entry without any value."""
    remarks, reason, stated, evidence = (
        Fact(f"{path}.{name}", None, "", span) for name in ("说明", "原因", "自评分", "佐证")
    )
    return Entry(span, remarks, reason, stated, evidence)


def walk_facts(submission: Submission) -> Iterator[Fact]:
    """The facts of the fields, then those of the indicators; also blank ones and those stated for computed fields."""
    yield from submission.facts.facts
    for entry in submission.entries.values():
        yield from entry.own(entry.remarks, entry.reason, entry.stated, entry.evidence)
        if entry.conclusion is not None:
            yield entry.conclusion
        for item in entry.items.values():
            yield from (item.conclusion, item.remarks, item.stated, item.evidence)


def field_path(path: str) -> str:
    """The path of the field of a place in the data: ``项目.指标表`` for ``项目[2].指标表``."""
    return _NUMBER.sub("", path) if "[" in path else path


def moved_path(path: str, moved: Mapping[str, str]) -> str:
    """A path by that of the innermost row or item around it that is ``moved``."""
    known = path
    while known and known not in moved:
        known = known[: known.rfind("]", 0, -1) + 1]
    return moved[known] + path[len(known) :] if known else path


def facts_by_path(submission: Submission) -> dict[str, Fact]:
    """The facts by path; each text of a list also by its number: ``职责[2]``."""
    found: dict[str, Fact] = {}
    for fact in walk_facts(submission):
        found[fact.path] = fact
        if isinstance(fact.value, tuple):
            for number, (text, span) in enumerate(zip(fact.value, fact.spans, strict=False), 1):
                path = f"{fact.path}[{number}]"
                found[path] = Fact(path, text, text, span)
    return found
