"""A layout from a stranger cannot run code, fill memory or run for ever."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import pytest

from generator.errors import Refused
from generator.word import layout as layouts
from generator.word.rendering import Limits, Rendering, TooMuchError


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
        "{{ 'a'.ljust(999999999) }}",
        "{{ 'a'.format(1) }}",
        "{{ 'a'.replace('a', 'b') }}",
        "{{ xs.append(1) }}",
        "{{ xs.clear() }}",
        "{{ d.pop('a') }}",
        "{{ [1] | batch(999999999, 'x') | list }}",
        "{{ [1] | slice(999999999) | list }}",
        "{{ f + n }}",
        "{{ n.to_bytes(999999999, 'big') }}",
        "{{ day.strftime('%999999999d') }}",
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
    with pytest.raises(TooMuchError, match="超过 1 MB"):
        Rendering(Limits(characters=1024 * 1024)).printed(1024 * 1024 + 1)


def test_blocks_too_deep_for_python_are_refused(kit: Any) -> None:
    text = "{% for a in x %}" * 40 + "{% endfor %}" * 40
    assert refusal(kit, text) == ["JX513"]
