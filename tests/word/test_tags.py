"""Tags as text: found, read, or complained of."""

from __future__ import annotations

import pytest

from generator.word.compile.tags import literal, plain_quotes, scan

UNSEEN = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"


@pytest.mark.parametrize(
    ("text", "kind", "scope", "body"),
    [
        ("{{ x }}", "{{", "", "x"),
        ("{{x}}", "{{", "", "x"),
        ("{{p 段 }}", "{{", "p", "段"),
        ("{{ p }}", "{{", "", "p"),
        ("{{p}}", "{{", "", "p"),
        ("{%tr for 行 in 表 %}", "{%", "tr", "for 行 in 表"),
        ("{%tc endfor %}", "{%", "tc", "endfor"),
        ("{%r if x %}", "{%", "r", "if x"),
        ("{%p\u3000if x %}", "{%", "p", "if x"),
        ("{%- if x -%}", "{%", "", "if x"),
        ("{{ -x }}", "{{", "", "-x"),
        ("{{ x\u00a0|\u3000万元 }}", "{{", "", "x | 万元"),
        *((f"{{{{ 部门{sign}.名称{sign} }}}}", "{{", "", "部门.名称") for sign in UNSEEN),
        *((f"{{%p {sign}if {sign}x %}}", "{%", "p", "if x") for sign in UNSEEN),
        ("{# {{ x }} don't #}", "{#", "", ""),
        ("{#p 备注 #}", "{#", "p", ""),
    ],
)
def test_a_tag_is_read(text: str, kind: str, scope: str, body: str) -> None:
    found, complaints, _ = scan(f"前{text}后")
    ((start, end, tag),) = found
    assert (tag.kind, tag.scope, tag.body, tag.raw) == (kind, scope, body, text)
    assert (start, end) == (1, 1 + len(text))
    assert not complaints


def test_the_first_word_of_a_statement_and_the_rest_are_told_apart() -> None:
    tag = scan("{% vm 行.甲, 行.乙 %}")[0][0][2]
    assert (tag.word, tag.rest) == ("vm", "行.甲, 行.乙")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("“a”", '"a"'),
        ("‘a’", "'a'"),
        ("”a“", '"a"'),
        ('"他说“好”"', '"他说“好”"'),
        ("“他说'好'”", "\"他说'好'\""),
        ('"a”', '"a"'),
        (r'"a\"b"', r'"a\"b"'),
        ("x's", "x's"),
        ("“　”", '"　"'),
    ],
)
def test_curly_quotes_around_a_string_become_straight_and_those_inside_stay(written: str, read: str) -> None:
    assert plain_quotes(written) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("金额 {{ x", "JX510"),
        ("{% if x", "JX510"),
        ("{{ x {{ y }}", "JX510"),
        ("x }}", "JX511"),
        ("if x %}", "JX511"),
        ("｛｛ x ｝｝", "JX512"),
        ("｛% if x %｝", "JX512"),
        ("{％ if x ％}", "JX512"),
    ],
)
def test_what_looks_like_a_tag_but_is_none_is_complained_of(text: str, code: str) -> None:
    _, complaints, _ = scan(text)
    assert code in [complaint.code.number for complaint in complaints]


def test_an_opener_that_is_never_closed_does_not_hide_the_next_tag() -> None:
    found, complaints, _ = scan("{{ x {{ y }}")
    assert [tag.body for _, _, tag in found] == ["y"]
    assert [complaint.words["tag"] for complaint in complaints] == ["{{ x {{ y }}"]


def test_raw_text_is_left_alone() -> None:
    found, complaints, _ = scan("{% raw %}{{ x }} }}{% endraw %}{{ y }}")
    assert [(tag.kind, tag.body) for _, _, tag in found] == [("{#", ""), ("{#", ""), ("{{", "y")]
    assert not complaints


def test_escapes_print_the_braces_themselves() -> None:
    assert literal("{_{ x }_} {_% if %_} a_b") == "{{ x }} {% if %} a_b"
