"""Entries on the indicators of the scoring form: the bureau's under 指标 in its input, and those of reviewers.

复核得分 and 复核意见, round by round, and the bureau's answers are in files of their own beside the filing, so that
neither side edits the other's file::

    某局-2024.yaml        the bureau's filing (or .xlsx)
    某局-2024.复核.yaml   轮次: [{日期, 复核单位, 意见: [{指标, 复核得分, 意见}]}]
    某局-2024.答复.yaml   答复: [{轮次, 指标, 答复: 采纳 or 说明, 说明}]
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

from msgspec.structs import replace

from generator.base.amount import Amount
from generator.base.diagnostics import Finding, Severity, Span, has_errors, nearest, suggestion
from generator.base.formats import chinese_date, plain
from generator.submission import codes, model
from generator.submission.attachments import EVIDENCE, read_evidence
from generator.submission.kinds import KindFault, read_kind
from generator.submission.model import Entry, Fact, Form, Remark, Review, Submission, blank_entry
from generator.template.model import Field, Indicator, Template, is_stated, says_nothing, walk_indicators
from generator.yamlfile.build import Mapping, Node, Scalar, Sequence
from generator.yamlfile.source import read_yaml

_KEYS = ("说明", "自评分", "结论", "要点", "原因", EVIDENCE)
NOT_APPLICABLE = "不适用"
_TEXTS = ("说明", "原因", EVIDENCE)
_ITEM_KEYS = ("结论", "说明", "自评分", EVIDENCE)


def read_entries(root: Mapping, template: Template, folder: Path, findings: list[Finding]) -> dict[str, Entry]:
    """The bureau's entries by indicator; ``folder`` is that of the input and of its evidence."""
    scored = {node.name: node for node in template.all_indicators() if node.is_scored}
    node = root.get("指标")
    if not isinstance(node, Mapping):
        judged = any(is_stated(one.score) or any(item.score is None for item in one.items) for one in scored.values())
        if not (node is None or (isinstance(node, Scalar) and node.is_blank)):
            mend = "在它下面缩进两格，逐个指标写「名称:」。"
            findings.append(wrong_shape(node, "指标", "一组「指标名称: 值」", mend))
        elif judged:
            others = (key.text for key in root.keys() if key.text not in ("指标", *template.fields))
            # Unless it was reported as misspelt.
            if not any(nearest("指标", [other]) for other in others):
                findings.append(codes.NO_INDICATORS.at(node.span if node is not None else root.span, "指标"))
        return {}
    findings.extend(_unknown(key, scored, template) for key in node.keys() if key.text not in scored)
    groups = [indicator.name for indicator in template.all_indicators() if not indicator.is_scored]
    meant = _meant(node, scored, groups)
    part = next(key.span for key in root.keys() if key.text == "指标")
    entries = {
        name: _entry(entry.key, entry.value, scored[name], folder, findings)
        for entry in node.entries
        if (name := meant.get(entry.key.text))
    }
    for name, indicator in scored.items():
        if name not in entries:
            entries[name] = blank_entry(f"指标.{name}", part)
        _require(indicator, entries[name], findings)
    return entries


def _meant(node: Mapping, known: Iterable[str], others: Collection[str] = ()) -> dict[str, str]:
    """Maps each key to the known name that it is, or was probably meant to be."""
    meant = {one.key.text: one.key.text for one in node.entries if one.key.text in known}
    if len(meant) == len(node.entries):
        return meant
    absent = [name for name in known if name not in meant]
    for key in node.keys():
        near = nearest(key.text, absent, most=1) if key.text not in meant and key.text not in others else []
        for name in near:
            meant[key.text] = name
            absent.remove(name)
    return meant


def _unknown(key: Scalar, scored: dict[str, Indicator], template: Template) -> Finding:
    path = f"指标.{key.text}"
    group = next((node for node in template.all_indicators() if node.name == key.text), None)
    if group is not None:
        children = "、".join(child.name for child in group.children)
        if group.rows is not None:
            children = f"表「{group.rows.table}」里的各行"
        return codes.NOT_SCORED.at(key.span, path, key=key.text, children=children)
    tables = dict.fromkeys(node.rows.table for node in template.all_indicators() if node.rows is not None)
    in_rows = f"「{'」「'.join(tables)}」里各行的指标，原因和佐证填在那一行。" if tables else ""
    hint = suggestion(key.text, scored) + in_rows
    return codes.UNKNOWN_INDICATOR.at(key.span, path, hint=hint, key=key.text)


def _require(indicator: Indicator, entry: Entry, findings: list[Finding]) -> None:
    """Report missing scores and conclusions that only the bureau can give."""
    path = f"指标.{indicator.name}"
    if entry.conclusion is not None:
        if not entry.remarks.value:
            findings.append(codes.NO_BASIS.at(entry.conclusion.span, path, what=f"指标「{indicator.name}」"))
        return
    if is_stated(indicator.score) and entry.stated.value is None and not entry.stated.text:
        weight = plain(indicator.weight)
        findings.append(codes.NO_JUDGEMENT.at(entry.span, path, indicator=indicator.name, weight=weight))
    for item in (item for item in indicator.items if item.score is None):
        said, words = entry.items.get(item.name), {"indicator": indicator.name, "item": item.name}
        place = f"{path}.要点.{item.name}"
        if said is None or said.conclusion.value is None:
            shares = "".join(f"「{share}」" for share in item.shares)
            span = said.conclusion.span if said is not None else entry.span
            findings.append(codes.NO_CONCLUSION.at(span, place, shares=shares, **words))
        elif said.conclusion.value == NOT_APPLICABLE and not said.remarks.value:
            what = f"指标「{indicator.name}」的要点「{item.name}」"
            findings.append(codes.NO_BASIS.at(said.conclusion.span, place, what=what))


def _entry(key: Scalar, node: Node, indicator: Indicator, folder: Path, findings: list[Finding]) -> Entry:
    path = f"指标.{indicator.name}"
    reader = EntryReader(node, path, _KEYS, findings)
    items = reader.get("要点")
    if items is not None and not indicator.items:
        findings.append(codes.NO_ITEMS.at(items.span, f"{path}.要点", indicator=indicator.name))
        items = None
    return Entry(
        span=key.span,
        remarks=reader.text("说明"),
        reason=reader.text("原因"),
        stated=reader.score("自评分", indicator.name, indicator.weight),
        evidence=reader.evidence(folder),
        items=_items(items, indicator, folder, findings),
        conclusion=reader.conclusion(indicator),
    )


def _items(
    node: Node | None, indicator: Indicator, folder: Path, findings: list[Finding]
) -> dict[str, model.ItemEntry]:
    path = f"指标.{indicator.name}.要点"
    known = {item.name: item for item in indicator.items}
    reader = EntryReader(node or Mapping((), indicator.span), path, tuple(known), findings, indicator.name)
    entries = {}
    for entry in reader.node.entries:
        item = known.get(reader.meant.get(entry.key.text, ""))
        if item is None:
            continue
        below = EntryReader(entry.value, f"{path}.{item.name}", _ITEM_KEYS, findings)
        conclusion = below.text("结论")
        if conclusion.value is not None and conclusion.value not in item.shares:
            hint = suggestion(conclusion.text, item.shares)
            words = {"item": item.name, "text": conclusion.text}
            findings.append(codes.UNKNOWN_CONCLUSION.at(conclusion.span, conclusion.path, hint=hint, **words))
        stated = below.score("自评分", item.name, item.weight)
        entries[item.name] = model.ItemEntry(conclusion, below.text("说明"), stated, below.evidence(folder))
    return entries


class EntryReader:
    """One mapping of the part 指标, or of a review, with the keys it may have."""

    unknown = codes.UNKNOWN_FIELD

    def __init__(
        self, node: Node, path: str, keys: tuple[str, ...], findings: list[Finding], indicator: str = ""
    ) -> None:
        self.path, self.findings = path, findings
        if not isinstance(node, Mapping):
            # A name without a value counts as left out.
            if not (isinstance(node, Scalar) and node.is_blank):
                findings.append(wrong_shape(node, path, "一组「名称: 值」", f"可填的名称：{'、'.join(keys)}。"))
            node = Mapping((), node.span)
        unknown = [one.key for one in node.entries if one.key.text not in keys]
        self.node, self.meant = node, _meant(node, keys)
        self._values = {self.meant.get(one.key.text, one.key.text): one.value for one in reversed(node.entries)}
        for key in unknown:
            code = codes.UNKNOWN_ITEM if indicator else self.unknown
            words = {"hint": suggestion(key.text, keys), "key": key.text, "indicator": indicator}
            findings.append(code.at(key.span, f"{path}.{key.text}".lstrip("."), **words))

    def get(self, key: str) -> Node | None:
        """The value under a key or a misspelling of it; None if blank."""
        node = self._values.get(key)
        if isinstance(node, Scalar) and (not node.has_text or (key in _TEXTS and says_nothing(node.text))):
            return None
        return node

    def conclusion(self, indicator: Indicator) -> Fact | None:
        """The 不适用 of the whole indicator, in 结论 or in place of a score; None if it applies."""
        keys = [
            key
            for key in ("结论", "自评分")
            if isinstance(node := self.get(key), Scalar) and node.text == NOT_APPLICABLE
        ]
        said = self.text(keys[0] if keys else "结论")
        if said.value is None:
            return None
        if keys and NOT_APPLICABLE in indicator.shares:
            return said
        hint = "这份评分表没有规定不适用怎样计分，请照评分标准填写。"
        if not keys:
            hint = "整项不适用的指标写「结论: 不适用」；按要点评分的，结论写在各要点之下。"
        words = {"item": indicator.name, "text": said.text}
        self.findings.append(codes.UNKNOWN_CONCLUSION.at(said.span, said.path, hint=hint, **words))
        return None

    def text(self, key: str) -> Fact:
        """The text under a key; reports a list or mapping."""
        node = self.get(key)
        path = f"{self.path}.{key}"
        if isinstance(node, Scalar):
            return Fact(path, node.text, node.text, node.span)
        if node is not None:
            self.findings.append(wrong_shape(node, path, "一个值", "在冒号后面直接写。"))
        return Fact(path, None, "", self.node.span)

    def evidence(self, folder: Path) -> Fact:
        """The documents under 佐证, with their titles as the value."""
        path, node = f"{self.path}.{EVIDENCE}", self.get(EVIDENCE)
        found = read_evidence(node, path, folder, self.findings)
        texts, spans = tuple(one.title for one in found), tuple(one.span for one in found)
        return Fact(path, texts or None, "、".join(texts), (node or self.node).span, spans, materials=found)

    def score(self, key: str, name: str, weight: Fraction) -> Fact:
        """A number between 0 and the weight; below 0 for a deduction, which has no weight."""
        fact = self.text(key)
        if fact.value is None or fact.text == NOT_APPLICABLE:
            return Fact(fact.path, None, "", fact.span)
        field = Field(name, fact.path, "数值", name, fact.span, unit="分", signed=not weight, example=plain(weight))
        value = None
        try:
            value = read_kind(field, fact.text)
        except KindFault as fault:
            self.findings.append(fault.at(fact.span, fact.path, fact.text, name))
        if isinstance(value, Amount) and value > weight:
            words = {"name": name, "what": key, "text": fact.text, "weight": plain(weight)}
            self.findings.append(codes.ABOVE_WEIGHT.at(fact.span, fact.path, **words))
            value = None  # a draft treats it as missing
        value = value.located(None, plain(value)) if isinstance(value, Amount) else None
        return Fact(fact.path, value, fact.text, fact.span)


def wrong_shape(node: Node, path: str, expected: str, mend: str, label: str = "") -> Finding:
    """A node of the wrong shape; ``expected`` says what it should be."""
    found = "一个值" if isinstance(node, Scalar) else "一个列表" if isinstance(node, Sequence) else "一组「名称: 值」"
    words = {"name": path, "label": label, "expected": expected, "found": found, "mend": mend}
    return codes.WRONG_SHAPE.at(node.span, path, **words)


REVIEW, ANSWERS = ".复核.yaml", ".答复.yaml"
ACCEPTED, EXPLAINED = "采纳", "说明"
WHOLE = "整份填报"
_DAY = Field("日期", "日期", "日期", "日期", Span(""))


def is_review(file: Path) -> bool:
    """Whether a file of this name is a review or its answers, and no filing."""
    return file.name.endswith((REVIEW, ANSWERS))


def review_files(file: Path) -> list[Path]:
    """Where the review of a filing and the answers to it are, if there are any."""
    return [file.with_name(file.stem + ending) for ending in (REVIEW, ANSWERS)]


def read_review(submission: Submission, input_file: Path, findings: list[Finding]) -> Submission:
    """The submission with the review and the answers in the files beside it; faults go to ``findings``."""
    files = review_files(input_file)
    if not any(file.is_file() for file in files):
        return submission
    reader = _ReviewReader(submission, findings)
    rounds = reader.rounds(files[0]) if files[0].is_file() else []
    answers = reader.answers(files[1], rounds) if files[1].is_file() else {}
    rounds = [
        replace(one, remarks=tuple(replace(said, answer=answers.get((one.number, said.path))) for said in one.remarks))
        for one in rounds
    ]
    unanswered = [said for said in rounds[-1].remarks if said.text and said.answer is None] if rounds else []
    if not has_errors(findings):
        findings += (codes.NO_ANSWER.at(one.span, one.path, name=one.name, file=files[1].name) for one in unanswered)
    return replace(submission, review=Review(tuple(rounds), tuple(reader.sources)))


class _ReviewEntry(EntryReader):
    unknown = codes.UNKNOWN_WORD


class _ReviewReader:
    def __init__(self, submission: Submission, findings: list[Finding]) -> None:
        self.findings = findings
        self.sources: list[tuple[str, str]] = []
        self.nodes = [
            (form, node, (form.title if form.path else WHOLE, *node.path.split("/")))
            for form in submission.forms
            for node in walk_indicators(form.indicators)
        ]

    def rounds(self, file: Path) -> list[model.Round]:
        rounds = [self._round(item, number) for number, item in enumerate(self._items(file, "轮次"), 1)]
        # Remarks of earlier rounds on indicators that no longer exist stay on record.
        for number, one in enumerate(rounds, 1):
            for said in one.remarks:
                if said.path:
                    continue
                meant = list(self._meant(said.name))
                if meant:
                    chains = ["/".join(chain) for form, node, chain in self.nodes if (form, node) in meant]
                    hint = f"写明上级，如「{'」「'.join(chains[:3])}」。"
                    why = f"叫这个名称的有 {len(meant)} 项"
                else:
                    # Below what is written before the last stroke, if there is such a thing.
                    above, _, last = said.name.rpartition("/")
                    chains_below = [chain for *_, chain in self.nodes if above.partition("/")[0] in chain[:-1]]
                    known = chains_below or [chain for *_, chain in self.nodes]
                    hint = suggestion(last if chains_below else said.name, dict.fromkeys(one[-1] for one in known))
                    titles = {chain[0]: "/".join(chain) for *_, chain in reversed(self.nodes) if chain[0] != WHOLE}
                    if close := nearest(said.name, titles, 1):
                        hint = f"写到它的某一项，如「{titles[close[0]]}」；对整个项目的写「{WHOLE}」。"
                    why = "填报里没有这一项"
                finding = codes.NOT_REVIEWED.at(said.span, "指标", hint=hint, name=said.name, why=why)
                severity = Severity.WARNING if number < len(rounds) else Severity.ERROR
                self.findings.append(replace(finding, severity=severity))
        return rounds

    def answers(self, file: Path, rounds: list[model.Round]) -> dict[tuple[int, str], model.Answer]:
        found: dict[tuple[int, str], model.Answer] = {}
        for at, item in enumerate(self._items(file, "答复"), 1):
            reader = _ReviewEntry(item, f"答复[{at}]", ("轮次", "指标", "答复", "说明"), self.findings)
            number, named, word, text = (reader.text(key) for key in ("轮次", "指标", "答复", "说明"))
            last = len(rounds) if number.value is None else 0
            which = next((one for one in rounds if str(one.number) == number.text or one.number == last), None)
            node = self._named(named.text)
            path = node[0].path_of(node[1]) if node is not None else ""
            remarks = which.remarks if which else ()
            remark = next((one for one in remarks if (one.path or one.name) == (path or named.text)), None)
            if word.text not in (ACCEPTED, EXPLAINED):
                hint = f"答复写「{ACCEPTED}」或「{EXPLAINED}」。"
                self._fault(
                    word.span, word.path, f"「{word.text}」不是答复的写法" if word.text else "没有写「答复」", hint
                )
            elif word.text == EXPLAINED and text.value is None:
                self._fault(word.span, word.path, "写了说明情况，没有写「说明」", "写明没有采纳的理由。")
            if remark is None:
                names = [said.name for one in rounds for said in one.remarks if which in (None, one)]
                rounds_said = f"第 {which.number} 轮" if which else f"第 {number.text} 轮" if number.text else "复核"
                hint = suggestion(named.text, dict.fromkeys(names)) if which else f"复核有 {len(rounds)} 轮。"
                self.findings.append(
                    codes.NO_REMARK.at(named.span, named.path, hint=hint, round=rounds_said, name=named.text)
                )
                continue
            key = (remark.round, remark.path)
            if key in found:
                self._twice(named.span, named.path, named.text, found[key].span)
            found.setdefault(key, model.Answer(word.text, str(text.value or ""), named.span))
        return found

    def _items(self, file: Path, key: str) -> tuple[Node, ...]:
        source = read_yaml(file)
        self.findings += source.findings
        self.sources.append((file.name, source.digest))
        if source.root is None:
            return ()
        entry = _ReviewEntry(source.root, "", (key,), self.findings)
        node = entry.get(key)
        if isinstance(node, Sequence):
            return node.items
        if node is not None:
            self.findings.append(wrong_shape(node, key, "一个列表", f"「{key}:」下面每条以「- 」开头。"))
        elif source.root.get(key) is None and key not in entry.meant.values():
            self._fault(source.root.span, key, f"没有「{key}」", f"写「{key}:」，下面每条以「- 」开头。")
        return ()

    def _round(self, node: Node, number: int) -> model.Round:
        path = f"轮次[{number}]"
        reader = _ReviewEntry(node, path, ("日期", "复核单位", "意见"), self.findings)
        day, by, listed = reader.text("日期"), reader.text("复核单位"), reader.get("意见")
        said = ""
        if day.value is None:
            self._fault(reader.node.span, f"{path}.日期", f"第 {number} 轮没有写日期", "写「日期: 2025-03-15」。")
        else:
            try:
                value = read_kind(_DAY, day.text.strip())
                said = chinese_date(value) if isinstance(value, date) else ""
            except KindFault as fault:
                self.findings.append(fault.at(day.span, day.path, day.text))
        if listed is not None and not isinstance(listed, Sequence):
            self.findings.append(wrong_shape(listed, f"{path}.意见", "一个列表", "每条意见以「- 」开头。"))
        items = listed.items if isinstance(listed, Sequence) else ()
        remarks: dict[str, Remark] = {}
        for at, item in enumerate(items, 1):
            remark = self._remark(item, f"{path}.意见[{at}]", number)
            if remark is not None and (before := remarks.get(remark.path or remark.name)):
                self._twice(remark.span, f"{path}.意见[{at}]", remark.name, before.span)
            elif remark is not None:
                remarks[remark.path or remark.name] = remark
        return model.Round(number, said, str(by.value or ""), tuple(remarks.values()))

    def _remark(self, node: Node, path: str, number: int) -> Remark | None:
        reader = _ReviewEntry(node, path, ("指标", "复核得分", "意见"), self.findings)
        named, text = reader.text("指标"), reader.text("意见")
        if named.value is None:
            self._fault(reader.node.span, f"{path}.指标", "没有写「指标」", "写明意见是对哪一项指标的。")
            return None
        if named.text == WHOLE:
            if text.value is None or reader.get("复核得分") is not None:
                self._fault(named.span, path, f"对「{WHOLE}」只写意见", "得分写在各项指标上。")
            return Remark(WHOLE, WHOLE, number, None, str(text.value or ""), named.span)
        found = self._named(named.text)
        if found is None:
            return Remark("", named.text, number, None, str(text.value or ""), named.span)
        form, indicator = found
        stated = reader.get("复核得分")
        if stated is not None and not indicator.is_scored:
            children = "、".join(child.name for child in indicator.children)
            self.findings.append(
                codes.NOT_SCORED.at(stated.span, f"{path}.复核得分", key=indicator.name, children=children)
            )
            stated = None
        score = reader.score("复核得分", indicator.name, indicator.weight).value if stated is not None else None
        if stated is None and text.value is None:
            self._fault(
                named.span, path, f"「{named.text}」没有写复核得分，也没有写意见", "写其中一样；没有意见的删去这一条。"
            )
        points = Fraction(score) if isinstance(score, Amount) else None
        return Remark(form.path_of(indicator), named.text, number, points, str(text.value or ""), named.span)

    def _named(self, text: str) -> tuple[Form, Indicator] | None:
        """The indicator of a name, or of names from the top down (甲项目/培训人数); None unless exactly one matches."""
        found = list(self._meant(text))
        return found[0] if len(found) == 1 else None

    def _meant(self, text: str) -> Iterator[tuple[Form, Indicator]]:
        *above, last = [part.strip() for part in text.split("/")]
        for form, node, chain in self.nodes:
            names = iter(chain[:-1])
            is_named = text in (node.name, form.path_of(node), "/".join(chain))
            if is_named or (last == node.name and all(part in names for part in above)):
                yield form, node

    def _fault(self, span: Span, path: str, problem: str, mend: str) -> None:
        self.findings.append(codes.REVIEW_FAULT.at(span, path, problem=problem, mend=mend))

    def _twice(self, span: Span, path: str, name: str, before: Span) -> None:
        self.findings.append(codes.SAID_TWICE.at(span, path, name=name, text=name, other=before.in_words))
