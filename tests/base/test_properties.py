"""Quantities and targets under arbitrary input."""

from contextlib import suppress
from fractions import Fraction

from hypothesis import example, given
from hypothesis import strategies as st

from generator.base.amount import NotAnAmount, chinese_number, parse_amount
from generator.base.formats import plain
from generator.base.judgement import WAYS, Flag, Verdict, judge
from generator.base.target import Operator
from generator.base.target_text import parse_target

UNITS = ("家", "元", "万元", "亿元", "%", "‰", "人次", "次/周", "平方米", "")
FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}

units = st.sampled_from(UNITS)
numbers = st.builds(lambda n, places: Fraction(n, 10**places), st.integers(-(10**15), 10**15), st.integers(0, 6))
positive = st.builds(lambda n, places: Fraction(n, 10**places), st.integers(1, 10**9), st.integers(0, 4))
texts = st.text() | st.text(
    st.sampled_from("≧≥>≤<=-~至到每周不少超过于以上内0123456789.,，％%万亿元家次/ 一两十百间隔年月"), max_size=14
)


@given(numbers, units)
def test_what_is_printed_is_read_back(number: Fraction, unit: str) -> None:
    quantity = parse_amount(plain(number) + unit)
    assert (quantity.number, quantity.unit.name) == (number, unit)


@given(st.integers(0, 10**15), units)
def test_thousands_commas_change_nothing(number: int, unit: str) -> None:
    assert parse_amount(f"{number:,}{unit}") == parse_amount(f"{number}{unit}")


@given(numbers, units)
def test_full_width_is_half_width(number: Fraction, unit: str) -> None:
    text = plain(number) + unit
    wide = parse_amount(text.translate(FULL_WIDTH))
    half = parse_amount(text)
    assert (wide, wide.dimension, wide.unit) == (half, half.dimension, half.unit)


@given(st.integers(0, 9999))
def test_chinese_numerals_are_numbers(number: int) -> None:
    assert parse_amount(chinese_number(number) + "家") == number


@given(numbers)
def test_scales_are_equivalent(number: Fraction) -> None:
    yuan = parse_amount(plain(number * 10**8) + "元")
    assert parse_amount(plain(number * 10**4) + "万元") == yuan
    assert parse_amount(plain(number) + "亿元") == yuan
    assert parse_amount(plain(number) + "%") == parse_amount(plain(number * 10) + "‰")


@given(texts)
@example("一" * 100)
@example("1," * 50)
def test_no_text_breaks_the_parsers(text: str) -> None:
    with suppress(NotAnAmount):
        assert parse_amount(text).text == text
    target = parse_target(text)
    assert (target.fault is not None) is (target.operator is Operator.QUALITATIVE)


@given(texts, st.none() | texts, st.sampled_from(["", *WAYS]))
def test_no_text_breaks_the_judge(target: str, actual: str | None, way: str) -> None:
    judgement = judge(target, actual, way)
    assert judgement.reason.endswith("。")
    assert (judgement.rate is None) or judgement.verdict in {Verdict.MET, Verdict.NOT_MET}


@given(st.sampled_from(["≥{}家", "{}家", "超过{}家", "{}家以上"]), positive, numbers, numbers)
def test_more_is_never_worse(form: str, target: Fraction, one: Fraction, other: Fraction) -> None:
    worse, better = sorted((one, other))
    first, second = (judge(form.format(plain(target)), plain(actual) + "家") for actual in (worse, better))
    assert (first.verdict, second.verdict) != (Verdict.MET, Verdict.NOT_MET)
    assert first.rate is not None
    assert second.rate is not None
    assert first.rate <= second.rate
    assert (first.over or 0) <= (second.over or 0)


@given(st.sampled_from(["≤{}家", "低于{}家", "{}家以内"]), positive, numbers, numbers)
def test_less_is_never_worse_for_a_limit(form: str, target: Fraction, one: Fraction, other: Fraction) -> None:
    better, worse = sorted((one, other))
    first, second = (judge(form.format(plain(target)), plain(actual) + "家") for actual in (worse, better))
    assert (first.verdict, second.verdict) != (Verdict.MET, Verdict.NOT_MET)
    assert first.rate is not None
    assert second.rate is not None
    assert first.rate <= second.rate


@given(positive, positive)
def test_the_rate_is_whole_exactly_when_the_target_is_met(target: Fraction, actual: Fraction) -> None:
    judgement = judge(plain(target) + "家", plain(actual) + "家")
    assert judgement.rate == actual / target
    assert (judgement.verdict is Verdict.MET) is (actual >= target)


@given(positive, positive, st.sampled_from(["≥{}万元", "{}万元", "≤{}万元", "={}万元", "超过{}万元"]))
def test_conversion_changes_nothing_but_a_flag(target: Fraction, actual: Fraction, form: str) -> None:
    text = form.format(plain(target))
    same = judge(text, plain(actual) + "万元")
    converted = judge(text, plain(actual * 10**4) + "元")
    assert (same.verdict, same.rate, same.over) == (converted.verdict, converted.rate, converted.over)
    if same.verdict in {Verdict.MET, Verdict.NOT_MET}:
        assert converted.flags - same.flags == {Flag.UNIT_CONVERTED}


@given(positive, positive)
def test_a_bound_met_is_met_by_every_number_it_allows(target: Fraction, bound: Fraction) -> None:
    if judge(f"≥{plain(target)}家", f"≥{plain(bound)}家").verdict is Verdict.MET:
        assert judge(f"≥{plain(target)}家", f"{plain(bound)}家").verdict is Verdict.MET
        assert judge(f"≥{plain(target)}家", f"{plain(bound + 1)}家").verdict is Verdict.MET


@given(st.integers(1, 10**8 - 1))
@example(89_110)
@example(5_999)
def test_targets_read_spelt_numbers(number: int) -> None:
    target = parse_target(f"不少于{chinese_number(number)}人")
    assert (target.low, target.operator) == (Fraction(number), Operator.AT_LEAST)


@given(
    st.sampled_from(
        [("小时", "分钟", 60), ("小时", "分", 60), ("分", "秒", 60), ("公里", "米", 1000), ("亿", "万元", 10**4)]
    ),
    st.integers(1, 9),
    st.integers(1, 9999),
)
def test_two_units_make_one_number(units: tuple[str, str, int], many: int, few: int) -> None:
    great, small, factor = units
    few = few % (factor - 1) + 1
    one = f"{many * factor + few}{'分钟' if small == '分' else small}"
    judgement = judge(f"≤{one}", f"{many}{great}零{few}{small}")
    assert (judgement.verdict, judgement.rate) == (Verdict.MET, Fraction(1))


@given(positive, positive)
def test_a_fall_is_growth_below_zero(target: Fraction, fall: Fraction) -> None:
    wanted, said = f"增长{plain(target)}%", plain(fall)
    for actual in (f"下降{said}%", f"负增长{said}%", f"降{said}%", f"增长-{said}%", f"-{said}%"):
        judgement = judge(wanted, actual)
        assert (judgement.verdict, judgement.rate) == (Verdict.NOT_MET, Fraction(0))
