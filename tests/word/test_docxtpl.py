"""People's docxtpl templates run unchanged: the same layout prints the same text in both engines."""

from __future__ import annotations

import io
from typing import Any

import docxtpl
import pytest

VALUES: dict[str, Any] = {
    "a": "甲",
    "yes": True,
    "no": False,
    "items": [{"name": "一", "cost": 1}, {"name": "二", "cost": 2}],
    "cols": ["x", "y", "z"],
    "n": 2,
    "breaks": "一\a二\f三",
    "tree": [{"n": "一", "c": [{"n": "二", "c": []}]}],
}


def bodies(kit: Any) -> dict[str, str]:
    p, table, run = kit.paragraph, kit.table, kit.run
    return {
        "variables": p("前{{ a }}后{{a}}"),
        "conditions": p("{% if yes %}是{% else %}否{% endif %}{% if no %}是{% endif %}"),
        "paragraphs": p("{%p for x in items %}")
        + p("{{ x.name }}")
        + p("{%p endfor %}")
        + p("{%p if no %}")
        + p("无")
        + p("{%p endif %}"),
        "plain blocks": p("{% for x in items %}") + p("{{ x.name }}") + p("{% endfor %}"),
        "rows": table(
            ["头", ""], ["{%tr for x in items %}", ""], ["{{ x.name }}", "{{ x.cost }}"], ["{%tr endfor %}", ""]
        ),
        "columns": table(["{%tc for x in cols %}", "{{ x }}", "{%tc endfor %}"]),
        "runs": f"<w:p>{run('前')}{run('{%r if yes %}')}{run('中')}{run('{%r endif %}')}{run('后')}</w:p>",
        "split": f"<w:p>{run('{')}{run('{ a')}{run(' }')}{run('}')}</w:p>",
        "vm": table(["{%tr for x in items %}", ""], ["{% vm %}组", "{{ x.name }}"], ["{%tr endfor %}", ""]),
        "hm": table(
            ["{%tc for x in cols %}", "{% hm %}头", "{%tc endfor %}"],
            ["{%tc for x in cols %}", "{{ x }}", "{%tc endfor %}"],
        ),
        "span and fill": table(["{% colspan n %}宽"], ["{% cellbg 'FF0000' %}甲", "乙"]),
        "escapes": p("{_{ a }_} {_% if %_}"),
        "comments": p("前{# 注 #}后") + p("{#p 注 #}"),
        "merging": p("前") + p("{%- if yes -%}") + p("中") + p("{%- endif -%}") + p("后"),
        "curly quotes": p("{% if a == “甲” %}对{% endif %}"),
        "undefined": p("前{{ nothing }}后{% if nothing %}x{% endif %}"),
        "set and macro": p("{% set b = a %}{{ b }}{% macro m(x) %}[{{ x }}]{% endmacro %}{{ m(a) }}"),
        "members": p("{% for k, v in items[0] | items %}{{ k }}={{ v }} {% endfor %}{{ a | upper }}{{ cols[0] }}"),
        "raw over paragraphs": p("{% raw %}前 {{ a }}") + p("{% if %}") + p("后{% endraw %}{{ a }}"),
        "raw paragraphs": p("{%p raw %}") + p("{{ a }} {% if %}") + p("{%p endraw %}") + p("{{ a }}"),
        "nested rows": table(
            ["{%tr for x in items %}", ""],
            ["{{ x.name }}", ""],
            ["{%tr for y in cols %}", ""],
            ["", "{{ y }}{{ loop.index }}"],
            ["{%tr endfor %}", ""],
            ["{%tr endfor %}", ""],
        ),
        "chosen rows": table(
            ["{%tr if no %}", ""], ["甲", ""], ["{%tr elif yes %}", ""], ["乙", ""], ["{%tr endif %}", ""], ["尾", ""]
        ),
        "chosen runs": f"<w:p>{''.join(map(run, ['{%r if no %}', '甲', '{%r else %}', '乙', '{%r endif %}']))}</w:p>",
        "a table in a loop": p("{%p for x in items %}")
        + table(["{{ x.name }}", "{% cellbg 'FF0000' %}{{ x.cost }}"])
        + p("{%p endfor %}"),
        "text breaks": p("{{ breaks }}尾"),
        "recursion": p("{%p for x in tree recursive %}") + p("{{ x.n }}") + p("{{p loop(x.c) }}") + p("{%p endfor %}"),
        "paragraph set": p("{%p set z = 5 %}") + p("{{ z }}"),
        "a comment over rows": table(["{#tr 注 #}", ""], ["甲", "乙"]),
        "blanks": p("{%  if   yes  %} 前 {%endif%}|{{a}}|{{  a  }}|"),
    }


KEYS = [
    "variables", "conditions", "paragraphs", "plain blocks", "rows", "columns", "runs", "split", "vm", "hm",
    "span and fill", "escapes", "comments", "merging", "curly quotes", "undefined", "set and macro", "members",
    "raw over paragraphs", "raw paragraphs", "nested rows", "chosen rows",
    "chosen runs", "a table in a loop", "text breaks", "recursion", "paragraph set", "a comment over rows", "blanks",
]  # fmt: skip


@pytest.mark.parametrize("name", KEYS)
def test_both_engines_print_the_same(kit: Any, name: str) -> None:
    body = bodies(kit)[name]
    path = kit.file(kit.package(body))
    template = docxtpl.DocxTemplate(str(path))
    template.render(dict(VALUES))
    buffer = io.BytesIO()
    template.save(buffer)
    theirs = kit.out(buffer.getvalue())
    ours = kit.render(body, VALUES, undefined="empty")
    assert ours.lines() == theirs.lines()
    assert _shape(ours) == _shape(theirs)


def test_every_part_of_the_language_is_compared(kit: Any) -> None:
    assert list(bodies(kit)) == KEYS


def _shape(out: Any) -> list[str]:
    """The spans, merges and fills of the cells."""
    names = ("gridSpan", "vMerge", "shd")
    return [
        f"{node.tag.rpartition('}')[2]}={node.get(node.tag.replace(name, 'fill' if name == 'shd' else 'val'))}"
        for node in out.tree().iter()
        for name in names
        if str(node.tag).endswith("}" + name)
    ]
