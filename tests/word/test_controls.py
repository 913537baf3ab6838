"""Content controls around values that know where they come from: where they stand, what binds them, what they keep."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from generator.base.amount import Amount
from generator.base.filters import form_filter
from generator.base.forms import Form
from generator.base.passage import Day, Origin, Passage
from generator.word.running.controls import kept
from tests.word.conftest import NAMESPACES, Kit, Out, W, package, paragraph, run, table, words

MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
CHAR = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
W15 = "http://schemas.microsoft.com/office/word/2012/wordml"


def typed(text: str, path: str = "部门.名称") -> Passage:
    return Passage.of(text, Origin(path))


def money(text: str, path: str = "收支.收入", *, computed: bool = False) -> Amount:
    return Amount(Fraction(828_100_000, 10), text, Origin(path, computed))


def controls(out: Out, part: str = "word/document.xml") -> list[dict[str, str]]:
    """What each control of a part says of itself, and the text in it."""
    found = []
    for control in out.tree(part).iter(f"{{{W}}}sdt"):
        properties: dict[str, Any] = {
            str(etree.QName(child).localname): child for child in control.find(f"{{{W}}}sdtPr")
        }
        binding = properties.get("dataBinding")
        said: dict[str, str] = {
            name: str(properties[name].get(f"{{{W}}}val")) for name in ("alias", "tag") if name in properties
        }
        said["bound"] = "" if binding is None else str(binding.get(f"{{{W}}}xpath"))
        said["appearance"] = properties["appearance"].get(f"{{{W15}}}val") if "appearance" in properties else ""
        found.append({**said, "text": words(control)})
    return found


def store(out: Out, root: str) -> Any:
    """The root of one of the two stores."""
    trees = [
        etree.fromstring(data) for name, data in out.files.items() if re.fullmatch(r"customXml/item\d+\.xml", name)
    ]
    return next(tree for tree in trees if tree.tag == root)


def render(kit: Kit, body: str, values: dict[str, Any], parts: dict[str, str] | None = None, **more: Any) -> Out:
    return kit.render(body, values, parts, controls=True, **more)


class TestOneValue:
    def test_control_with_the_path_as_title(self, kit: Kit) -> None:
        out = render(kit, paragraph("名称：{{ 名 }}。"), {"名": typed("某局")})
        assert out.lines() == ["名称：某局。"]
        (control,) = controls(out)
        assert control == {
            "alias": "部门.名称",
            "tag": "jx1",
            "bound": "/jixiao[1]/v[1]",
            "appearance": "hidden",
            "text": "某局",
        }

    def test_stores(self, kit: Kit) -> None:
        out = render(kit, paragraph("{{ 名 }}{{ 数 }}"), {"名": typed("某局"), "数": money("8,281.00 万元")})
        assert [value.text for value in store(out, "jixiao")] == ["某局", "8,281.00 万元"]
        assert [dict(value.attrib) for value in store(out, "jixiao-printed")] == [
            {"path": "部门.名称", "bound": "1"},
            {"path": "收支.收入", "bound": "2"},
        ]

    def test_store_is_found_by_the_binding(self, kit: Kit) -> None:
        out = render(kit, paragraph("{{ 名 }}"), {"名": typed("某局")})
        binding = next(out.tree().iter(f"{{{W}}}dataBinding"))
        assert store(out, "jixiao").xpath(binding.get(f"{{{W}}}xpath"))[0].text == "某局"
        described = [data.decode() for name, data in out.files.items() if "itemProps" in name]
        assert sum(binding.get(f"{{{W}}}storeItemID") in text for text in described) == 1
        assert 'Target="/customXml/item1.xml"' in out.xml("word/_rels/document.xml.rels")

    def test_same_value_twice_is_one_node(self, kit: Kit) -> None:
        out = render(kit, paragraph("{{ 名 }}和{{ 名 }}"), {"名": typed("某局")})
        assert [(one["tag"], one["bound"]) for one in controls(out)] == [("jx1", "/jixiao[1]/v[1]")] * 2
        assert len(store(out, "jixiao")) == 1

    def test_units_tell_values_apart(self, kit: Kit) -> None:
        filters = {name: form_filter(Form(name, 2)) for name in ("元", "万元")}
        out = render(
            kit, paragraph("{{ 数 | 万元 }}万元、{{ 数 | 元 }}元、{{ 数 }}"), {"数": money("8281万元")}, filters=filters
        )
        assert [one["tag"] for one in controls(out)] == ["jx1", "jx2", "jx3"]
        assert [value.get("unit") for value in store(out, "jixiao-printed")] == ["万元", "元", None]

    def test_computed_value_is_bound_to_nothing(self, kit: Kit) -> None:
        out = render(kit, paragraph("{{ 数 }}"), {"数": money("82.81", "评分.总分", computed=True)})
        assert [(one["alias"], one["bound"]) for one in controls(out)] == [("评分.总分", "")]
        assert [value.get("computed") for value in store(out, "jixiao-printed")] == ["1"]
        assert len(store(out, "jixiao")) == 0

    def test_date(self, kit: Kit) -> None:
        out = render(kit, paragraph("{{ 日 }}"), {"日": Day.of(date(2022, 5, 1), Origin("日期"))})
        assert [(one["alias"], one["text"]) for one in controls(out)] == [("日期", "2022年5月1日")]

    @pytest.mark.parametrize("text", ["一行\n二行", "甲\t乙", " 前有空格", "后有空格　"])
    def test_what_a_store_cannot_keep_is_not_bound(self, kit: Kit, text: str) -> None:
        out = render(kit, paragraph("{{ 文 }}"), {"文": typed(text)})
        assert [(one["bound"], one["text"]) for one in controls(out)] == [("", text)]
        assert [value.text for value in store(out, "jixiao-printed")] == [text]

    def test_markup_in_a_value_stays_text(self, kit: Kit) -> None:
        text = 'A<w:t>&amp;"B"'
        out = render(kit, paragraph("{{ 文 }}"), {"文": typed(text, 'a"<b>&')})
        assert [(one["alias"], one["text"]) for one in controls(out)] == [('a"<b>&', text)]
        assert [(value.get("path"), value.text) for value in store(out, "jixiao-printed")] == [('a"<b>&', text)]

    def test_of_a_long_text_a_digest_is_kept(self, kit: Kit) -> None:
        text = "很长的一段文字，" * 10
        out = render(kit, paragraph("{{ 文 }}"), {"文": typed(text)})
        (value,) = store(out, "jixiao-printed")
        assert value.text == kept(text) == kept("".join(text))
        assert len(value.text) < len(text)
        assert kept(text + "。") != kept(text)

    def test_titles_are_no_longer_than_word_takes(self, kit: Kit) -> None:
        path = "很长的路径" * 30
        values = [money(str(number), path, computed=True) for number in range(3)]
        out = render(kit, "".join(paragraph(f"{{{{ 数[{number}] }}}}") for number in range(3)), {"数": values})
        titles = [one["alias"] for one in controls(out)]
        assert max(map(len, titles)) <= 64
        # They are all that LibreOffice leaves of a control that is bound to nothing: each has one of its own.
        assert len(set(titles)) == 3


class TestPassages:
    def test_words_of_the_template_stay_outside(self, kit: Kit) -> None:
        text = "本局" + typed("某局") + "负责" + typed("全部事项", "职责[1]") + "。"
        out = render(kit, paragraph("{{ 文 }}"), {"文": text})
        assert out.lines() == ["本局某局负责全部事项。"]
        assert [(one["alias"], one["text"]) for one in controls(out)] == [
            ("部门.名称", "某局"),
            ("职责[1]", "全部事项"),
        ]

    def test_parts_of_a_text_with_references_are_told_apart(self, kit: Kit) -> None:
        parts = ["结余", typed("3万元", "收支.收入"), "、支出", typed("5万元", "收支.支出"), "。"]
        text = Passage.of(Passage.joined(parts), Origin("说明"))
        out = render(kit, paragraph("{{ 文 }}"), {"文": text})
        assert [(value.get("path"), value.get("part"), value.text) for value in store(out, "jixiao-printed")] == [
            ("说明", None, "结余"),
            ("收支.收入", None, "3万元"),
            ("说明", "2", "、支出"),
            ("收支.支出", None, "5万元"),
            ("说明", "3", "。"),
        ]

    def test_value_that_a_text_names_twice_is_one_node(self, kit: Kit) -> None:
        text = Passage.of(typed("2021", "年度") + "年比" + typed("2021", "年度") + "年", Origin("说明"))
        out = render(kit, paragraph("{{ 文 }}"), {"文": text})
        assert [one["tag"] for one in controls(out)] == ["jx1", "jx2", "jx1", "jx3"]

    def test_list_that_is_joined(self, kit: Kit) -> None:
        values = {"列": [typed("甲", "制度[1]"), typed("乙", "制度[2]"), "丙"]}
        out = render(kit, paragraph("{{ 列 | join('、') }}；{{ 列[0] ~ '和' ~ 列[1] }}"), values)
        assert out.lines() == ["甲、乙、丙；甲和乙"]
        assert [one["alias"] for one in controls(out)] == ["制度[1]", "制度[2]"] * 2

    @pytest.mark.parametrize(
        "value", ["普通文字", Passage("没有出处"), Amount(Fraction(1), "1"), 3, None, Amount(Fraction(1), "")]
    )
    def test_value_of_no_origin_has_none(self, kit: Kit, value: object) -> None:
        out = render(kit, paragraph("前{{ 文 }}后"), {"文": value})
        assert not controls(out)
        assert not [name for name in out.files if name.startswith("customXml")]


class TestPlaces:
    def test_format_of_the_placeholder(self, kit: Kit) -> None:
        bold = "<w:rPr><w:b/></w:rPr>"
        body = f"<w:p>{run('前{{ 名 }}后', bold)}</w:p>"
        out = render(kit, body, {"名": "本" + typed("某局")})
        runs = list(out.tree().iter(f"{{{W}}}r"))
        assert [words(one) for one in runs] == ["前", "本", "某局", "后"]
        assert all(one.find(f"{{{W}}}rPr/{{{W}}}b") is not None for one in runs)
        assert out.tree().find(f".//{{{W}}}sdtPr/{{{W}}}rPr/{{{W}}}b") is not None

    def test_several_in_one_run(self, kit: Kit) -> None:
        out = render(
            kit, paragraph("甲{{ 一 }}乙{{ 二 }}{{ 三 }}丙"), {"一": typed("1", "a"), "二": typed("2", "b"), "三": "3"}
        )
        assert out.lines() == ["甲1乙23丙"]
        assert [one["alias"] for one in controls(out)] == ["a", "b"]

    def test_paragraphs_of_a_list(self, kit: Kit) -> None:
        values = {"段": [typed("一段", "段[1]"), typed("二段", "段[2]")]}
        out = render(kit, paragraph("{{p 段 }}"), values)
        assert out.lines() == ["一段", "二段"]
        assert [one["alias"] for one in controls(out)] == ["段[1]", "段[2]"]

    def test_own_runs(self, kit: Kit) -> None:
        out = render(kit, paragraph("前{{r 名 }}后"), {"名": typed("某局")})
        assert out.lines() == ["前某局后"]
        assert [one["alias"] for one in controls(out)] == ["部门.名称"]

    def test_loops_conditions_and_tables(self, kit: Kit) -> None:
        rows = table(
            ["项目", "金额"],
            ["{%tr for 行 in 表 %}", ""],
            ["{{ 行.名 }}", "{% if 行.数 %}{{ 行.数 }}{% endif %}"],
            ["{%tr endfor %}", ""],
        )
        values = {
            "表": [{"名": typed(f"项{n}", f"表[{n}].名"), "数": money(f"{n}万元", f"表[{n}].数")} for n in (1, 2)]
        }
        out = render(kit, rows, values)
        assert out.rows() == [["项目", "金额"], ["项1", "1万元"], ["项2", "2万元"]]
        assert [one["alias"] for one in controls(out)] == ["表[1].名", "表[1].数", "表[2].名", "表[2].数"]

    def test_cells_merged_by_equal_values(self, kit: Kit) -> None:
        rows = table(["{%tr for 行 in 表 %}"], ["{% vm 行.类 %}{{ 行.类 }}", "{{ 行.名 }}"], ["{%tr endfor %}"])
        values = {"表": [{"类": typed("甲类", f"表[{n}].类"), "名": typed(f"项{n}", f"表[{n}].名")} for n in (1, 2)]}
        out = render(kit, rows, values)
        merges = [cell.get(f"{{{W}}}val") for cell in out.tree().iter(f"{{{W}}}vMerge")]
        assert merges in (["restart", None], ["restart", "continue"])
        assert [one["alias"] for one in controls(out)] == ["表[1].类", "表[1].名", "表[2].名"]

    def test_header_and_notes(self, kit: Kit) -> None:
        parts = {
            "header1": paragraph("{{ 名 }}"),
            "footnotes": f'<w:footnote w:id="2">{paragraph("{{ 名 }}")}</w:footnote>',
        }
        out = render(kit, paragraph("{{ 名 }}"), {"名": typed("某局")}, parts)
        for part in ("word/header1.xml", "word/footnotes.xml", "word/document.xml"):
            assert [one["alias"] for one in controls(out, part)] == ["部门.名称"]
            assert "w15" in out.tree(part).get(f"{MC}Ignorable").split()

    @pytest.mark.parametrize(
        "body",
        [
            pytest.param(paragraph("{% macro f(x) %}{{ x }}{% endmacro %}{{ f(名) }}"), id="macro"),
            pytest.param(paragraph("{% set y %}{{ 名 }}{% endset %}{{ y }}"), id="set"),
            pytest.param(paragraph("{% filter upper %}{{ 名 }}{% endfilter %}"), id="filter"),
            pytest.param(
                f"<w:p>{CHAR.format('begin')}<w:r><w:instrText>QUOTE</w:instrText></w:r>{CHAR.format('separate')}"
                f"{run('{{ 名 }}')}{CHAR.format('end')}</w:p>",
                id="field",
            ),
            pytest.param(f'<w:p><w:fldSimple w:instr="QUOTE">{run("{{ 名 }}")}</w:fldSimple></w:p>', id="simple field"),
            pytest.param(
                f"<w:p><w:sdt><w:sdtPr><w:text/></w:sdtPr><w:sdtContent>{run('{{ 名 }}')}</w:sdtContent></w:sdt></w:p>",
                id="a control for plain text",
            ),
            pytest.param(
                f"<w:p><w:r><w:ruby><w:rubyPr/><w:rt>{run('{{ 名 }}')}</w:rt>"
                f"<w:rubyBase>{run('字')}</w:rubyBase></w:ruby></w:r></w:p>",
                id="ruby",
            ),
        ],
    )  # fmt: skip
    def test_no_control_where_none_may_stand(self, kit: Kit, body: str) -> None:
        values = {"名": typed("某局")}
        out = render(kit, body, values)
        assert "某局" in out.xml()
        assert not [one for one in controls(out) if one.get("tag")]

    def test_field_before_does_not_matter(self, kit: Kit) -> None:
        field = f"{CHAR.format('begin')}<w:r><w:instrText>PAGE</w:instrText></w:r>{CHAR.format('end')}"
        out = render(kit, f"<w:p>{field}{run('{{ 名 }}')}</w:p>", {"名": typed("某局")})
        assert len(controls(out)) == 1

    def test_loop_numbers_stay_in_their_run(self, kit: Kit) -> None:
        out = render(
            kit, paragraph("{% for 行 in 列 %}（{{ loop.index }}）{{ 行 }}{% endfor %}"), {"列": [typed("甲")]}
        )
        assert out.lines() == ["（1）甲"]
        assert [words(one) for one in out.tree().iter(f"{{{W}}}r")][:2] == ["（1）", "甲"]

    def test_a_layouts_own_control_for_rich_text(self, kit: Kit) -> None:
        control = f"<w:sdt><w:sdtPr><w:id w:val='7'/></w:sdtPr><w:sdtContent>{run('{{ 名 }}')}</w:sdtContent></w:sdt>"
        body = f"<w:p>{control}</w:p>"
        assert [one.get("alias") for one in controls(render(kit, body, {"名": typed("某局")}))] == [None, "部门.名称"]

    def test_properties_and_attributes(self, kit: Kit) -> None:
        out = render(kit, paragraph("x"), {"名": typed("某局")}, {"core": "<dc:title>{{ 名 }}</dc:title>"})
        assert "<dc:title>某局</dc:title>" in out.xml("docProps/core.xml")
        assert not controls(out)


class TestWholeFile:
    BODY = paragraph("{{ 名 }}：{{ 数 }}") + table(["{{ 名 }}", "{{ 文 }}"])
    VALUES = {"名": typed("某局"), "数": money("3万元"), "文": typed("一行\n二行", "说明")}  # noqa: RUF012

    def test_text_is_that_of_a_plain_one(self, kit: Kit) -> None:
        plain, held = kit.render(self.BODY, self.VALUES), render(kit, self.BODY, self.VALUES)
        assert plain.lines() == held.lines()
        assert not controls(plain)
        assert not [name for name in plain.files if name.startswith("customXml")]

    def test_same_values_same_bytes(self, kit: Kit) -> None:
        layout = kit.layout(self.BODY, controls=True)
        assert layout.render(self.VALUES) == layout.render(self.VALUES)

    def test_no_error_in_the_format(self, kit: Kit) -> None:
        file = kit.file(render(kit, self.BODY, self.VALUES).data, "out.docx")
        assert [str(error) for error in OpenXmlValidator().validate(str(file)).errors] == []

    def test_bad_value_is_told_as_without_controls(self, kit: Kit) -> None:
        from generator.base.errors import Refused

        body = paragraph("{{ 名 }}")
        told = []
        for on in (False, True):
            with pytest.raises(Refused) as refused:
                kit.render(body, {"名": typed("坏\x01字")}, controls=on)
            told.append([(finding.code, finding.message) for finding in refused.value.findings])
        assert told[0] == told[1]

    @pytest.mark.parametrize("ignorable", ['mc:Ignorable="w14"', 'mc:Ignorable=""', "", 'mc:Ignorable="w14 w15"'])
    def test_namespace_of_the_appearance(self, kit: Kit, ignorable: str) -> None:
        spaces = NAMESPACES.replace('mc:Ignorable="w14"', ignorable)
        if "w15" in ignorable:
            spaces += f' xmlns:w15="{W15}"'
        out = kit.out(package(paragraph("{{ 名 }}")))
        files = out.files | {
            "word/document.xml": out.files["word/document.xml"].replace(NAMESPACES.encode(), spaces.encode())
        }
        from generator.word import Layout

        held = Out(Layout.open(kit.file(kit.zipped(files)), controls=True).render({"名": typed("某局")}))
        root = held.tree()
        assert root.nsmap["w15"] == W15
        listed = root.get(f"{MC}Ignorable").split()
        assert listed == [*(["w14"] if "w14" in ignorable else []), "w15"]

    def test_report_that_became_a_layout(self, kit: Kit) -> None:
        """Its controls are opened, its stores give way: what they say is of another report."""
        from generator.word import Layout

        first = render(kit, paragraph("旧{{ 名 }}") + paragraph("X"), {"名": typed("某局")})
        files = first.files | {
            "word/document.xml": first.files["word/document.xml"].replace(
                b">X<", "{{ 名 }}".encode().join((b">", b"<"))
            )
        }
        layout = kit.file(kit.zipped(files), "旧报告.docx")
        plain = Out(Layout.open(layout).render({"名": typed("另一局")}))
        assert (plain.lines(), controls(plain)) == (["旧某局", "另一局"], [])
        held = Out(Layout.open(layout, controls=True).render({"名": typed("另一局")}))
        assert held.lines() == ["旧某局", "另一局"]
        assert [one["text"] for one in controls(held)] == ["另一局"]
        assert [value.text for value in store(held, "jixiao")] == ["另一局"]
        assert sum(b"<jixiao" in data for name, data in held.files.items() if name.startswith("customXml/item")) == 2
