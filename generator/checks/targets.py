"""Rules on explanations (misses, deductions, exclusions), evidence, and the units and periods of targets."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from generator.base.amount import AmountFault, is_number
from generator.base.diagnostics import Code, Finding, nearest
from generator.base.formats import Format, plain
from generator.base.judgement import Flag, Verdict
from generator.base.target import Better, Kind, Operator
from generator.base.target_text import parse_target, says_not_applicable
from generator.base.units import MONEY
from generator.checks import codes
from generator.checks.mentions import Goal
from generator.checks.rule import Case, Given, Rule, Setting, listed
from generator.checks.texts import home_of
from generator.scoring.model import Scored
from generator.scoring.score import given_behind
from generator.template.model import RequiredEvidence

_SHARE = Format("%", 0, suffix="%")


def _words(goal: Goal) -> dict[str, str]:
    return {"name": goal.name, "target": goal.target, "actual": goal.actual.text.strip()}


def _at_actual(code: Code, goal: Goal, **words: str) -> Finding:
    return code.at(goal.actual.span, goal.actual.path, **words, **_words(goal))


def _far_above(case: Case, given: Given) -> Iterator[Finding]:
    """A target exceeded by more than the allowed share without a reason in its row."""
    for goal in case.goals:
        over = goal.judgement.over
        if over is not None and over > given.number("幅度") and not goal.is_explained:
            yield _at_actual(codes.FAR_ABOVE, goal, over=_SHARE.print(over), reason=goal.reason)


_UNIT_COLUMN = re.compile("(?<!实施)(?<!主管)(?<!责任)(?<!牵头)(?<!承担)(?<!填报)(?<!项目)单位")
"""Not a column of bureaus (实施单位)."""


def _units(case: Case, _given: Given) -> Iterator[Finding]:
    for goal in case.goals:
        compared = goal.judgement.verdict in (Verdict.MET, Verdict.NOT_MET)
        if goal.has(Flag.UNIT_DIFFERS):
            yield _at_actual(codes.UNITS_DIFFER, goal, verdict="只比较了数" if compared else "不能比较")
        # 0 beside a limit of money may just be a blank: 0元 says that nothing was spent.
        elif goal.has(Flag.UNIT_MISSING) or (
            goal.actual.text.strip() in ("0", "零") and parse_target(goal.target).dimension == MONEY
        ):
            column = goal.actual.path.rpartition(".")[2]
            fields = goal.row.fields
            # The template states the unit, or the table has a column for it.
            stated = (name for name, field in fields.items() if field.formula is None and name != column)
            if not fields[column].unit and not any(map(_UNIT_COLUMN.search, stated)):
                both = compared and goal.has(Flag.UNIT_MISSING)
                yield _at_actual(codes.UNIT_MISSING, goal, which="都" if both else "有一个")


def _comparable(case: Case, _given: Given) -> Iterator[Finding]:
    """A quantity as target and an actual value that cannot be compared with it, for reasons other than units.

    Where a person says how it went (停工 under a deadline), nothing has to be compared.
    """
    units = (Flag.UNIT_DIFFERS, Flag.UNIT_MISSING)
    for goal in case.goals:
        graded = goal.by_person is not None and goal.by_person.value is not None
        if goal.judgement.verdict is Verdict.NOT_COMPARABLE and not graded and not any(map(goal.has, units)):
            words = {"name": goal.name, "reason": goal.judgement.reason}
            yield codes.NOT_COMPARABLE.at(goal.actual.span, goal.actual.path, **words)


def _graded(case: Case, _given: Given) -> Iterator[Finding]:
    """A person's grade or 评定 that contradicts the figures: the grade is scored, the 评定 is not read."""
    for goal in case.goals:
        fact, by = goal.by_person, goal.judgement
        if fact is None or fact.value is None:
            continue
        is_grade, taken, hint = is_number(fact.value), "", ""
        is_denied = _is_denied(goal)
        if fact.value and is_denied:
            if fact.value is True or (is_number(fact.value) and fact.value >= _MOSTLY):
                taken, hint = "实际说的是没有做到", "核对实际完成值和这里的评定。"
        elif by.verdict in (Verdict.MET, Verdict.NOT_MET):
            wanted = min(by.rate or Fraction(0), Fraction(1)) if is_grade else by.verdict is Verdict.MET
            if fact.value != wanted:
                taken = "得分照等次计" if is_grade else f"报告照数写{by.verdict.label}"
        if taken:
            words = {"said": fact.text, "taken": taken, "column": fact.path.rpartition(".")[2], **_words(goal)}
            yield codes.GRADE_DIFFERS.at(fact.span, fact.path, hint=hint, **words)


def _is_denied(goal: Goal) -> bool:
    """Whether the actual value says that the target was not reached: 没有投入使用 of 投入使用, or just 未开展."""
    actual = goal.actual.text.strip()
    if re.search("[不无零未没杜防免禁]", goal.target):
        return False
    denial = _DENIAL.match(actual)
    is_zero = actual in ("0", "零") and goal.judgement.verdict is Verdict.BY_PERSON
    return is_zero or bool(_NOTHING.fullmatch(actual) or (denial and denial["what"] in goal.target))


_MOSTLY = Fraction(8, 10)
_DENIAL = re.compile(r"^(?:没有|没能|没|尚未|未能?|还没有?)(?P<what>[^，。；（(]{2,})$")


_NOTHING = re.compile(
    "(?:还|尚)?(?:未|没有?)(?:能)?(?:开展|实施|启动|开工|完成|完工|实现|达到|达标|通过|建立|落实)|停工|停建|取消|暂停|无|没有|不达标|不合格"
)


_FALLS, _SAVED = re.compile("[降减缩]|节约|节省"), re.compile("节约|节省|压减|压缩")


def _rises(case: Case, _given: Given) -> Iterator[Finding]:
    """A rise or fall that neither target nor name mentions: 下降6% is no 增长 of ≥5%."""
    for goal in case.goals:
        if goal.judgement.verdict not in (Verdict.MET, Verdict.NOT_MET):
            continue
        target, actual = parse_target(goal.target), parse_target(goal.actual.text)
        if not actual.change or target.change or _SAVED.search(actual.text):
            continue
        if (actual.change == "-") is not bool(_FALLS.search(goal.name)):
            yield _at_actual(codes.RISE_OR_FALL, goal, way="下降" if actual.change == "-" else "增长")


_GIVEN_UP = "取消|撤销|终止|流标|废标|失败|暂停|推迟|延期|关[闭停]|注销|退出"
_BEGUN = "[停缓待拟续复筹]建|储备|申报|受理|立项|招标|启动|[开停复]工|签约|洽谈|施工"
_STEP = re.compile(
    rf"(?P<said>{_GIVEN_UP}|{_BEGUN})了?(?:项目|工程|活动)?(?=约?[\d一二两三四五六七八九十])|"
    rf"(?<=[^\W\d])[（(]?(?:项目|工程|活动)?(?:已经?|正在?|待|被)(?P<now>{_GIVEN_UP}|{_BEGUN}|(?<!已)(?<!已经)验收)[）)]?$|(?<=[^\W\d])(?P<going>建设中|(?:施工|推进)(?=中)|在建|主体(?:完工|封顶))中?$"
)


def _other_steps(case: Case, _given: Given) -> Iterator[Finding]:
    """A number of things begun or given up, where target and name ask for something else: 开工12个 beside 12个."""
    for goal in case.goals:
        if goal.judgement.verdict is Verdict.MET and (found := _STEP.search(goal.actual.text.strip())):
            step = found["said"] or found["now"] or found["going"]
            if step not in goal.name + goal.target:
                yield _at_actual(codes.OTHER_STEP, goal, said=step)


def _no_problems(case: Case, given: Given) -> Iterator[Finding]:
    """A filing that states no problems, though targets were missed."""
    missed = [goal.name for goal in case.goals if goal.is_missed]
    for table in case.tables if missed else ():
        if not table.rows and table.path in given.words("问题"):
            names = "、".join(f"「{name}」" for name in missed[:3]) + ("等" if len(missed) > 3 else "")
            yield codes.NO_PROBLEMS.at(table.span, table.path, field=table.path, count=len(missed), names=names)


_OF_ALL = (
    r"(?:^|(?<=[，：]))(?:20\d\d年度?|全年度?|年度|本年度?|当年|[我本][局委办厅部门单位]+|本?项目|整体|支出|总体|年初|设定|既定|预期|申报|[一二三]级|"
    r"绩效|的|各项|各个?|全部|所有|(?P<count>\d+)[项个])*(?P<kind>产出|效益|满意度|数量|质量|时效|成本)?(?:绩效)?"
)
_ALL_DONE = re.compile(
    rf"{_OF_ALL}(?:(?P<what>目标任务|工作任务|任务|指标|目标)值?(?:任务)?(?:完成率[为均达到]*100[%％]|(?:[均都已]|全部|全面|按期|按时|如期|圆满|顺利|超额)*"
    rf"(?:完成|达到|达成|实现|达标)了?(?:年初|年度|预期|设定|既定|目标|指标|要求|值|的)*)|"
    rf"(?P<exact>(?:指标|目标|任务)?(?:完成)?(?:情况)?[均都]?(?:无|没有|未出现|未发生|未产生|不存在)任?何?偏差(?:情况|问题|现象)?))(?=，|$)"
)
_CLAIM = re.compile("[标务偏](?:(?<=偏)差|(?<!偏)[^，。；]{0,12}[完达实])")
_EVERY = re.compile("各|全部|所有|[均都]|全面|100|偏差")
_EXCEPT = re.compile(
    "除|但|外|唯|差|低于|不[足及]|未[能]?[完达实]|没有[完达]|尚|仅|只|基本|个别|其[余他]|确保|保证|力[争促]|争取|推动|要求|督促|[如若]果?|将"
)
_OF_LATER = re.compile("下一?[年步]|(?:目标|措施|计划|要求|职责)$")


def claimed_all(case: Case) -> Iterator[Finding]:
    """A claim that all was achieved, or without deviation, where targets of the same project or whole were missed."""
    for text in case.printed_with(_CLAIM):
        home = home_of(text.path, [one.table for one in case.measures])
        for sentence in re.finditer(r"[^。；！\n]+", text.plain) if not _OF_LATER.search(text.label) else ():
            for claim in _ALL_DONE.finditer(sentence[0]) if not _EXCEPT.search(sentence[0]) else ():
                # 本项目 may have no rows of its own.
                is_of_all = _EVERY.search(claim[0]) and (home or "项目" not in claim[0])
                # 各项指标可衡量，无偏差; 整体支出无偏差
                done, said = re.search("[完达实]", sentence[0][: claim.start()]), claim[0]
                is_named = not claim["exact"] or re.search("指标|目标|任务|绩效", said)
                is_vague = not is_named and ("支出" in said or not done)
                another_year = (year := re.search(r"20\d\d", said)) and year[0] != str(case.year)
                if not is_of_all or is_vague or another_year:
                    continue
                if failed := _failed(case, home, claim.groupdict("")):
                    start, end = (sentence.start() + at for at in claim.span())
                    words = {"said": claim[0], "what": "完成情况", "stated": "全部完成、没有偏差"}
                    words |= {"table": failed[0].row.path.rpartition("[")[0], "where": failed[0].row.span.in_words}
                    count = f"{len(failed)} 项，如「{failed[0].name}」"
                    words |= {"counted": "里没有完成或写了偏差原因的有", "number": count}
                    hint = "改写这句话，写明没有做到的是哪一项；确已做到的，改实际完成值。"
                    yield codes.COUNT_DIFFERS.at(text.place(start, end), text.path, hint=hint, **words)


_AIM = "(?:(?:预期|年度|绩效|全年|既定|各项){0,3}(?:目标|计划|任务|要求|指标)值?)"
_REACHED = re.compile(
    rf"(?:完成|达到|实现|超过|达成)了?{_AIM}(?!的)|{_AIM}[均都已]?(?:(?:全部|全面|超额|按期|如期|圆满|顺利)*(?:完成|达到|实现|达成|超额)|无偏差)|(?<!\w)无偏差|超过?预期"
)
_MISSED = re.compile(
    rf"(?:没有|没能|未能?)(?:按期|按时|如期|全部|全面)?(?:完成|达到|实现|达成){_AIM}(?!的)|{_AIM}(?:没有|没能|未能?)(?:完成|达到|实现|达成)"
)
_LESS = re.compile(
    "[其未没不差低少缺延晚停迟影降后部个处但仅只预可将拟力争若届补再难努保尽]|无法|取消|加[快强大]|为完成|督促|推进|距"
)
_OTHER_TIME = re.compile(r"20\d\d年|[上下去明次]年|季|月|半年|年[初中]|起初")
_BESIDE_CLAIM = re.compile(
    r"已经?|全年|本?年度?|[本该]项|指标|任务|工作|实际|情况|全[面部]|超额|[按如][时期]|圆满|顺利|[本我][局委办]|各项|[均都也按了的值\W]"
)
_MORE = re.compile("[但已后补前部个处若]|避免|防止|以免|上年|去年")


def contrary_reasons(case: Case) -> Iterator[Finding]:
    """A reason that says nothing but that a missed target was reached, or that one was missed that was reached."""
    for goal in case.goals:
        reason, met = goal.row.fact(goal.reason), goal.judgement.verdict is Verdict.MET
        if reason is None or goal.judgement.verdict not in (Verdict.MET, Verdict.NOT_MET):
            continue
        claim, other = (_MISSED, _MORE) if met else (_REACHED, _LESS)
        # 2025年完成目标 is a plan, and 一季度未完成计划 no result.
        clauses = [one for one in re.split("[，,。；;]", reason.text) if not _OTHER_TIME.search(one)]
        # 申请户数超过预期 and 完成目标的70% are about something else, 未完成计划 beside a limit about spending.
        found = (one for clause in clauses if (one := claim.search(clause)) and _is_of_row(one, goal.name))
        is_limit = (target := parse_target(goal.target)).low is None or target.better is not Better.MORE
        said = next((one for one in found if not is_limit or not re.search("超|计划|任务", one[0])), None)
        # 前两期达到目标，第三期没有 says what was missed.
        if said and not other.search(claim.sub("", "，".join(clauses))):
            value = f"目标{goal.target}、完成{goal.actual.text.strip()}"
            words = {"said": said[0], "stated": "没有完成" if met else "已经完成", "name": goal.name, "value": value}
            hint = "核对实际完成值和这里的原因。"
            yield codes.FACT_DIFFERS.at(reason.span, reason.path, hint=hint, where=goal.actual.span.in_words, **words)


def _is_of_row(claim: re.Match[str], name: str) -> bool:
    """Whether a claim is all that its clause says, but for words of the row's name."""
    return set(_BESIDE_CLAIM.sub("", claim.string[: claim.start()] + claim.string[claim.end() :])) <= set(name)


def _failed(case: Case, home: str, said: Mapping[str, str]) -> list[Goal]:
    """The missed goals of a project or the whole, of tasks only those of output; those with a reason if exact."""
    kind = said["kind"] or ("数量" if "任务" in said["what"] else "")
    rows = (one for one in case.measures if home_of(f"{one.table}.") == home)
    goals = [one.goal for one in rows if one.goal and kind in f"{one.table}{one.group}{one.level}"]
    # 16项指标均已完成 of 18
    if said["count"] and int(said["count"]) < len(goals):
        return []
    stated = ((goal, goal.row.fact(goal.reason)) for goal in goals)
    return [one for one, reason in stated if one.is_missed or (said["exact"] and reason is not None and reason.value)]


_OUTPUT, _ONE_TO = re.compile("产出比|撬动|放大|杠杆"), re.compile(r"(?<![\d.])1[:：∶]\d")
_BY_FIGURES = (Verdict.MET, Verdict.NOT_MET)


def _measurable(case: Case, _given: Given) -> Iterator[Finding]:
    for goal in case.goals:
        if goal.target_fact is None:
            continue
        if _OUTPUT.search(goal.name) and _ONE_TO.search(goal.target) and goal.judgement.verdict in _BY_FIGURES:
            why = "是「1:几」，后一个数越大越好，按比值比较正好相反"
            yield codes.TARGET_UNCLEAR.at(goal.target_fact.span, goal.target_fact.path, why=why, **_words(goal))
        if goal.judgement.verdict is Verdict.BY_PERSON:
            target, fact = parse_target(goal.target), goal.target_fact
            if target.kind is Kind.QUALITATIVE:
                yield codes.NOT_MEASURABLE.at(fact.span, fact.path, **_words(goal))
            else:
                is_rough = target.operator is Operator.ABOUT
                why = str(target.fault or ("是约数，没有说允许差多少" if is_rough else AmountFault.NEGATIVE))
                yield codes.TARGET_UNCLEAR.at(fact.span, fact.path, why=why, **_words(goal))


def _stated_actuals(case: Case, _given: Given) -> Iterator[Finding]:
    """An actual value that is only a bound or a copy of the target, though it decides the verdict."""
    for goal in case.goals:
        if goal.judgement.verdict is Verdict.NOT_COMPARABLE or not goal.has(Flag.ACTUAL_IS_BOUND):
            continue
        code = codes.COPIED if goal.has(Flag.ACTUAL_COPIES_TARGET) else codes.ONLY_BOUND
        statement = case.statements.exactly(goal)
        found = f"（文字里有「{statement.said}」，见 {statement.text.path}）" if statement is not None else ""
        yield _at_actual(code, goal, found=found)


_SPAN = r"(?:[一二两三四五六七八九十]|\d{1,2})年"
_PERIOD = re.compile(
    rf"{_SPAN}(?:平均|年均|累计|合计)|上半年|下半年|[前一二三四]季度|前三季度|\d{{1,2}}[-—至]\d{{1,2}}月|截至\d{{1,2}}月"
)
_YEARLY = re.compile(r"年均|年平均|“?十[一二三四五六]五”?时期|规划期")


def _periods(case: Case, _given: Given) -> Iterator[Finding]:
    """A row that itself assigns its target and actual value to different periods."""
    for goal in case.goals:
        aim = f"{goal.name}{goal.target if goal.judgement.verdict is Verdict.BY_PERSON else ''}"
        first = _PERIOD.search(aim) or _YEARLY.search(aim)
        for fact in (goal.actual, goal.row.fact(goal.reason)):
            if first is None or fact is None:
                continue
            second = _PERIOD.search(fact.text)
            if second is not None and second[0] not in aim:
                text = next((text for text in case.texts if text.path == fact.path), None)
                span = text.place(*second.span()) if text is not None else goal.actual.span
                words = {"name": goal.name, "first": first[0], "second": second[0], "where": fact.path}
                yield codes.PERIODS_DIFFER.at(span, fact.path, **words)


def _earlier(case: Case, _given: Given) -> Iterator[Finding]:
    """A target or an actual value on a day before the report's year."""
    for goal in case.goals:
        for fact, text in ((goal.target_fact, goal.target), (goal.actual, goal.actual.text)):
            day = parse_target(text).deadline
            if fact is not None and day is not None and day.last.year and case.year and day.last.year < case.year:
                words = {"name": goal.name, "said": text.strip(), "year": str(case.year)}
                yield codes.EARLIER.at(fact.span, fact.path, **words)


def _unexplained(case: Case, _given: Given) -> Iterator[Finding]:
    """A deduction without 原因 (bonus items never deduct), and a missed target without a reason in its row."""
    failed = [goal for goal in case.goals if goal.is_missed and not goal.is_explained]
    # The basis of what does not apply is asked for by a rule of its own.
    left_out = [goal for goal in case.goals if goal.judgement.verdict is Verdict.NOT_APPLICABLE]
    reported = {goal.row.path for goal in [*failed, *left_out]}
    for node in case.scorecard.walk_all():
        indicator, entry, row = node.indicator, node.entry, node.entry.row
        explained = entry.reason.value or entry.conclusion is not None
        if not indicator.is_scored or indicator.bonus or node.is_full or explained:
            continue
        # A row is reported once, at its actual value.
        if row is None or row.path not in reported:
            words = {"name": indicator.name, "score": node.score.text, "weight": plain(indicator.weight)}
            yield codes.NO_REASON.at(entry.span, node.path, where=entry.reason.path, **words)
    for goal in failed:
        yield _at_actual(codes.NOT_MET, goal, reason=goal.reason)


_SIGNS = r"[\s《》〈〉「」“”\"']"


def _missing_evidence(case: Case, _given: Given) -> Iterator[Finding]:
    for node in case.scorecard.walk_all():
        indicator, entry = node.indicator, node.entry
        # A bonus that is not claimed needs no proof.
        claimed = not indicator.bonus or node.points > 0
        if indicator.is_scored and indicator.evidence is not None and claimed and entry.conclusion is None:
            yield from _missing_of(node, indicator.evidence)


def _missing_of(node: Scored, required: RequiredEvidence) -> Iterator[Finding]:
    """The required titles that are missing; if none is, too few materials."""
    name, entry = node.indicator.name, node.entry
    given = {one.title for one in entry.all_materials() if one.name or not required.as_files}
    bare = [re.sub(_SIGNS, "", title) for title in given]
    absent = [title for title in required.titles if not any(re.sub(_SIGNS, "", title) in one for one in bare)]
    path, what = entry.evidence.path, "佐证文件" if required.as_files else "佐证"
    place = entry.evidence.span if entry.evidence.materials else entry.span
    for title in absent:
        near = nearest(title, given, most=1)
        meant = f"「{near[0]}」如果就是它，标题里写上「{title}」。" if near else ""
        yield codes.OTHER_EVIDENCE.at(place, path, name=name, title=title, what=what, meant=meant, where=path)
    if not absent and len(given) < required.least:
        have = f"只有 {len(given)} 种" if given else "没有"
        words = {"name": name, "what": what, "least": str(required.least), "have": have, "where": path}
        yield codes.NO_EVIDENCE.at(place, path, **words)


_SENTENCE = r"[^。！？\n]+"
_EXCLUDED = (
    r"(?:剔除|扣除)(?:了)?(?!(?:物价|价格)因素)[^，。；]{0,30}(?:资金|经费|款|影响|因素|\d[\d,.]*\s*[百千万亿]*元)"
    r"|(?:资金|经费|款)[^，。；]{0,8}(?:予以|作)?剔除"
)
_BASIS = r"依据|根据|依照|按照|按[^时期]|《|〔|规定|通知|批复|口径|文件|办法|因为|由于"
_WHY = r"因|由于|没有|未|不涉及|无|不设|不属于|不单独|根据|依据|按|《"
_LONGEST_WITHOUT_BASIS = 5


def _exclusions(case: Case, _given: Given) -> Iterator[Finding]:
    """Amounts excluded in a text that states no basis for it."""
    for text in case.texts:
        match = re.search(_EXCLUDED, text.plain) if "剔除" in text.raw or "扣除" in text.raw else None
        if match is not None and not re.search(_BASIS, text.plain):
            yield codes.EXCLUSION.at(text.place(*match.span()), text.path, said=match[0])


def _applicable(case: Case) -> Iterator[Finding]:
    """不适用 of an indicator although facts behind its value are filled in."""
    for node in case.scorecard.walk_all():
        fact, value = node.entry.conclusion, node.indicator.value
        if fact is not None and value is not None:
            scope = case.scorecard.symbols.scope_at(node.path.rpartition("指标.")[0])
            given = [f"「{one.name}」填的是 {one.text}" for one in given_behind(value, scope)]
            if given:
                yield codes.APPLICABLE.at(fact.span, fact.path, name=node.indicator.name, facts="，".join(given[:2]))


def _not_applicable(case: Case, _given: Given) -> Iterator[Finding]:
    """不适用 in a sentence that does not say why, or as an actual value without a reason."""
    yield from _applicable(case)
    actuals = {goal.actual.path for goal in case.goals}
    for text in case.texts:
        if "不适用" not in text.raw or text.path in actuals:
            continue
        for sentence in re.finditer(_SENTENCE, text.plain):
            at = sentence[0].find("不适用")
            # How many there are is said beside the table that has the reasons: 1个项目的指标都不适用.
            if at >= 0 and not re.search(rf"{_WHY}|\d[个项]", sentence[0].replace("不适用", "")):
                start = sentence.start() + at
                words = {"name": text.label.rpartition("·")[0] or text.label, "said": sentence[0].strip()}
                yield codes.NOT_APPLICABLE.at(text.place(start, start + 3), text.path, **words)
    for goal in case.goals:
        actual = goal.actual.text.strip()
        if goal.judgement.verdict is Verdict.NOT_APPLICABLE and says_not_applicable(actual):
            # The basis follows in the same cell, or is in the row's column for reasons.
            if len(actual) <= _LONGEST_WITHOUT_BASIS and not (goal.reason and goal.is_explained):
                yield codes.NO_BASIS.at(goal.actual.span, goal.actual.path, name=goal.name, said=actual)
        elif "不适用" in actual and not goal.is_explained:
            yield codes.NOT_APPLICABLE.at(goal.actual.span, goal.actual.path, name=goal.name, said=actual)


RULES = (
    Rule("说明原因", (codes.NO_REASON, codes.NOT_MET), _unexplained),
    Rule("超额", (codes.FAR_ABOVE,), _far_above, {"幅度": Setting(Fraction(30, 100), "超出目标多少以上要说明原因")}),
    Rule("单位", (codes.UNITS_DIFFER, codes.UNIT_MISSING), _units),
    Rule("可比较", (codes.NOT_COMPARABLE,), _comparable),
    Rule("评定与数", (codes.GRADE_DIFFERS,), _graded),
    Rule("升降", (codes.RISE_OR_FALL,), _rises),
    Rule("另一步", (codes.OTHER_STEP,), _other_steps),
    Rule("可衡量", (codes.NOT_MEASURABLE, codes.TARGET_UNCLEAR), _measurable),
    Rule("实际值", (codes.ONLY_BOUND, codes.COPIED), _stated_actuals),
    Rule("期间", (codes.PERIODS_DIFFER,), _periods),
    Rule("日期年份", (codes.EARLIER,), _earlier),
    Rule("必需佐证", (codes.NO_EVIDENCE, codes.OTHER_EVIDENCE), _missing_evidence),
    Rule("剔除依据", (codes.EXCLUSION,), _exclusions),
    Rule("不适用理由", (codes.NOT_APPLICABLE, codes.NO_BASIS, codes.APPLICABLE), _not_applicable),
    Rule(
        "没有问题",
        (codes.NO_PROBLEMS,),
        _no_problems,
        {"问题": Setting(listed("问题 存在问题"), "哪些表写存在的问题", of_fields=True)},
    ),
)
