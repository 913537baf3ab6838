"""The reviewer's side of a filing: 复核得分 and 复核意见 round by round, and what the bureau answers.

Both stand in files of their own beside the filing, so that neither side writes in the other's::

    某局-2024.yaml        the bureau's filing (or .xlsx)
    某局-2024.复核.yaml   轮次: [{日期, 复核单位, 意见: [{指标, 复核得分, 意见}]}]
    某局-2024.答复.yaml   答复: [{轮次, 指标, 答复: 采纳 or 说明, 说明}]
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

from msgspec.structs import replace

from generator.base.amount import Amount, chinese_date
from generator.base.diagnostics import Finding, Severity, Span, has_errors, suggestion
from generator.submission import codes
from generator.submission.entries import EntryReader, wrong_shape
from generator.submission.kinds import KindFault, read_kind
from generator.submission.model import Answer, Form, Remark, Review, Round, Submission
from generator.template.model import Field, Indicator
from generator.yamlfile.build import Node, Sequence
from generator.yamlfile.source import read_yaml

REVIEW, ANSWERS = ".复核.yaml", ".答复.yaml"
ACCEPTED, EXPLAINED = "采纳", "说明"
WHOLE = "整份填报"
_DAY = Field("日期", "日期", "日期", "日期", Span(""))


def is_beside(file: Path) -> bool:
    """Whether a file of this name is a review or its answers, and no filing."""
    return file.name.endswith((REVIEW, ANSWERS))


def read_review(submission: Submission, input_file: Path, findings: list[Finding]) -> Submission:
    """The submission with what its reviewer and its bureau say in the files beside it; faults go to ``findings``."""
    files = [input_file.with_name(input_file.stem + ending) for ending in (REVIEW, ANSWERS)]
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


class _ReviewReader:
    def __init__(self, submission: Submission, findings: list[Finding]) -> None:
        self.findings = findings
        self.sources: list[tuple[str, str]] = []
        self.nodes = [
            (form, node, tuple(filter(None, (form.path and form.title, *node.path.split("/")))))
            for form in submission.forms
            for root in form.indicators
            for node in root.walk()
        ]

    def rounds(self, file: Path) -> list[Round]:
        rounds = [self._round(item, number) for number, item in enumerate(self._items(file, "轮次"), 1)]
        # What an earlier round said of an indicator that is gone by now stays on record.
        for number, one in enumerate(rounds, 1):
            for said in one.remarks:
                if not said.path and number < len(rounds):
                    self.findings.append(self._unknown(said.span, said.name, Severity.WARNING))
                elif not said.path:
                    self.findings.append(self._unknown(said.span, said.name, Severity.ERROR))
        return rounds

    def answers(self, file: Path, rounds: list[Round]) -> dict[tuple[int, str], Answer]:
        found: dict[tuple[int, str], Answer] = {}
        for at, item in enumerate(self._items(file, "答复"), 1):
            reader = self._entry(item, f"答复[{at}]", ("轮次", "指标", "答复", "说明"))
            number, named, word, text = (reader.text(key) for key in ("轮次", "指标", "答复", "说明"))
            last = len(rounds) if number.value is None else 0
            which = next((one for one in rounds if str(one.number) == number.text or one.number == last), None)
            node = self._named(named.text)
            path = node[0].path_of(node[1]) if node is not None else ""
            remark = (
                next((one for one in which.remarks if (one.path or one.name) == (path or named.text)), None)
                if which
                else None
            )
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
            key = (which.number if which else 0, remark.path)
            if key in found:
                self._twice(named.span, named.path, named.text, found[key].span)
            found.setdefault(key, Answer(word.text, str(text.value or ""), named.span))
        return found

    def _items(self, file: Path, key: str) -> tuple[Node, ...]:
        """The items of the one list in a file."""
        source = read_yaml(file)
        self.findings += source.findings
        self.sources.append((file.name, source.digest))
        if source.root is None:
            return ()
        entry = self._entry(source.root, "", (key,))
        node = entry.get(key)
        if isinstance(node, Sequence):
            return node.items
        if node is not None:
            self.findings.append(wrong_shape(node, key, "一个列表", f"「{key}:」下面每条以「- 」开头。"))
        elif source.root.get(key) is None and key not in entry.meant.values():
            self._fault(source.root.span, key, f"没有「{key}」", f"写「{key}:」，下面每条以「- 」开头。")
        return ()

    def _round(self, node: Node, number: int) -> Round:
        path = f"轮次[{number}]"
        reader = self._entry(node, path, ("日期", "复核单位", "意见"))
        day, by, listed = reader.text("日期"), reader.text("复核单位"), reader.get("意见")
        said = ""
        if day.value is None:
            self._fault(reader.node.span, f"{path}.日期", f"第 {number} 轮没有写日期", "写「日期: 2025-03-15」。")
        else:
            try:
                value = read_kind(_DAY, day.text.strip())
                said = chinese_date(value) if isinstance(value, date) else ""
            except KindFault as fault:
                words = {"name": day.path, "text": day.text, **fault.words}
                self.findings.append(fault.code.at(day.span, day.path, hint=fault.hint, **words))
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
        return Round(number, said, str(by.value or ""), tuple(remarks.values()))

    def _remark(self, node: Node, path: str, number: int) -> Remark | None:
        reader = self._entry(node, path, ("指标", "复核得分", "意见"))
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
        """The one indicator of a name, or of names from the top down (甲项目/培训人数); None of none or several."""
        found = list(self._meant(text))
        return found[0] if len(found) == 1 else None

    def _meant(self, text: str) -> Iterator[tuple[Form, Indicator]]:
        *above, last = [part.strip() for part in text.split("/")]
        for form, node, chain in self.nodes:
            names = iter(chain[:-1])
            if text in (node.name, form.path_of(node)) or (last == node.name and all(part in names for part in above)):
                yield form, node

    def _unknown(self, span: Span, text: str, severity: Severity) -> Finding:
        meant = list(self._meant(text))
        if meant:
            chains = ["/".join(chain) for form, node, chain in self.nodes if (form, node) in meant]
            hint = f"写明上级，如「{'」「'.join(chains[:3])}」。"
            why = f"叫这个名称的有 {len(meant)} 项"
        else:
            hint, why = suggestion(text, dict.fromkeys(chain[-1] for *_, chain in self.nodes)), "填报里没有这一项"
        return replace(codes.NOT_REVIEWED.at(span, "指标", hint=hint, name=text, why=why), severity=severity)

    def _entry(self, node: Node, path: str, keys: tuple[str, ...]) -> EntryReader:
        return EntryReader(node, path, keys, self.findings, unknown=codes.UNKNOWN_WORD)

    def _fault(self, span: Span, path: str, problem: str, mend: str) -> None:
        self.findings.append(codes.REVIEW_FAULT.at(span, path, problem=problem, mend=mend))

    def _twice(self, span: Span, path: str, name: str, before: Span) -> None:
        self.findings.append(codes.SAID_TWICE.at(span, path, name=name, text=name, other=before.in_words))
