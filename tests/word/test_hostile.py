"""Text from anywhere: whatever a value holds is read back as it was, or refused; it never becomes markup."""

from __future__ import annotations

import importlib.util
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generator.base.diagnostics import Refused
from generator.base.passage import settled
from generator.word import Layout
from generator.word.compile.tags import literal

NASTY = st.one_of(
    st.sampled_from(["&", "<", ">", "]]>", '"', "'", "\r\n", "\r", "\n", "\t", "{{", "}}", "{%", "%}", "{_{", "&amp;"]),
    st.sampled_from(
        ["<w:p/>", "</w:t>", "\u202e", "שלום", "𠀀", "🏭", "\ufdd0", "\u2028", "　", "<?jx 0?>", "\\", "\ufffd"]
    ),
)
HARMLESS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=5)
TEXTS = st.lists(NASTY | HARMLESS, max_size=8).map("".join)
# Marks that clash are settled when they are printed: 「、：」 is 「：」.
ALLOWED = TEXTS.filter(lambda text: not any(char in "\ufffe\uffff" for char in text) and settled(text) == text)


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, Layout]:
    kit = _conftest().Kit(tmp_path_factory.mktemp("hostile"))
    body = (
        kit.paragraph("{{ x }}")
        + kit.paragraph("{{r x }}")
        + kit.paragraph("{{p xs }}")
        + kit.table(["{%tr for y in xs %}", ""], ["{% vm y %}{{ y }}", "{{ y }}"], ["{%tr endfor %}", ""])
    )
    return kit, kit.layout(body, {"header1": kit.paragraph("{{ x }}"), "core": "<dc:title>{{ x }}</dc:title>"})


def _conftest() -> Any:
    spec = importlib.util.spec_from_file_location("word_conftest", Path(__file__).with_name("conftest.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@settings(max_examples=60, deadline=None)
@given(first=ALLOWED, second=ALLOWED)
def test_every_text_is_read_back_as_it_was(layout: tuple[Any, Layout], first: str, second: str) -> None:
    kit, compiled = layout
    out = kit.out(compiled.render({"x": first, "xs": [first, second]}))
    one, two = (text.replace("\r\n", "\n").replace("\r", "\n") for text in (first, second))
    assert out.lines()[:4] == [one, one, one, two]
    assert [row[1] for row in out.rows()] == [one, two]
    assert out.rows()[0][0] == one
    assert out.rows()[1][0] == ("" if first == second else two)
    assert out.lines("word/header1.xml") == [one]
    assert (out.tree("docProps/core.xml")[0].text or "") == one


@settings(max_examples=30, deadline=None)
@given(before=ALLOWED, bad=st.characters(categories=("Cc", "Cs")) | st.sampled_from("\ufffe\uffff"), after=ALLOWED)
def test_control_characters_are_refused_everywhere(
    layout: tuple[Any, Layout], before: str, bad: str, after: str
) -> None:
    _, compiled = layout
    text = before + bad + after
    if bad in "\a\f":
        with pytest.raises(Refused) as caught:
            compiled.render({"x": text, "xs": [text]})
        assert [finding.path for finding in caught.value.findings] == ["文档属性"]
        return
    if bad in "\t\n\r\v":
        compiled.render({"x": text, "xs": []})
        return
    with pytest.raises(Refused) as caught:
        compiled.render({"x": text, "xs": [text]})
    assert {finding.code for finding in caught.value.findings} == {"JX531"}
    assert len(caught.value.findings) == 7


@settings(max_examples=40, deadline=None)
@given(text=TEXTS)
def test_a_layout_with_any_text_compiles_or_is_refused(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        kit = _conftest().Kit(Path(folder))
        try:
            data = kit.layout(kit.paragraph(text)).render({})
        except Refused:
            return
        expected = literal(text).replace("\r\n", "\n").replace("\r", "\n")
        assert kit.out(data).lines() == [expected]
