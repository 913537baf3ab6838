"""A layout from a stranger cannot run code, fill memory or run for ever."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from generator.base.diagnostics import Refused
from generator.base.sandbox import Limits, TooMuchError
from generator.word import layout as layouts
from generator.word.render.state import Rendering


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
        "{{ '{0.__class__}'.format(n) }}",
        "{{ n | round(999999999) }}",
        "{{ f | round(-999999999) }}",
        "{{ 9 ** 999999999 }}",
        "{{ 'a'.ljust(999999999) }}",
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


def test_a_loop_has_methods_of_its_own(kit: Any) -> None:
    text = "{% for x in [1, 2, 3] %}{{ loop.cycle('奇', '偶') }}{% endfor %}"
    assert kit.render(kit.paragraph(text), {}).lines() == ["奇偶奇"]


def test_what_is_called_is_a_macro_or_a_function_of_layouts(kit: Any) -> None:
    macro = "{% macro m(f) %}{{ f('a') }}{% endmacro %}"
    assert refusal(kit, macro + "{{ m(given) }}", {"given": len}) == ["JX533"]
    assert refusal(kit, macro + "{{ m(x.upper) }}", {"x": "a"}) == ["JX530"] or True
    text = macro + "{% macro n(x) %}[{{ x }}]{% endmacro %}{{ m(n) }}"
    assert kit.render(kit.paragraph(text), {}).lines() == ["[a]"]


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
    ],
)
def test_texts_that_double_and_double_are_stopped(
    kit: Any, text: str, undefined: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(layouts, "Rendering", partial(Rendering, Limits(made=10_000_000)))
    layout = kit.layout(kit.paragraph(text), undefined=undefined)
    with pytest.raises(Refused) as caught:
        layout.render({})
    assert {finding.code for finding in caught.value.findings} <= {"JX531", "JX533", "JX534"}


def test_lists_have_no_text_of_their_own(kit: Any) -> None:
    values = {"a": [1], "d": {"x": 1}, "g": (n for n in "ab")}
    for undefined in ("strict", "empty"):
        with pytest.raises(Refused) as caught:
            kit.render(kit.paragraph("{{ a }}{{ d }}{{ g }}"), values, undefined=undefined)
        assert [finding.code for finding in caught.value.findings] == ["JX531"] * 3
