"""Years far from the report's, and file numbers (文号) that are not written as the rules have it: 某发〔2021〕12号."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

from generator.checking.rule import Example, Rule, Setting
from generator.checking.text import codes
from generator.checking.text.finding import Slip, TextFinder, findings, slips_of
from generator.checking.text.masking import HAN, masked, numbers_masked, without_quoted
from generator.checking.texts import HIDDEN

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding
    from generator.checking.context import Case
    from generator.checking.rule import Given

__all__ = ["DISTANT_YEAR", "FILE_NUMBER", "distant_years", "file_numbers"]

_DIGITS = {char: str(number) for number, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0"}
_YEAR = re.compile(r"(?<![\d.])(?:(?:19|20)\d{2}|[一二][零〇○九][零〇○一二三四五六七八九]{2})(?=[ ]?年)")
_ANY_YEAR = re.compile(r"年(?:(?<=[12一二][09零〇○九]..年)|(?<=[12一二][09零〇○九].. 年))")
_PERIOD = re.compile(r"(?:19|20)\d{2}[ ]?年?[ ]?[-—–－~～至到]{1,2}[ ]?(?:(?:19|20)\d{2}|\d{2})[ ]?年")
"""Of a plan or a comparison over several years: 2019—2023年."""

_BEFORE = re.compile(r"(?:自|从|到|至|截至|比|较|与|同|和|于|始于|力争|远景|在)[ ]?$")
_AFTER = re.compile(
    r"年(?:度)?(?:\d{1,2}月)?(?:\d{1,2}日)?[ ]?[（(]?"
    r"(?:以来|以后|以前|之前|之后|起|前|底前|后|开始|至今|版|修[订正]|成立|建成|建立|组建|设立|建[站厂校]|投产|竣工|启动|开工|开通|创办|创建"
    r"|印发|发布|公布|出台|颁布|施行|实施|制定|批准|批复|通过|签订|签署|下发|发文|核定|认定|命名|[—–－~～-]|至|到|相比|远景|碳)"
)
_DIGIT = r"[\d０-９]"
_NUMBER = re.compile(
    rf"(?P<word>{HAN})[ ]?(?P<year>[（(\[【〔［][ ]?(?P<digits>{_DIGIT}{{2,4}})[ ]?年?[ ]?[）)\]】〕］])"
    rf"(?P<gap>[ ]?)(?P<the>第?)[ ]?{_DIGIT}+[ ]?号"
)
_BY_YEAR = re.compile(r"(?<=[发函])(?P<year>(?P<digits>(?:19|20)\d{2})年)第?\d+号")
_WITHOUT_YEAR = re.compile(rf"（{HAN}{{2,12}}[发函办字评](?P<number>第?{_DIGIT}+号)(?:文)?）")
_KINDS = "发函办字评"


def distant_years(text: str, year: int, apart: int = 1) -> Iterator[Slip]:
    """A year that is neither the report's nor the one before or after it, where nothing says why it stands there.

    Years within titles, quotations and file numbers, those of periods (2019—2023年) and of events that are named with
    them (自2018年起, 2016年印发) are left alone.

    Args:
        text: The text.
        year: The year of the report.
        apart: How many years a year may be away from it.
    """
    shown = _PERIOD.sub(lambda match: HIDDEN * len(match[0]), without_quoted(numbers_masked(text)))
    for match in _YEAR.finditer(shown):
        found = int("".join(_DIGITS.get(char, char) for char in match[0]))
        explained = _BEFORE.search(shown, max(0, match.start() - 4), match.start()) or _AFTER.match(shown, match.end())
        if abs(found - year) > apart and not explained:
            yield Slip(*match.span(), f"和报告年度（{year}）相差 {abs(found - year)} 年")


def file_numbers(text: str) -> Iterator[Slip]:
    """A file number whose year is not four digits in 〔 〕, or is missing; one with 第 before the number."""
    shown = masked(text)
    for match in _NUMBER.finditer(shown):
        yield from _of_number(match)
    for match in _BY_YEAR.finditer(shown):
        yield Slip(*match.span("year"), f"应为「〔{match['digits']}〕」", f"〔{match['digits']}〕")
    for match in _WITHOUT_YEAR.finditer(shown):
        yield Slip(*match.span("number"), "前面应有年份，写成「〔年份〕号数」")


def _of_number(match: re.Match[str]) -> Iterator[Slip]:
    digits = unicodedata.normalize("NFKC", match["digits"])
    expected = f"〔{digits}〕"
    if len(digits) != 4 or digits[:2] not in ("19", "20"):
        yield Slip(*match.span("year"), "应为四位数的年份，加六角括号「〔 〕」")
    elif match["year"] != expected:
        yield Slip(*match.span("year"), f"应为「{expected}」", expected)
    if match["the"] and match["word"] in _KINDS:
        yield Slip(*match.span("the"), "号数前不加「第」", "")


def _find_distant_years(case: Case, given: Given) -> Iterator[Finding]:
    year, apart = case.year, given["相差"]
    if year is None or not isinstance(apart, Fraction):
        return iter(())
    texts = case.printed_with(_ANY_YEAR)
    return findings(codes.DISTANT_YEAR, slips_of(texts, lambda text: distant_years(text, year, int(apart))))


DISTANT_YEAR = Rule(
    name="年份",
    group=11,
    codes=(codes.DISTANT_YEAR,),
    why=(
        "报告写的是报告年度，用来比较的是上年，计划写到下年；再远的年份多半是从旧报告抄来没有改的。书名号、引号、文号里的年份，"
        "规划期、几年之间（2019—2023年），写明由来的年份（自2018年起、到2025年、2016年印发、与2019年相比）不报。"
    ),
    find=_find_distant_years,
    examples=(
        Example(
            codes.DISTANT_YEAR,
            bad="自评结论: 2019年执行率为99%，按2016年印发的办法自评。",
            good="自评结论: 2023年执行率为99%，按2016年印发的办法自评。",
            place="自评结论",
            marked="2019",
        ),
    ),
    settings={"相差": Setting(Fraction(1), "和报告年度相差几年以内的不报")},
)
FILE_NUMBER = Rule(
    name="文号",
    group=11,
    codes=(codes.FILE_NUMBER,),
    why=(
        "文号的年份用四位数字，加六角括号「〔 〕」，号数前不加「第」。用圆括号、方括号的，年份只有两位的，"
        "只写号数没有年份的都报。年份不全的由人补上，不自动改。"
    ),
    find=TextFinder(codes.FILE_NUMBER, file_numbers, re.compile(r"号")),
    examples=(
        Example(
            codes.FILE_NUMBER,
            bad="自评结论: 按《自评办法》（某财评〔2021〕12号）和某财评（2024）3号文自评。",
            good="自评结论: 按《自评办法》（某财评〔2021〕12号）和某财评〔2024〕3号文自评。",
            place="自评结论",
            marked="（2024）",
        ),
    ),
)
