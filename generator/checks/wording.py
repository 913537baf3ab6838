"""Rules on wording: blanks, full-width characters, page numbers, braces, blank references, years, file numbers."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction

from generator.base.diagnostics import Finding
from generator.base.sandbox import whole_tags
from generator.checks import codes
from generator.checks.rule import (
    Case,
    Found,
    Given,
    Rule,
    Setting,
    Slip,
    TextFinder,
    findings,
    masked,
    numbers_masked,
    quoted,
    slips_of,
    without_quoted,
)
from generator.checks.texts import HAN, HIDDEN, Text
from generator.submission.model import field_path

_BLANKS = " \t\u3000\u00a0"
_BLANK = f"[{_BLANKS}]+"
_MARKS = "，。；：、！？（）《》〈〉【】〔〕「」『』“”…"
# The blank first: a pattern that begins with a look behind is tried at every character.
_BETWEEN = re.compile(rf"[{_BLANKS}](?<={HAN}.)[{_BLANKS}]*(?={HAN})")
_AT_MARK = re.compile(rf"[{_BLANKS}](?:(?<=[{_MARKS}].)[{_BLANKS}]*(?=\S)|(?<=\S.)[{_BLANKS}]*(?=[{_MARKS}]))")
_INDENT = re.compile(r"^\u3000+(?=\S)", re.MULTILINE)
_PADDED = re.compile(rf"{HAN}{_BLANK}{HAN}")

_FULL_WIDTH = r"(?:[０-９](?:．(?=[０-９]))?|[Ａ-Ｚａ-ｚ％])+|[\u2e80-\u2fd5]"

_DASH = r"[-—–－─]"
_ROOM = r"[ \u3000]*"
_PAGE = re.compile(
    rf"(?:^|(?<={HAN}|[，。；：、])){_ROOM}{_DASH}{_ROOM}\d{{1,3}}{_ROOM}{_DASH}(?={_ROOM}(?:$|{HAN}))"
    rf"|第[ ]?\d{{1,3}}[ ]?页[，, ]*共[ ]?\d{{1,3}}[ ]?页",
    re.MULTILINE,
)
_ONLY_PAGE = re.compile(r"^[ \u3000]*\d{1,3}[ \u3000]*$", re.MULTILINE)


def stray_blanks(text: str) -> Iterator[Slip]:
    """A blank between Chinese characters or beside a mark; an indentation, which the layout adds itself.

    Blanks within titles and quotations, and in names of two characters, are meant.
    """
    shown = masked(text)
    if _PADDED.fullmatch(shown.strip()):
        return
    titles = list(quoted(shown, "《“「"))
    for match in _BETWEEN.finditer(shown):
        title = bisect_left(titles, (match.start(), 0)) - 1
        if title < 0 or titles[title][1] <= match.start():
            yield Slip(*match.span(), "不应有空格", "")
    for match in _AT_MARK.finditer(shown):
        yield Slip(*match.span(), "不应有空格", "")
    for match in _INDENT.finditer(shown):
        yield Slip(*match.span(), "段首的空格由版式排，不应再有", "")


def full_width_characters(text: str) -> Iterator[Slip]:
    """Full-width digits, letters and per cent signs; radicals instead of characters, as in PDF files."""
    for match in re.finditer(_FULL_WIDTH, masked(text)):
        expected = unicodedata.normalize("NFKC", match[0])
        if expected == match[0]:
            yield Slip(*match.span(), f"里的「{expected}」是部首，不是字")
        else:
            what = "里的部首应为字" if "\u2e80" <= match[0] <= "\u2fd5" else "的数字或字母应为半角的"
            yield Slip(*match.span(), f"{what}「{expected}」", expected)


def stray_page_numbers(text: str) -> Iterator[Slip]:
    """「— 12 —」「第3页 共10页」 within a text, or a line with only a number."""
    shown = masked(text)
    patterns = (_PAGE, _ONLY_PAGE) if "\n" in shown.strip() else (_PAGE,)
    for pattern in patterns:
        for match in pattern.finditer(shown):
            start = match.end() - len(match[0].lstrip(" \u3000"))
            yield Slip(start, match.end(), "像是混进来的页码")


BLANKS = TextFinder(
    "多余空格",
    codes.BLANKS,
    stray_blanks,
    re.compile(rf"[{_BLANKS}](?:(?<=\u3000)|(?<=[^\x00-\x7f].)|(?=[^\x00-\x7f]))"),
)
FULL_WIDTH = TextFinder(
    "全角字符", codes.FULL_WIDTH, full_width_characters, re.compile(r"[０-９Ａ-Ｚａ-ｚ％\u2e80-\u2fd5]")
)
PAGE_NUMBER = TextFinder("混入页码", codes.PAGE_NUMBER, stray_page_numbers, re.compile("[-—–－─页\n]"))


# In 减去年初结转, 说明年度目标, 以前年度, 当今年代 the two characters are no word.
_ANY_RELATIVE_YEAR = re.compile("年(?<=[去今明前]年)")
_YEAR_WORD = (
    r"(?<![过失减除扣剔略抹舍离撤省免])去年|(?<!当)今年(?![代轻])|(?<![说声证表注写标列查阐申文透光发清])明年"
    r"|(?<![目以此提之当先生日从])前年(?![度限货])"
)
_FROM_THE_REPORT = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
_BRACE = re.compile(r"｛｛.*?｝｝|｛%.*?%｝|\{[^{}\n]*\}|[{}｛｝]+")


def relative_years(text: str, year: int | None) -> Iterator[Slip]:
    """「去年」「今年」, whose meaning depends on when it is read; ``year`` is the report's."""
    shown = without_quoted(masked(text))
    for match in re.finditer(_YEAR_WORD, shown):
        written = f"，如「{year + _FROM_THE_REPORT[match[0]]}年」" if year is not None else ""
        yield Slip(*match.span(), f"应写明年份{written}")


def literal_braces(text: str) -> Iterator[Slip]:
    """A reference to a fact with the wrong braces: 「｛｛ 部门 ｝｝」「{部门}」."""
    for match in _BRACE.finditer(masked(text)):
        yield Slip(*match.span(), "会照原样印出来；引用字段写成「{{ 字段 }}」，不是引用的应删去")


_PLACEHOLDER = re.compile(
    r"(?<![A-Za-zＡ-Ｚａ-ｚ\d.])[XxＸｘ×]{2,}(?![A-Za-zＡ-Ｚａ-ｚ\d.])|20[XxＸｘ×]{2}(?=年)|_{3,}|＿{2,}"
    r"|[（(【\[［](?:待补充?|待填写?|待定|待核实|(?:此处|请)填写?[^）)】\]］\n]{0,12})[）)】\]］]"
)


def left_placeholders(text: str) -> Iterator[Slip]:
    """Placeholders for a figure or name: 「XX名」「____万元」「（待补）」."""
    for match in _PLACEHOLDER.finditer(masked(text)):
        yield Slip(*match.span(), f"的「{match[0]}」是占位的，没有换成真的内容")


_DAY = re.compile(
    r"(?<![\d.])(?:(?P<year>(?:19|20)\d\d)年)?(?P<month>\d{1,3})月(?:(?P<day>\d{1,3})[日号]|(?P<part>[底初末份]|[上中下]旬))?"
)


_NO_YEAR = re.compile(r"(?<![\d.今城有龄约])(?:2[1-9](?!00)\d\d|20\d{3}|20[1-9](?=年(?:度|\d{1,2}月)))(?=年(?![前历]))")
"""2205年, 20250年, 202年5月; 2500年 and 距今2450年 may be how old something is."""
_FROM_TO = re.compile(r"(20\d\d)年(?:(\d{1,2})月)?[至到—-]{1,2}(20\d\d)年(?:(\d{1,2})月)?")


def impossible_days(text: str) -> Iterator[Slip]:
    """Days, months and years that no calendar has: 8月62日, 2024年21月, 33月底. 18月 alone may be a length of time.

    Also a time that ends before it begins: 2024年11月至2023年4月.
    """
    for match in _NO_YEAR.finditer(masked(text)):
        yield Slip(*match.span(), "写错了，不是年份")
    for match in _FROM_TO.finditer(masked(text)):
        if (int(match[3]), int(match[4] or 13)) < (int(match[1]), int(match[2] or 0)):
            yield Slip(*match.span(), "前后颠倒，或者年份写错了")
    for match in _DAY.finditer(masked(text)):
        month = int(match["month"])
        if not 1 <= month <= 12:
            if match["year"] or match["day"] or match["part"]:
                yield Slip(*match.span(), "写错了，没有这个月")
        elif match["day"] and not 1 <= int(match["day"]) <= monthrange(int(match["year"] or 2000), month)[1]:
            yield Slip(*match.span(), "写错了，没有这一天")


NO_SUCH_DAY = TextFinder(
    "没有的日期",
    codes.NO_SUCH_DAY,
    impossible_days,
    re.compile(
        r"[月年](?:(?<=2[1-9]\d\d年)|(?<=20\d{3}年)|(?<=20\d年)|(?<=\d[月年])(?=[至到—-]{1,2}20\d\d年)|(?<=[2-9]\d月)|(?<=1[3-9]月)|(?<=0月)|(?<=\d{3}月)|(?<=\d月)(?=\d))"
    ),
)


def _find_relative_years(case: Case, _given: Given) -> Iterator[Finding]:
    texts = case.printed_with(_ANY_RELATIVE_YEAR)
    return findings(codes.RELATIVE_YEAR, slips_of(texts, lambda text: relative_years(text, case.year)))


RELATIVE_YEAR = Rule("去年今年", (codes.RELATIVE_YEAR,), _find_relative_years)
BRACES = TextFinder("花括号", codes.BRACES, literal_braces, re.compile(r"[{｛}｝]"))

PLACEHOLDER = TextFinder(
    "占位的字",
    codes.PLACEHOLDER,
    left_placeholders,
    re.compile(r"[XxＸｘ×_＿（(【\[［](?:(?<=[XxＸｘ×])[XxＸｘ×]|[_＿]|[待此填请])"),
)


_REFERENCE = re.compile(r"\{\{-?\s*(?P<path>[^\s|{}()'\"]+)\s*(?P<filters>\|[^{}]*)?-?\}\}")
_STEP = re.compile(r"[^.\[\]]+")
_ROW = re.compile(r"\d{1,6}")


def blank_references(text: str, names: Mapping[str, object]) -> Iterator[Slip]:
    """The references of a text to values (by their ``names``) that were not filled in.

    None in a text with ``{% if … %}``, whose author has thought of it.
    """
    if any(text.startswith("{%", start) for start, _ in whole_tags(text)):
        return
    for match in _REFERENCE.finditer(text):
        if "default" not in (match["filters"] or "") and _is_blank(match["path"], names):
            yield Slip(*match.span(), f"引用的「{match['path']}」没有填，印出来是空的")


def _is_blank(path: str, names: Mapping[str, object]) -> bool:
    """Whether the path leads to a blank value."""
    value: object = names
    for step in _STEP.findall(path):
        if isinstance(value, Mapping) and step in value:
            value = value[step]
        elif isinstance(value, Sequence) and not isinstance(value, str) and _ROW.fullmatch(step):
            if not 0 < int(step) <= len(value):
                return False
            value = value[int(step) - 1]
        else:
            return False
    return not value and (value is None or isinstance(value, str | list))


def _find_blank_references(case: Case, _given: Given) -> Iterator[Finding]:
    texts = case.printed_with(_REFERENCE)
    return findings(codes.BLANK_REFERENCE, slips_of(texts, lambda text: blank_references(text, case.report.content)))


BLANK_REFERENCE = Rule("空的引用", (codes.BLANK_REFERENCE,), _find_blank_references)


_DIGITS = {char: str(number) for number, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_YEAR = re.compile(r"(?<![\d.])(?:(?:19|20)\d{2}|[一二][零〇○九][零〇○一二三四五六七八九]{2})(?=[ ]?年)")
_ANY_FULL_YEAR = re.compile(r"年(?:(?<=[12一二][09零〇○九]..年)|(?<=[12一二][09零〇○九].. 年))")
_YEARS = re.compile(r"(?:19|20)\d{2}[ ]?年?[ ]?[-—–－~～至到]{1,2}[ ]?(?:(?:19|20)\d{2}|\d{2})[ ]?年")
"""Of a plan or comparison over several years: 2019—2023年."""
_BEFORE = re.compile(r"(?:自|从|到|至|截至|比|较|与|同|和|于|始于|力争|远景|在)[ ]?$")
_AFTER = re.compile(
    r"年(?:度)?(?:\d{1,2}月)?(?:\d{1,2}日)?[ ]?[（(]?"
    r"(?:以来|以后|以前|之前|之后|起|前|底前|后|开始|至今|版|修[订正]|成立|建成|建立|组建|设立|建[站厂校]|投产|竣工|启动|开工|开通|创办|创建"
    r"|印发|发布|公布|出台|颁布|施行|实施|制定|批准|批复|通过|签订|签署|下发|发文|核定|认定|命名|[—–－~～-]|至|到|相比|远景|碳)"
)
_AIM = re.compile("年度?的?(?:目标|规划|计划|预期)")
"""What is aimed at for a year to come can be compared with, the year itself cannot."""
_MONTH_DUE, _FARTHEST_DUE = re.compile(r"年\d{1,2}月(?:\d{1,2}日)?[底末]?前"), 3
_DONE_BY = re.compile(r"[^，。；！？\n已的]{0,8}?(?:完[成工]|竣工|建成|交付|验收|整改|投用|到位)(?=[，。；）]|$)")
"""A month by which something is due is ahead, and not far; 2019年10月前购置 is about the past."""
_DIGIT = r"[\d０-９]"
_NUMBER = re.compile(
    rf"(?P<word>{HAN})[ ]?(?P<year>[（(\[【〔［][ ]?(?P<digits>{_DIGIT}{{2,4}})[ ]?年?[ ]?[）)\]】〕］])"
    rf"(?P<gap>[ ]?)(?P<the>第?)[ ]?{_DIGIT}+[ ]?号"
)
_BY_YEAR = re.compile(r"(?<=[发函])(?P<year>(?P<digits>(?:19|20)\d{2})年)第?\d+号")
_WITHOUT_YEAR = re.compile(rf"（{HAN}{{2,12}}[发函办字评](?P<number>第?{_DIGIT}+号)(?:文)?）")
_KINDS = "发函办字评"


def distant_years(text: str, year: int, apart: int = 1) -> Iterator[Slip]:
    """Years more than ``apart`` years from the report's ``year``, without a word that explains them.

    Skips years within titles, quotations and file numbers, of periods (2019—2023年) and of named events (自2018年起,
    2016年印发).
    """
    shown = _YEARS.sub(lambda match: HIDDEN * len(match[0]), without_quoted(numbers_masked(text)))
    for match in _YEAR.finditer(shown):
        found = int("".join(_DIGITS.get(char, char) for char in match[0]))
        before = _BEFORE.search(shown, max(0, match.start() - 4), match.start())
        if due := _MONTH_DUE.match(shown, match.end()):
            is_past = "已" in shown[max(0, match.start() - 4) : match.start()] or not _DONE_BY.match(shown, due.end())
            explained: object = is_past if found < year else found <= year + _FARTHEST_DUE
        else:
            if before and found > year and before[0].strip() in ("比", "较") and not _AIM.match(shown, match.end()):
                before = None
            explained = before or _AFTER.match(shown, match.end())
        if abs(found - year) > apart and not explained:
            yield Slip(*match.span(), f"和报告年度（{year}）相差 {abs(found - year)} 年")


_NOTICE = re.compile(r"《[^》]{0,20}?开展[^》]{0,4}?(?P<year>(?:19|20)\d{2})年度[^》]{0,30}?自评[^》]{0,20}?的?通知》")


_DONE = re.compile(
    r"(?:(?P<since>截[至止])|已(?:经)?[于在])(?P<year>20\d{2})年(?:(?P<month>1[0-2]|0?[1-9])月|(?P<end>年?[底末]))?"
)


_TO_COME, _NEAR = re.compile("预计|计划|力争|争取|目标|将|拟|合同|协议|期限?$"), 15


def done_after(text: str, filed: date) -> Iterator[Slip]:
    """Something reported of a time after the filing: 已于2025年9月完成, 截至2025年底 in a filing of March."""
    for match in _DONE.finditer(masked(text)):
        # 质保期截至2026年12月
        if match["since"] and _TO_COME.search(text, max(0, match.start() - _NEAR), match.start()):
            continue
        when = (int(match["year"]), int(match["month"] or (12 if match["end"] else 1)))
        if when > (filed.year, filed.month):
            said = match["since"] or "已"
            yield Slip(*match.span("year"), f"晚于填报日期（{filed}），却写着「{said}」")


def file_numbers(text: str) -> Iterator[Slip]:
    """A file number without year, with a year that is not four digits in 〔 〕, or with 第."""
    shown = masked(text)
    for match in _NUMBER.finditer(shown):
        digits = unicodedata.normalize("NFKC", match["digits"])
        expected = f"〔{digits}〕"
        if len(digits) != 4 or digits[:2] not in ("19", "20"):
            yield Slip(*match.span("year"), "应为四位数的年份，加六角括号「〔 〕」")
        elif match["year"] != expected:
            yield Slip(*match.span("year"), f"应为「{expected}」", expected)
        if match["the"] and match["word"] in _KINDS:
            yield Slip(*match.span("the"), "号数前不加「第」", "")
    for match in _BY_YEAR.finditer(shown):
        yield Slip(*match.span("year"), f"应为「〔{match['digits']}〕」", f"〔{match['digits']}〕")
    for match in _WITHOUT_YEAR.finditer(shown):
        yield Slip(*match.span("number"), "前面应有年份，写成「〔年份〕号数」")


def _find_distant_years(case: Case, given: Given) -> Iterator[Finding]:
    year = case.year
    if year is None:
        return iter(())
    texts = case.printed_with(_ANY_FULL_YEAR)
    dates = (fact.value for fact, field in case.figures if field.kind == "日期" and "填报日期" in field.label)
    filed = next((value for value in dates if isinstance(value, date)), None)

    def slips(text: str) -> Iterator[Slip]:
        yield from distant_years(text, year, int(given.number("相差")))
        # Notices that ask for the self-evaluation of another year.
        for match in _NOTICE.finditer(text):
            if int(match["year"]) != year:
                yield Slip(*match.span("year"), f"是通知要求自评的年度，和报告年度（{year}）不同")
        if filed is not None:
            yield from done_after(text, filed)

    return findings(codes.DISTANT_YEAR, slips_of(texts, slips))


DISTANT_YEAR = Rule(
    "年份", (codes.DISTANT_YEAR,), _find_distant_years, {"相差": Setting(Fraction(1), "和报告年度相差几年以内的不报")}
)


_TELLING = (
    "(?:度|全年)?[，,]?(?:本(?:部门|单位|局|级)|我(?:局|单位|部门|[省市县区])|全[省市县区局年]|共|累计|顺利|圆满"
    "|(?:已)?(?:完成|实现|举办|开展|组织|新增|新建|发放|培训|检查|支出|放映|接待))"
)
_OF_BOTH = re.compile("[上去今本当次]年|同期|结转|以来|[比较]|相关年度|年度 ")


def _find_carried_years(case: Case, _given: Given) -> Iterator[Finding]:
    """Last year in a text that is carried forward, or at the head of one that is only about the year's work."""
    if case.year is None:
        return iter(())
    last, told = re.compile(rf"{case.year - 1}(?<!\d\d{{4}})(?=[ ]?年)"), re.compile(rf"{case.year - 1}年{_TELLING}")
    fields = case.submission.template.by_path

    def is_carried(text: Text) -> bool:
        field = fields.get(field_path(text.path))
        is_of_last = told.match(text.raw) and str(case.year) not in text.raw and not _OF_BOTH.search(text.raw)
        return (field is not None and field.kept) or bool(is_of_last)

    found = [
        Found(text, Slip(*match.span(), f"{case.year - 1}年"))
        for text in filter(is_carried, case.printed_with(last))
        for match in last.finditer(without_quoted(masked(text.raw)))
    ]
    return findings(codes.CARRIED_YEAR, found)


CARRIED_YEAR = Rule("沿用的年份", (codes.CARRIED_YEAR,), _find_carried_years)
FILE_NUMBER = TextFinder("文号", codes.FILE_NUMBER, file_numbers, re.compile(r"号"))
RULES = (
    *(DISTANT_YEAR, CARRIED_YEAR, FILE_NUMBER, RELATIVE_YEAR, BLANKS),
    *(PAGE_NUMBER, FULL_WIDTH, BLANK_REFERENCE, BRACES, PLACEHOLDER, NO_SUCH_DAY),
)
