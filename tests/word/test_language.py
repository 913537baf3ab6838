"""The language of tags: what docxtpl's users write prints the same text here, or the page on differences says so.

``SAME`` is tried in both engines. So is the table of docs/与docxtpl的差别.md: what each engine is said to print is what
it prints.
"""

from __future__ import annotations

import io
import re
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import docxtpl
import pytest

from generator.base.diagnostics import Refused
from generator.word import Layout

PAGE = Path(__file__).resolve().parents[2] / "docs" / "与docxtpl的差别.md"
VALUES: dict[str, Any] = {
    "a": "甲", "yes": True, "no": False, "none": None, "n": 7, "f": 2.5, "g": 1 / 3, "h": 2.675, "big": 1234567.891,
    "dec": Decimal("3.140"), "num": "12", "text": "Hello World foo", "html": "<b>x</b> & y", "bell": "一\a二",
    "ff": "一\f二", "nl": "一\n二\t三", "cols": ["x", "y", "z"], "t": (1, 2), "one": (1,), "s": {1},
    "nested": [[1, 2], [3, 4]],
    "d": {"k": "v", "m": 1}, "day": date(2021, 3, 5), "now": datetime(2021, 3, 5, 10, 30),
    "items": [{"name": "一", "cost": 1, "price": 1.5}, {"name": "二", "cost": 2, "price": 2.25}],
    "tree": [{"n": "a", "c": [{"n": "b", "c": []}]}],
}  # fmt: skip

SAME = [
    "{{ f }}",
    "{{ g }}",
    "{{ big }}",
    "{{ n }}",
    "{{ dec }}",
    "{{ f + 1 }}",
    "{{ f * 2 }}",
    "{{ f / 2 }}",
    "{{ n / 2 }}",
    "{{ 5.0 }}",
    "{{ 0.5 }}",
    "{{ 1e3 }}",
    "{{ n // 2 }}",
    "{{ n % 4 }}",
    "{{ f // 1 }}",
    "{{ f % 1 }}",
    "{{ -f }}",
    "{{ +f }}",
    "{{ f | round }}",
    "{{ h | round(2) }}",
    "{{ g | round(3) }}",
    "{{ n | round }}",
    "{{ 42.55 | round(1, 'floor') }}",
    "{{ f | round(0, 'ceil') }}",
    "{{ f | int }}",
    "{{ '3.7' | int }}",
    "{{ 'x' | int(5) }}",
    "{{ num | int + 1 }}",
    "{{ -3 | abs }}",
    "{{ f | abs }}",
    "{{ items | map(attribute='name') | join('、') }}",
    "{{ items | sum(attribute='price') }}",
    "{{ items | sum(attribute='cost') }}",
    "{{ items | join('、', attribute='name') }}",
    "{{ cols | join }}",
    "{{ [1,2] | join(',') }}",
    "{{ [1.5,2] | join(',') }}",
    "{{ cols | batch(2) | list | length }}",
    "{{ cols | slice(2) | list | length }}",
    "{{ text | capitalize }}",
    "{{ text | lower }}",
    "{{ text | upper }}",
    "{{ text | title }}",
    "{{ '  x ' | trim }}",
    "{{ 'xxaxx' | trim('x') }}",
    "{{ text | replace('o', '0') }}",
    "{{ text | replace('o', '0', 1) }}",
    "{{ text | reverse }}",
    "{{ cols | reverse | list | join }}",
    "{% for k, v in d | dictsort %}{{ k }}={{ v }} {% endfor %}",
    "{{ cols | first }}",
    "{{ cols | last }}",
    "{{ cols | length }}",
    "{{ cols | count }}",
    "{{ text | first }}",
    "{{ text | length }}",
    "{{ cols | max }}",
    "{{ [3, 1] | min }}",
    "{{ [1.5, 2] | max }}",
    "{{ [3,1,2] | sort | join }}",
    "{{ [3,1,2] | sort(reverse=true) | join }}",
    "{{ items | sort(attribute='cost', reverse=true) | map(attribute='name') | join }}",
    "{{ [1,1,2] | unique | join }}",
    "{% for g in items | groupby('cost') %}{{ g.grouper }}:{{ g.list | length }} {% endfor %}",
    "{{ [1,2,3] | select('odd') | join }}",
    "{{ [1,2,3] | reject('odd') | join }}",
    "{{ cols | map('upper') | join }}",
    "{{ nothing | default('空') }}",
    "{{ none | default('空', true) }}",
    "{{ nothing | d('x') }}",
    "{{ html | e }}",
    "{{ html | escape }}",
    "{{ day.year }}",
    "{{ bell }}",
    "{{ ff }}",
    "{{ nl }}",
    "{{ namespace(x=1).x }}",
    "{% set ns = namespace(x=0) %}{% for i in cols %}{% set ns.x = ns.x + 1 %}{% endfor %}{{ ns.x }}",
    "{% set x %}块{{ a }}{% endset %}{{ x }}{{ x | length }}",
    "{% filter upper %}abc {{ text }}{% endfilter %}",
    "{% filter replace('a', 'b') %}aaa{% endfilter %}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}x{% endcall %}",
    "{% with q = 5 %}{{ q }}{% endwith %}",
    "{% for x in tree recursive %}{{ x.n }}{{ loop(x.c) }}{% endfor %}",
    "{% for x in cols if x != 'y' %}{{ x }}{% else %}无{% endfor %}{% for x in [] %}{% else %}无{% endfor %}",
    "{{ 'a' if yes else 'b' }}",
    "{{ 'a' if no }}",
    "{{ a ~ n }}",
    "{{ a + 'x' }}",
    "{{ cols[1] }}",
    "{{ cols[-1] }}",
    "{{ cols[0:2] | join }}",
    "{{ text[:5] }}",
    "{{ d['k'] }}",
    "{{ d.k }}",
    "{{ items[0]['name'] }}",
    "{{ nested[0][1] }}",
    "{% block b %}块{% endblock %}",
    "{% autoescape true %}{{ html }}{% endautoescape %}",
    "{% if n > 5 %}大{% elif n > 3 %}中{% else %}小{% endif %}",
    "{%+ if yes %}x{%+ endif %}",
    "{{ range(3) | list | join }}",
    "{{ range(1, 10, 3) | join(',') }}",
    "{{ text | string | length }}",
    "{{ n | string ~ 'x' }}",
    "{{ cols | list | length }}",
    "{{ 'abc' | list | join('-') }}",
    "{{ f | string }}",
    "{{ 100000000000000000000.0 }}",
    "{{ big * 1000000000000 }}",
    "{{ 1_000 }}",
    "{{ 'a' 'b' }}",
    '{{ "x\'y" }}',
    "{{ 'x\\'y' }}",
    "{{ 'a\\nb' }}",
    "{{ 'a\\\\b' }}",
    "{{ items[5] }}",
    "{{ items[0].zz }}",
    "{{ -n }}",
    "{{ 3 - 5 }}",
    "{{ cols | first | upper }}",
    "{{ (cols | length) * 2 }}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set x = 1 if yes else 2 %}{{ x }}",
    "{% if a is defined and a %}x{% endif %}",
    "{{- a -}}",
    "{{ n|string|length }}",
    "{{n}}",
    "{{n }}",
    "{{ n}}",
    "{% if cols is sequence and cols is iterable and none is none and nothing is undefined %}1{% endif %}",
    "{% if n is divisibleby 7 and 'x' is lower and 'X' is upper and n is in [7] %}1{% endif %}",
    "{% for x in cols %}{{ loop.index }}{{ loop.revindex }}{{ loop.length }}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in cols %}{{ loop.previtem }}{{ loop.nextitem }}{{ loop.depth }}{% endfor %}",
    "{% for x in cols %}{% if loop.last %}尾{% endif %}{% if loop.changed(x) %}变{% endif %}{% endfor %}",
    "{% for x in cols %}{% if loop.first %}首{% endif %}{{ loop.index0 }}{{ loop.revindex0 }}{% endfor %}",
    "{% for k, v in d | items %}{{ k }}={{ v }} {% endfor %}",
]


def printed_by_docxtpl(path: Path, values: dict[str, Any]) -> bytes:
    template = docxtpl.DocxTemplate(str(path))
    template.render(dict(values))
    buffer = io.BytesIO()
    template.save(buffer)
    return buffer.getvalue()


def test_both_engines_print_the_same(kit: Any) -> None:
    path = kit.file(kit.package("".join(map(kit.paragraph, SAME))))
    theirs = kit.out(printed_by_docxtpl(path, VALUES)).lines()
    ours = kit.out(Layout.open(path, undefined="empty").render(VALUES)).lines()
    assert len(theirs) > len(SAME)
    assert ours == theirs


def cells(*header: str) -> list[tuple[str, ...]]:
    """The rows of the page's table with this header; backticks dropped, 空白 as nothing."""
    rows = [
        tuple(_cell(text) for text in re.split(r"(?<!\\)\|", line)[1:-1])
        for line in PAGE.read_text("utf-8").splitlines()
    ]
    start = rows.index(header) + 2
    return rows[start : rows.index((), start)]


def _cell(text: str) -> str:
    plain = text.strip().replace(r"\|", "|")
    return "" if plain == "空白" else plain[1:-1] if plain.startswith("`") and plain.endswith("`") else plain


def page_values() -> dict[str, Any]:
    (block,) = (block for block in python_blocks() if block.startswith("from datetime"))
    made: dict[str, Any] = {}
    exec(block, made)  # noqa: S102 - it is our own page
    values: dict[str, Any] = made["值"]
    return values


def python_blocks() -> list[str]:
    return re.findall(r"^```python\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize(("text", "theirs", "ours"), cells("写法", "docxtpl 印", "这里印"))
def test_the_page_tells_what_each_engine_prints(kit: Any, text: str, theirs: str, ours: str) -> None:
    path = kit.file(kit.package(kit.paragraph(text)))
    assert kit.out(printed_by_docxtpl(path, page_values())).lines() == [theirs]
    assert kit.out(Layout.open(path, undefined="empty").render(page_values())).lines() == [ours]


@pytest.mark.parametrize(
    "text",
    [
        "{{ '%.2f' % n }}", "{{ x | format }}", "{{ '{}'.format(n) }}", "{{ day.strftime('%Y') }}", "{{ d.items() }}",
        "{{ d.get('a') }}", "{{ a.upper() }}", "{{ a.split(',') }}", "{{ a.startswith('x') }}", "{{ len(x) }}",
        "{{ enumerate(x) }}", "{{ n ** 2 }}", "{{ a * 2 }}", "{{ d }}", "{{ cycler(1) }}", "{{ joiner(1) }}",
        "{{ a | truncate(2) }}", "{{ a | center }}", "{{ a | wordwrap }}", "{{ a | float }}", "{{ 函数(a) }}",
        "{{ x | random }}", "{{ lipsum() }}", "{{ x | tojson }}", "{{ x | xmlattr }}", "{{ x | urlize }}",
        "{{ x | pprint }}",
        "{% include 'x' %}", "{% import 'x' as y %}", "{% extends 'x' %}", "{% do x %}", "{% break %}",
        "{% continue %}", "{% trans %}", "{{ x.append(1) }}", "{{ d.update(a=1) }}", "{{ self }}", "{{ _x }}",
        "{{ '{{' }}",
    ],
)  # fmt: skip
def test_what_the_page_says_is_not_offered_is_refused(kit: Any, text: str) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph(text), undefined="strict").render({"x": [1], "d": {}, "n": 1, "a": "甲"})
    assert all(finding.message for finding in caught.value.findings)


def test_the_code_of_the_page_runs(
    kit: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    p = kit.paragraph
    notice = p("{{ 单位 }}：{{ 金额 }}") + p("{%p for 事 in 事项 %}") + p("{{ 事 }}") + p("{%p endfor %}")
    kit.file(kit.package(notice), "通知.docx")
    kit.file(kit.package(p("{{ 单位 | 尊称 }}{{ 没有 }}")), "函.docx")
    kit.file(kit.package(p("{{ 甲 乙 }}")), "有错的.docx")
    monkeypatch.chdir(kit.folder)
    made: dict[str, Any] = {}
    results = []
    for block in python_blocks():
        exec(block, made)  # noqa: S102 - it is our own page
        results.append(made["data"])
    assert kit.out(Path("通知-市图书馆.docx").read_bytes()).lines() == ["市图书馆：12.5", "报送材料", "参加会议"]
    assert kit.out(results[1]).lines() == ["市图书馆：贵单位"]
    assert "JX513 第 1 段「{{ 甲 乙 }}」" in capsys.readouterr().out
