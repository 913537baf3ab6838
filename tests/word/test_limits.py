"""A layout from a stranger cannot run code, fill memory or run for ever."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from generator.errors import Refused
from generator.word import layout as layouts
from generator.word.running.rendering import Limits, Rendering, TooMuchError


def refusal(kit: Any, text: str, values: dict[str, Any] | None = None) -> list[str]:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph(text)).render(values or {})
    return [finding.code for finding in caught.value.findings]


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}",
        "{{ range(10000000) | list }}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(40) }}",
        "{% macro m(x) %}{{ m(x ~ x) }}{% endmacro %}{{ m('aaaaaaaaaa') }}",
        "{% macro m(x) %}{{ m(x * x) }}{% endmacro %}{{ m(9999999) }}",
        "{% macro m(x) %}{{ m(x | replace('a', x)) }}{% endmacro %}{{ m('aaaa') }}",
    ],
)
def test_what_never_ends_is_stopped_and_placed(kit: Any, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layouts, "Rendering", partial(Rendering, Limits(turns=50_000, calls=5_000)))
    layout = kit.layout(kit.paragraph(text))
    with pytest.raises(Refused) as caught:
        layout.render({})
    assert [finding.code for finding in caught.value.findings] == ["JX534"]
    assert caught.value.findings[0].path.startswith("第 1 段")


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'a' * 999999999 }}",
        "{{ [1] * 999999999 }}",
        "{{ '%999999999d' % 1 }}",
        "{{ '%*d' % (999999999, 1) }}",
        "{{ '%.999999999f' % 0.1 }}",
        "{{ '%.999999999f' | format(n) }}",
        "{{ '{:999999999}'.format(n) }}",
        "{{ '{:{w}}'.format(n, w=999999999) }}",
        "{{ '{0:.999999999f}'.format(f) }}",
        "{{ '{0.__class__}'.format(n) }}",
        "{{ n | round(999999999) }}",
        "{{ f | round(-999999999) }}",
        "{{ 9 ** 999999999 }}",
        "{{ 9 ** 99999 }}",
        "{{ (0 - 9) ** 0.5 }}",
        "{{ 'a'.ljust(999999999) }}",
        "{{ 'a'.zfill(999999999) }}",
        "{{ 'a' | center(999999999) }}",
        "{{ 'a' | indent(999999999) }}",
        "{{ xs | sum(start='a') }}",
        "{{ 'a'.encode() }}",
        "{{ 'a'.join(n) }}",
        "{{ xs.append(1) }}",
        "{{ xs.clear() }}",
        "{{ d.pop('a') }}",
        "{{ [1] | batch(999999999, 'x') | list }}",
        "{{ [1] | slice(999999999) | list }}",
        "{{ n.to_bytes(999999999, 'big') }}",
        "{{ day.strftime('%d' * 99999) }}",
        "{{ day.fromordinal(1) }}",
        "{{ [] + n }}",
        "{% for x in xs %}{{ loop.frist }}{% endfor %}",
        "{{ d.get.x.y }}",
    ],
)
def test_what_makes_much_of_little_or_changes_the_values_is_refused(kit: Any, text: str) -> None:
    values = {"xs": [1], "d": {"a": 1}, "n": 1, "f": 0.1, "day": date(2022, 5, 1)}
    refusal(kit, text, values)
    assert values == {"xs": [1], "d": {"a": 1}, "n": 1, "f": 0.1, "day": date(2022, 5, 1)}


def test_names_made_up_at_run_time_do_not_reach_python(kit: Any) -> None:
    for text in (
        "{{ x['__cl' ~ 'ass__'] }}",
        "{{ ''['__cl' ~ 'ass__'] }}",
        "{{ f.func_globals }}",
        "{{ [x] | map(attribute='__class__') | list }}",
    ):
        refusal(kit, text, {"x": "a", "f": refusal})


def test_harmless_methods_work(kit: Any) -> None:
    text = "{{ 'a,b'.split(',') | join('+') }}{{ ' x '.strip() }}{{ d.get('k', 'z') }}{{ 'A'.lower() }}{{ loop_test }}"
    assert kit.render(kit.paragraph(text), {"d": {}, "loop_test": 1}).lines() == ["a+bxza1"]
    assert kit.render(
        kit.paragraph("{% for x in [1, 2, 3] %}{{ loop.cycle('奇', '偶') }}{% endfor %}"), {}
    ).lines() == ["奇偶奇"]


def test_the_time_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    state = Rendering(Limits(seconds=5))
    state.turn(1)
    now[0] = 6.0
    with pytest.raises(TooMuchError, match="5 秒"):
        state.printed(1)


def test_the_size_is_limited() -> None:
    with pytest.raises(TooMuchError, match="超过 1,048,576 个字符"):
        Rendering(Limits(characters=1024 * 1024)).printed(1024 * 1024 + 1)


def test_blocks_too_deep_for_python_are_refused(kit: Any) -> None:
    text = "{% for a in x %}" * 40 + "{% endfor %}" * 40
    assert refusal(kit, text) == ["JX513"]


@pytest.mark.parametrize("undefined", ["strict", "empty"])
@pytest.mark.parametrize(
    "text",
    [
        "{% set a = [1] %}" + "{% set a = [a, a, a, a, a, a, a, a, a, a] %}" * 30 + "{{ a }}{{ a + 1 }}",
        "{% set a %}xxxxxxxxxx{% endset %}" + "{% set a %}{{ a }}{{ a }}{{ a }}{{ a }}{{ a }}{{ a }}{% endset %}" * 30,
        "{% macro m(x) %}{{ x }}{{ x }}{{ x }}{{ x }}{% endmacro %}{{ " + "m(" * 60 + "'aaaa'" + ")" * 60 + " }}",
        "{% set n = namespace(l=[]) %}{% for i in range(9999) %}{% set n.l = n.l + ['a' * 99999 ~ i] %}{% endfor %}",
        "{{ 'ab' | join('x' * 9999999) | replace('x', 'yyy') | length }}",
        "{{ ('a\\n' * 999999) | indent(999) | length }}",
    ],
)
def test_texts_that_double_and_double_are_stopped(
    kit: Any, text: str, undefined: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "Rendering", partial(Rendering, Limits(made=50_000_000)))
    layout = kit.layout(kit.paragraph(text), undefined=undefined)
    with pytest.raises(Refused) as caught:
        layout.render({})
    assert {finding.code for finding in caught.value.findings} <= {"JX531", "JX533", "JX534"}


def test_what_the_caller_gives_to_be_called_may_be_called(kit: Any) -> None:
    values = {"len": len, "now": date.today, "f": lambda x: x * 2, "kind": str, "danger": [].clear, "d": {"sum": sum}}
    assert kit.render(kit.paragraph("{{ len('甲乙') }}{{ f(2) }}{{ kind(3) }}"), values).lines() == ["243"]
    assert kit.render(kit.paragraph("{{ now().year > 2000 }}"), values).lines() == ["是"]
    assert refusal(kit, "{{ d.sum([1]) }}", values) == ["JX533"]


def test_lists_print_as_python_shows_them_where_docxtpl_templates_are_brought(kit: Any) -> None:
    values = {
        "a": [1, "二", None, (True,), (), {"三": 4.5}, {5}, frozenset()],
        "d": {"x": Decimal("1.50"), "day": date(2021, 3, 5)},
        "g": (n for n in "ab"),
    }
    text = "{{ a }}{{ d }}{{ d.keys() }}"
    assert kit.render(kit.paragraph(text), values, undefined="empty").lines() == [
        (
            "[1, '二', None, (True,), (), {'三': 4.5}, {5}, {}]"
            "{'x': 1.50, 'day': datetime.date(2021, 3, 5)}dict_keys(['x', 'day'])"
        )
    ]
    assert refusal(kit, text, values) == ["JX531"] * 3
    with pytest.raises(Refused):
        kit.render(kit.paragraph("{{ g }}"), values, undefined="empty")
