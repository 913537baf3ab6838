"""Rules on claims in words: hollow reasons, surveys, shares, dates, other bureaus' texts, secrets."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from generator.base.diagnostics import Finding, Span
from generator.base.formats import plain
from generator.base.judgement import Verdict
from generator.base.target_text import says_not_applicable
from generator.checks import codes
from generator.checks.rule import OWN_NAME, Case, Given, Rule, Setting, listed, name_of_bureau
from generator.checks.texts import HAN, PLACE
from generator.submission.model import Fact
from generator.template.model import Field

_FILLER = re.compile(
    r"[\s，。；、：！,.;:（）()“”]|由于|因为|因|受|所致|影响|导致|造成|等|的|了|原因|年度|本年|今年|实际|项目|工作|完成|情况"
)


def _reasons(case: Case, given: Given) -> Iterator[Finding]:
    """Reasons too short to say anything, made of empty phrases, or the same in many rows."""
    empty, same = re.compile(given.pattern("空话")), defaultdict[str, list[Fact]](list)
    for fact in _needed_reasons(case):
        text = "".join(str(fact.value).split()) if not isinstance(fact.value, tuple) else "".join(fact.value)
        same[text].append(fact)
        rest = _FILLER.sub("", empty.sub("", text))
        if len(text) < given.number("字数") or (len(rest) <= 2 and empty.search(text)):
            yield codes.HOLLOW_REASON.at(fact.span, fact.path, text=text)
    for text, facts in same.items():
        if len(facts) >= max(Fraction(2), given.number("相同")):
            first, second, *_ = facts
            yield codes.REPEATED_REASON.at(second.span, second.path, count=len(facts), first=first.path, text=text)


def _needed_reasons(case: Case) -> Iterator[Fact]:
    """The reasons that explain something: a deduction, a target missed or exceeded by far."""
    for node in case.scorecard.walk_all():
        reason = node.entry.reason
        if node.entry.row is None and not node.children and reason.value and not node.is_full:
            yield reason
    for one in case.measures:
        stated = one.row.fact(one.columns.get("原因", ""))
        short = one.score is not None and one.score < (one.weight or 0)
        missed = (one.verdict is Verdict.NOT_MET or short) and not says_not_applicable(one.texts.get("完成", ""))
        if stated is not None and stated.value and missed:
            yield stated


_DUE = "(?:按时|按期|及时|如期|按规定|按计划|按要求|盘点|公开|备案|完成|制定|建立|开展|执行|回复|上缴|报批)"
_LEFT = "有[^，。；]{0,8}(?:未|没有)"
# Each alternative begins with a character of its own: texts without any are skipped fast.
_FAILED = re.compile(
    f"未能?{_DUE}|没有?能?{_DUE}|尚{_LEFT}|还{_LEFT}|仍{_LEFT}"
    "|逾期|超期|违规(?:使用|发放|支出|列支|采购)|挪用|截留|账实不符|账账不符|超标准"
)
_DENIED = re.compile(r"[未无不零如若凡]|(?<![\d.])0(?![\d.])|没有|杜绝|严禁|防止|避免|禁止|涉密|防范")
_CLAUSE = re.compile(r"[^，。；！？\n]+")


def admitted(text: str) -> tuple[int, int] | None:
    """Where a text admits a failure, in a clause that does not deny it."""
    for clause in _CLAUSE.finditer(text) if _FAILED.search(text) else ():
        found = _FAILED.search(clause[0])
        if found and not _DENIED.search(clause[0][: found.start()] + clause[0][found.end() :]):
            return clause.start() + found.start(), clause.start() + found.end()
    return None


def _full_marks(case: Case, given: Given) -> Iterator[Finding]:
    """An explanation that admits a failure of an indicator with full marks, or of a task marked as done.

    Also a reason for missing points where none are missing.
    """
    full: dict[str, tuple[str, str]] = {}
    for node in case.scorecard.walk_all():
        entry, name, weight = node.entry, node.indicator.name, node.indicator.weight
        is_full = node.indicator.is_scored and not node.indicator.bonus and node.is_full and weight > 0
        if is_full and entry.row is None and entry.conclusion is None:
            # A field of the form may hold more than the reason: why the budget was changed.
            if entry.reason.value and entry.reason.path.startswith("指标."):
                reason = entry.reason
                yield codes.FULL_MARKS.at(reason.span, reason.path, name=name, what="得满分", said=reason.text)
            remarks = (entry.remarks, *(item.remarks for item in entry.items.values()))
            full |= {fact.path: (name, "得满分") for fact in remarks}
    admitting = case.printed_with(_FAILED)
    full |= _texts_of_done(case, given.words("做完")) if admitting else {}
    for text in admitting:
        name, what = full.get(re.sub(r"\[\d+\]$", "", text.path), ("", ""))
        if name and (found := admitted(text.plain)):
            clause = text.plain[slice(*found)]
            yield codes.FULL_MARKS.at(text.place(*found), text.path, name=name, what=what, said=clause)


def _texts_of_done(case: Case, words: tuple[str, ...]) -> dict[str, tuple[str, str]]:
    """The texts of rows marked as done, by path: the row's name and its mark."""
    chosen = ((fact.path, fact.text.strip()) for fact, field in case.figures if field.kind == "选项")
    done = {path.rpartition(".")[0]: text for path, text in chosen if text in words}
    texts: dict[str, tuple[str, str]] = {}
    for record in case.submission.facts.records if done else ():
        if record.path in done:
            members = ((fact, record.fields[name]) for name, fact in record.members.items())
            texts_of_row = [fact for fact, field in members if isinstance(fact, Fact) and field.kind == "文字"]
            name = texts_of_row[0].text if texts_of_row else record.path
            texts |= {fact.path: (name, f"写的是{done[record.path]}") for fact in texts_of_row}
    return texts


_DEDUCTED = re.compile(r"扣(?:减|除|了|掉)?(\d+(?:\.\d+)?)分")
_OTHER_DEDUCTION = re.compile("[每各最应可不若如]|自评|项目|专项|满分|标准|上年|办法|规定")


def _deductions(case: Case, _given: Given) -> Iterator[Finding]:
    """A reason that deducts more points than the indicator lost: 扣2分 where 4 of 5 were scored."""
    reasons = {node.entry.reason.path: node for node in case.scorecard.walk_all() if node.indicator.is_scored}
    for text in case.printed_with(_DEDUCTED):
        node = reasons.get(text.path)
        # With nothing left, the deductions may exceed the weight.
        if node is None or node.children or not node.points:
            continue
        clauses = [clause for clause in _CLAUSE.finditer(text.plain) if not _OTHER_DEDUCTION.search(clause[0])]
        deducted = [found for one in clauses for found in _DEDUCTED.finditer(text.plain, *one.span())]
        weight, lost = node.indicator.weight, node.indicator.weight - node.points
        # What was lost is rounded.
        if deducted and sum(Fraction(found[1]) for found in deducted) > lost + Fraction(1, 20):
            words = {"name": node.indicator.name, "weight": plain(weight), "score": node.score.text}
            span, parts = text.place(deducted[0].start(), deducted[-1].end()), "、".join(found[0] for found in deducted)
            yield codes.DEDUCTION.at(span, text.path, said=parts, lost=plain(lost), **words)


_SURVEY = re.compile("问卷|调查|测评|抽样|样本|访谈|回访|评议|评价器|好差评|回收|电话|受访|扫码评价|第三方")
_NO_SURVEY = re.compile(
    rf"(?:没有?|未)(?:组织|开展|进行|安排|[做作]|委托)[^，。；！？\n]{{0,15}}?(?:{_SURVEY.pattern})+"
)


def tells_survey(text: str) -> bool:
    """Whether a text mentions a survey that took place."""
    return bool(_SURVEY.search(_NO_SURVEY.sub("", text)))


def _surveys(case: Case, _given: Given) -> Iterator[Finding]:
    """Satisfaction without a survey in any text or evidence, or that a text says was not surveyed."""
    rated = [one for one in case.measures if "满意" in one.name + one.level and not one.actual.fault]
    places = [(one.name, *one.place("完成")) for one in rated]
    about = [text for text in case.texts if "满意" in text.raw]
    if found := next(filter(None, (_NO_SURVEY.search(text.plain) for text in about)), None):
        stated = [_at(fact, field) for fact, field in case.figures if _is_satisfaction(fact, field)]
        why, places = f"文字里却写着「{found[0]}」", [*places, *stated]
    else:
        why = "全文和佐证里都没有提到问卷、调查或测评"
        titles = [one.title for node in case.scorecard.walk_all() for one in node.entry.all_materials()]
        cells = [text for one in rated for part, text in one.texts.items() if part != "目标"]
        if any(map(tells_survey, [*(text.raw for text in about), *titles, *cells])):
            return
        # A field of its own has one beside it that says where the figure is from.
        rates = ((fact, field) for fact, field in case.figures if field.kind == "比率")
        places += [_at(fact, field) for fact, field in rates if _is_unsourced(case, fact, field)]
    if places:
        name, span, path = places[0]
        others = f"等 {len(places)} 项" if len(places) > 1 else ""
        yield codes.NO_SURVEY.at(span, path, name=name, others=others, said=why)


def _at(fact: Fact, field: Field) -> tuple[str, Span, str]:
    return field.label, fact.span, fact.path


def _is_unsourced(case: Case, fact: Fact, field: Field) -> bool:
    """Whether it is a satisfaction whose group has fields for its source, all of them blank."""
    if not _is_satisfaction(fact, field):
        return False
    group = fact.path.rpartition(".")[0]
    record = next(one for one in case.submission.facts.records if one.path == group)
    beside = [one for name, one in record.members.items() if record.fields[name].kind in ("文字", "段落")]
    return bool(beside) and not any(isinstance(one, Fact) and one.value for one in beside)


def _is_satisfaction(fact: Fact, field: Field) -> bool:
    return field.kind == "比率" and "满意" in field.label + fact.path and bool(fact.value)


_PART = re.compile(r"占(?:比|全部|总数|总额|总人数)?(?:的|为|约)?(?:比例|比重)?(?:为|约)?(\d+(?:\.\d+)?)[%％]")
_SENTENCE = re.compile(r"[^。；！？\n]+")


def _shares(case: Case, given: Given) -> Iterator[Finding]:
    """Shares of one whole in a sentence that do not add up to 100 %."""
    for text in case.printed_with(_PART):
        for sentence in _SENTENCE.finditer(text.plain):
            parts = list(_PART.finditer(sentence[0]))
            if len(parts) < 3 or not re.search("分别|其中|构成|结构|分布", sentence[0]):
                continue
            total = sum((Fraction(part[1]) for part in parts), Fraction(0))
            # Far from 100 %, a rest may have been left out; this near to it, it is a slip.
            if Fraction(len(parts), 20) < abs(total - 100) <= given.number("差") * 100:
                start = sentence.start() + parts[0].start()
                span = text.place(start, sentence.start() + parts[-1].end())
                yield codes.SHARES_IN_TEXT.at(span, text.path, total=f"{float(total):g}%")


_SAID = re.compile(
    r"((?:19|20)\d\d)年(\d{1,2})月(\d{1,2})日[^，。；！？\n\d]{0,12}?((?:完工|竣工)?验收|开工|启动|完工|竣工)"
)
_STEPS = (re.compile("开工|开始|启动"), re.compile("完工|竣工|完成"), re.compile("验收"))
_ANY_DAY = re.compile(r"日(?<=\d日)")


class _Step(NamedTuple):
    """A dated step of work (by number: begun, completed, accepted) and its place."""

    number: int
    day: date
    what: str
    span: Span
    path: str


def _dates(case: Case, _given: Given) -> Iterator[Finding]:
    """Dates of a project's beginning, completion and acceptance that are not in this order."""
    for steps in _dated_steps(case).values():
        # Two steps of one kind belong to two projects.
        is_one = len({step.number for step in steps}) == len(steps)
        for before, after in pairwise(sorted(steps)) if is_one else ():
            if after.day < before.day:
                days = {"before": str(before.day), "after": str(after.day)}
                yield codes.DATE_ORDER.at(after.span, after.path, first=before.what, second=after.what, **days)


def _dated_steps(case: Case) -> dict[object, list[_Step]]:
    """The steps that the fields of a record, the indicators of a project or a text date."""
    dated: dict[object, list[_Step]] = defaultdict(list)
    for fact, field in case.figures:
        if isinstance(fact.value, date):
            dated[fact.path.rpartition(".")[0]] += _step(field.name, fact.value, fact.span, fact.path)
    for one in case.measures:
        days = one.actual.deadline
        if days is not None and days.first == days.last and days.last.year and days.last.day:
            first, last = days.last.ends(None)
            if first == last:
                dated[one.table, *one.project] += _step(one.name, date.fromordinal(last), *one.place("完成"))
    for text in case.printed_with(_ANY_DAY):
        for match in _SAID.finditer(text.plain):
            with suppress(ValueError):
                day = date(int(match[1]), int(match[2]), int(match[3]))
                dated[id(text)] += _step(match[4], day, text.place(*match.span()), text.path)
    return dated


def _step(what: str, day: date, span: Span, path: str) -> Iterator[_Step]:
    """The last step that the words name, if any."""
    found = [number for number, step in enumerate(_STEPS) if step.search(what)]
    if found:
        yield _Step(found[-1], day, what, span, path)


_BUREAU = f"{HAN}{{2,12}}?(?:局|委员会|办公室|厅)"
_OF_ITSELF = (
    "(?:本级)?(?:部门)?(?:整体支出|主要职责|主要职能|职能配置|内设机构|机关行政编制|"
    r"是(?:主管|负责|承担)|\d{4}年度?部门)"
)
_OF_ITS_WORK = "认真|严格|始终|坚持|紧紧|深入|积极|高度重视|(?:20\\d\\d年度?|全年)(?:共|累计)?(?:完成|组织|开展|举办)"


class Search(NamedTuple):
    """A pattern, and a cheaper one that matches in every text in which it does."""

    pattern: re.Pattern[str]
    trigger: re.Pattern[str]


def _others(case: Case, given: Given) -> Iterator[Finding]:
    """A text by another place's bureau of the same kind, and names that the template says are not ours."""
    own = name_of_bureau(case, given)
    yield from _other_short_name(case, own, given.words("简称")[:1])
    yield from _other_counties(case, own)
    search = other_bureaus(own, given.words("名称"))
    if search is None:
        return
    for text in case.printed_with(search.trigger):
        if found := search.pattern.search(text.plain):
            yield codes.OTHER_BUREAU.at(text.place(*found.span()), text.path, name=found[0], own=own)


_COUNTY = re.compile(
    rf"[《“]?(?P<name>(?![本我该各全邻外两多]|[^县]*(?:自治|贫困|试点|先进|示范|产粮大|[重难]点)县){HAN}{{2,3}}(?<![省市州])县)"
    "(?![级域乡城区直外内道志委长情处镇属农]|公安|公路)"
)
_NO_COUNTY = re.compile(
    "(?:报送|上报|提请|呈报|印发|关于|落实|推进|贯彻|转发|根据|按照|争取|配合|参加|脱贫|摘帽|边境|库区|老区|受灾|受援|粮食|项目|[百十]强|[由按照受经给向为])县$|"
    "(?:[强大小型化]|生态|卫生|文明|平安|园林|法治|健康|旅游|达标|模范|创新|节水|森林|数字|智慧|美丽|宜居|教育|体育|科技|文化|农业|工业|人口)县$"
)
_TOGETHER = re.compile("对口|帮扶|协作|交流|考察|学习|援|联合|合作|赴|到|与|和")
_LONGEST_TITLE = 30


def _other_counties(case: Case, own: str) -> Iterator[Finding]:
    """A title or name of evidence, of a project or of a problem that begins with another county than the bureau's."""
    place = PLACE.match(own)
    if place is None or not place[0].endswith("县"):
        return
    for text in case.printed_with(_ANY_COUNTY):
        found = _COUNTY.match(text.plain)
        is_place = found and found["name"] not in own and not _NO_COUNTY.search(found["name"])
        if found and is_place and len(text.raw) <= _LONGEST_TITLE and not _TOGETHER.search(text.raw):
            yield codes.OTHER_BUREAU.at(text.place(*found.span("name")), text.path, name=found["name"], own=own)


_ANY_COUNTY = re.compile("县")
_COMMON = re.compile("[省市县区旗州盟镇乡局办委会部厅院处队中心]")


def _other_short_name(case: Case, own: str, field: tuple[str, ...]) -> Iterator[Finding]:
    """A short name with few characters of the bureau's own name: left over from another's filing."""
    fact = next((fact for fact, _ in case.figures if fact.path in field), None) if own else None
    if fact is not None and isinstance(fact.value, str):
        place, before = PLACE.match(fact.value), PLACE.match(own)
        telling = _COMMON.sub("", fact.value.removeprefix(before[0] if before is not None else ""))
        # 县市 in 县市场监管局 is no place.
        is_elsewhere = place is not None and len(place[0]) > 2 and place[0] not in own
        if is_elsewhere or (len(telling) > 1 and sum(char in own for char in telling) * 2 < len(telling)):
            yield codes.OTHER_BUREAU.at(fact.span, fact.path, name=fact.value, own=own)


def other_bureaus(own: str, names: Iterable[str]) -> Search | None:
    """Finds these names, and bureaus of other places that write of themselves; None if nothing can be found."""
    patterns = [re.escape(name) for name in names if name and name not in own]
    triggers = list(patterns)
    if (place := PLACE.match(own)) and len(own) - place.end() >= 3:
        kind, prefix = own[place.end() :], own[: place.end()]
        other = rf"(?!{re.escape(prefix)}|本|全|我){PLACE.pattern}"
        patterns.append(rf"(?<!{HAN}){other}(?:{re.escape(kind)}|{_BUREAU})(?={_OF_ITSELF})")
        # A superior bureau may act in our text, one of another county does not. Cities are of two ranks.
        if own[place.end() - 1] in "县区旗":
            alike = rf"{other}(?<={own[place.end() - 1]})(?:{re.escape(kind)}|{_BUREAU})"
            patterns.append(rf"(?<![^。；！？\n]){alike}(?={_OF_ITS_WORK})")
            triggers.append(rf"[局会室厅{re.escape(kind[-1])}](?:{_OF_ITS_WORK})")
        patterns.append(rf"(?<=(?:制定|印发|出台|修订)《){other}{re.escape(kind)}")
        # The decree on another bureau of the same place is named in full.
        patterns.append(rf"{re.escape(prefix)}(?!{re.escape(kind)}){_BUREAU}(?=职能配置)")
        # A bureau's last character and words about itself, or a title behind its verb: cheap.
        triggers.append(rf"[局会室厅{re.escape(kind[-1])}《](?:(?<=[定发台订]《)|{_OF_ITSELF})")
    return Search(re.compile("|".join(patterns)), re.compile("|".join(triggers))) if patterns else None


_PHONE = r"(?<![\d.])1[3-9]\d{9}(?![\d.])"
_LANDLINE = r"(?<![\d-])0\d{2,3}[-—]\d{7,8}(?!\d)"
_IDENTITY = r"(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?!\d)"
_CARD = r"(?<!\d)62\d{14,17}(?!\d)"
OF_A_PERSON = Search(
    re.compile(rf"(?P<身份证号>{_IDENTITY})|(?P<手机号>{_PHONE})|(?P<银行卡号>{_CARD})|(?P<电话>{_LANDLINE})"),
    re.compile(r"[0-9０-９]\d{6}"),
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def _personal(case: Case, given: Given) -> Iterator[Finding]:
    """Personal numbers in printed texts, and words that mark what must not be published."""
    for text in case.printed_with(OF_A_PERSON.trigger):
        for found in OF_A_PERSON.pattern.finditer(text.plain):
            what = str(found.lastgroup)
            # A form that asks for the office's telephone prints it.
            asked = text.path.endswith("电话") or re.search("热线|监督|举报|咨询|服务电话", text.plain[: found.start()])
            public = what == "电话" and asked
            if not public and (what != "身份证号" or _is_identity(found[0])):
                yield codes.PERSONAL.at(text.place(*found.span()), text.path, what=what)
    secret = re.compile(given.pattern("涉密"))
    for text in case.printed_with(secret):
        if match := secret.search(text.plain):
            yield codes.SECRET.at(text.place(*match.span()), text.path, said=match[0])


def _is_identity(number: str) -> bool:
    """Whether the check digit is right (GB 11643)."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def _long_fields(case: Case, _given: Given) -> Iterator[Finding]:
    """A text longer than its field allows; what references insert does not count."""
    for fact, field in case.figures:
        if field.longest is not None:
            text = "".join(map(str, fact.value)) if isinstance(fact.value, tuple) else fact.text
            length, most = len(re.sub(r"\{\{.*?\}\}|\s", "", text)), plain(field.longest)
            if length > field.longest:
                yield codes.FIELD_TOO_LONG.at(fact.span, fact.path, name=fact.path, length=length, most=most)


RULES = (
    Rule(
        name="原因空洞",
        codes=(codes.HOLLOW_REASON, codes.REPEATED_REASON),
        find=_reasons,
        settings={
            "字数": Setting(Fraction(10), "少于几个字报告"),
            "相同": Setting(Fraction(3), "几行相同时报告"),
            "空话": Setting(
                listed(
                    "差异较大 偏差较大 客观原因 主观原因 特殊原因 其他原因 不可抗力 实际情况 工作需要 "
                    "目标设置不合理 目标设定不合理 目标偏低 目标偏高 疫情 政策 进一步加强 下一步改进"
                ),
                "只说了这些的是空话",
            ),
        },
    ),
    Rule("说明与满分", (codes.FULL_MARKS,), _full_marks, {"做完": Setting(listed("已完成"), "哪些选项表示做完了")}),
    Rule("原因里的扣分", (codes.DEDUCTION,), _deductions),
    Rule("满意度调查", (codes.NO_SURVEY,), _surveys),
    Rule(
        "文字占比", (codes.SHARES_IN_TEXT,), _shares, {"差": Setting(Fraction(5, 100), "合计和 100% 相差多少以内才看")}
    ),
    Rule("日期先后", (codes.DATE_ORDER,), _dates),
    Rule(
        name="别处的文字",
        codes=(codes.OTHER_BUREAU,),
        find=_others,
        settings={
            "名称": Setting((), "文字里不该出现的名称"),
            **OWN_NAME,
            "简称": Setting(("部门.简称",), "本单位简称所在的字段", of_fields=True),
        },
    ),
    Rule(
        name="个人信息和涉密字样",
        codes=(codes.PERSONAL, codes.SECRET),
        find=_personal,
        settings={
            "涉密": Setting(
                listed("绝密★ 机密★ 秘密★ 绝密级 机密级 秘密级 内部资料 仅供内部 不得外传 禁止公开"),
                "不该出现在公开材料里的字样",
            )
        },
    ),
    Rule("文字长度", (codes.FIELD_TOO_LONG,), _long_fields),
)
