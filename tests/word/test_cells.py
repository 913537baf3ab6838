"""Cells and tables that the values shape: spans, fills, merges, columns."""

from __future__ import annotations

from typing import Any

import pytest

from generator.base.diagnostics import Refused

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def merges(out: Any, number: int = 0) -> list[list[str]]:
    """For every cell its text, with ``|`` for a continued vertical merge and ``v`` before the first of one."""
    table = list(out.tree().iter(f"{WORD}tbl"))[number]
    return [[_cell(cell) for cell in row.findall(f"{WORD}tc")] for row in table.findall(f"{WORD}tr")]


def _cell(cell: Any) -> str:
    merge = cell.find(f"{WORD}tcPr/{WORD}vMerge")
    text = "".join(node.text or "" for node in cell.iter(f"{WORD}t"))
    return text if merge is None else "|" + text if merge.get(f"{WORD}val") == "continue" else "v" + text


ROWS = [
    {"大": "甲", "中": "一", "名": "a"},
    {"大": "甲", "中": "一", "名": "b"},
    {"大": "甲", "中": "二", "名": "c"},
    {"大": "乙", "中": "二", "名": "d"},
    {"大": "乙", "中": "二", "名": "e"},
]


def test_vertical_merges_by_data_on_several_levels(kit: Any) -> None:
    body = kit.table(
        ["一级", "二级", "名"],
        ["{%tr for 行 in 行们 %}", "", ""],
        ["{% vm 行.大 %}{{ 行.大 }}", "{% vm 行.大, 行.中 %}{{ 行.中 }}", "{{ 行.名 }}"],
        ["{%tr endfor %}", "", ""],
    )
    assert merges(kit.render(body, {"行们": ROWS}))[1:] == [
        ["v甲", "v一", "a"],
        ["|", "|", "b"],
        ["|", "v二", "c"],
        ["v乙", "v二", "d"],
        ["|", "|", "e"],
    ]


def test_the_last_row_of_a_loop_stays_with_the_total(kit: Any) -> None:
    rows = (["{%tr for 行 in 行们 %}", ""], ["{% vm 行.大 %}{{ 行.大 }}", "{{ 行.名 }}"], ["{%tr endfor %}", ""])
    for behind, kept in (([["合计", ""]], [0] * 5 + [1, 0]), ([], [0] * 6)):
        body = kit.table(["一级", "名"], *rows, *behind)
        # A row that the layout keeps with the next one is not told so twice.
        always = body.replace("<w:p>", "<w:p><w:pPr><w:keepNext/></w:pPr>")
        for text, own in ((body, kept), (always, [2] * len(kept))):
            table = next(kit.render(text, {"行们": ROWS}).tree().iter(f"{WORD}tbl"))
            assert [len(list(row.iter(f"{WORD}keepNext"))) for row in table.findall(f"{WORD}tr")] == own


def test_a_merge_goes_on_through_nested_loops_and_stops_at_another_row(kit: Any) -> None:
    body = kit.table(
        ["{%tr for 组 in 组们 %}", ""],
        ["{%tr for 行 in 组.行 %}", ""],
        ["{% vm 组.类 %}{{ 组.类 }}", "{{ 行 }}"],
        ["{%tr endfor %}", ""],
        ["{%tr if 组.小计 %}", ""],
        ["小计", ""],
        ["{%tr endif %}", ""],
        ["{%tr endfor %}", ""],
    )
    groups = [
        {"类": "甲", "行": ["a", "b"], "小计": False},
        {"类": "甲", "行": ["c"], "小计": True},
        {"类": "甲", "行": ["d"], "小计": False},
    ]
    assert merges(kit.render(body, {"组们": groups})) == [
        ["v甲", "a"],
        ["|", "b"],
        ["|", "c"],
        ["小计", ""],
        ["v甲", "d"],
    ]


def test_a_merge_does_not_reach_into_the_next_copy_of_its_table(kit: Any) -> None:
    table = kit.table(["{%tr for x in xs %}"], ["{% vm x %}{{ x }}"], ["{%tr endfor %}"])
    body = kit.paragraph("{%p for n in ns %}") + table + kit.paragraph("{%p endfor %}")
    out = kit.render(body, {"ns": [1, 2], "xs": ["甲", "甲"]})
    assert merges(out, 0) == merges(out, 1) == [["v甲"], ["|"]]


def test_vm_without_keys_merges_the_whole_loop_as_docxtpl_does(kit: Any) -> None:
    body = kit.table(["{%tr for x in xs %}", ""], ["{% vm %}组", "{{ x }}"], ["{%tr endfor %}", ""])
    assert merges(kit.render(body, {"xs": [1, 2, 3]})) == [["v组", "1"], ["|", "2"], ["|", "3"]]


def test_a_merged_cell_keeps_the_format_of_its_paragraph(kit: Any) -> None:
    cell = f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr>{kit.run("{% vm x %}{{ x }}")}</w:p>'
    body = kit.table(["{%tr for x in xs %}"], [cell], ["{%tr endfor %}"])
    assert kit.render(body, {"xs": [1, 1]}).xml().count('<w:jc w:val="center"/>') == 2


def test_colspan_and_cellbg(kit: Any) -> None:
    body = kit.table(["{% colspan n %}{% cellbg 底 %}宽"], ["甲", "乙", "丙"])
    out = kit.render(body, {"n": 3, "底": "#FFFF00"})
    properties = out.tree().find(f".//{WORD}tcPr")
    assert [child.tag.removeprefix(WORD) for child in properties] == ["tcW", "gridSpan", "shd"]
    assert properties.find(f"{WORD}gridSpan").get(f"{WORD}val") == "3"
    assert properties.find(f"{WORD}shd").get(f"{WORD}fill") == "FFFF00"
    assert out.rows()[0] == ["宽"]


@pytest.mark.parametrize(
    ("tag", "value"), [("colspan", 0), ("colspan", 'x"/><w:p/>'), ("cellbg", "red"), ("cellbg", '"/>')]
)
def test_spans_and_colours_that_are_none_are_refused(kit: Any, tag: str, value: object) -> None:
    with pytest.raises(Refused) as caught:
        kit.render(kit.table([f"{{% {tag} x %}}甲"]), {"x": value})
    assert [(finding.code, finding.path) for finding in caught.value.findings] == [("JX531", "表 1 行 1 列 1")]


def test_hm_merges_the_cells_of_a_column_loop(kit: Any) -> None:
    body = kit.table(
        ["{%tc for x in xs %}", "{% hm %}标题", "{%tc endfor %}"], ["{%tc for x in xs %}", "{{ x }}", "{%tc endfor %}"]
    )
    out = kit.render(body, {"xs": [1, 2, 3, 4]})
    assert out.rows() == [["标题"], ["1", "2", "3", "4"]]
    assert out.tree().find(f".//{WORD}gridSpan").get(f"{WORD}val") == "4"
    assert len(out.tree().findall(f".//{WORD}gridCol")) == 4


def test_hm_multiplies_a_span_that_is_there(kit: Any) -> None:
    wide = f'<w:tcPr><w:gridSpan w:val="2"/></w:tcPr>{kit.paragraph("{% hm %}标题")}'
    body = kit.table(["{%tc for x in xs %}", "甲", "{%tc endfor %}"], ["{%tc for x in xs %}", "乙", "{%tc endfor %}"])
    body = body.replace('<w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>' + kit.paragraph("甲"), wide)
    out = kit.render(body, {"xs": [1, 2]})
    assert out.tree().find(f".//{WORD}gridSpan").get(f"{WORD}val") == "4"


@pytest.mark.parametrize("columns", [0, 1, 2, 3, 7])
def test_a_column_loop_shares_the_width_of_the_table(kit: Any, columns: int) -> None:
    body = kit.table(["头", "{%tc for x in xs %}", "{{ x }}", "{%tc endfor %}"])
    out = kit.render(body, {"xs": list(range(columns))})
    grid = [int(column.get(f"{WORD}w")) for column in out.tree().iter(f"{WORD}gridCol")]
    cells = [int(cell.find(f"{WORD}tcPr/{WORD}tcW").get(f"{WORD}w")) for cell in out.tree().iter(f"{WORD}tc")]
    assert len(grid) == len(cells) == columns + 1
    assert grid == cells
    assert 8000 - len(grid) <= sum(grid) <= 8000


def test_a_table_whose_rows_are_all_gone_is_gone(kit: Any) -> None:
    body = kit.table(["{%tr for x in xs %}"], ["{{ x }}"], ["{%tr endfor %}"]) + kit.paragraph("后")
    assert "<w:tbl>" not in kit.render(body, {"xs": []}).xml()
    assert kit.render(body, {"xs": [1]}).rows() == [["1"]]


def test_cells_without_a_width_get_that_of_the_grid(kit: Any) -> None:
    out = kit.render(kit.table(["{{ x }}", "乙"], widths=False), {"x": 1})
    widths = [(size.get(f"{WORD}w"), size.get(f"{WORD}type")) for size in out.tree().iter(f"{WORD}tcW")]
    assert widths == [("2000", "dxa"), ("2000", "dxa")]


def test_nested_tables_are_left_alone_by_the_columns_of_the_outer_one(kit: Any) -> None:
    inner = kit.table(["一", "二", "三"]) + kit.paragraph("后")
    body = kit.table(["{%tc for x in xs %}", inner, "{%tc endfor %}"])
    out = kit.render(body, {"xs": [1, 2]})
    outer, first, second = out.tree().iter(f"{WORD}tbl")
    assert len(outer.findall(f"{WORD}tblGrid/{WORD}gridCol")) == 2
    assert (
        len(first.findall(f"{WORD}tblGrid/{WORD}gridCol")) == len(second.findall(f"{WORD}tblGrid/{WORD}gridCol")) == 3
    )


@pytest.mark.parametrize("tag", ["{% vm %}", "{% hm %}", "{% colspan 2 %}", "{%tr if x %}", "{%tc if x %}"])
def test_table_tags_outside_a_table_are_refused(kit: Any, tag: str) -> None:
    with pytest.raises(Refused) as caught:
        kit.layout(kit.paragraph(tag))
    assert [finding.code for finding in caught.value.findings] == ["JX524"]


def test_hm_and_colspan_do_not_go_together(kit: Any) -> None:
    body = kit.table(["{%tc for x in xs %}", "{% hm %}{% colspan 2 %}甲", "{%tc endfor %}"])
    with pytest.raises(Refused) as caught:
        kit.layout(body)
    assert [finding.code for finding in caught.value.findings] == ["JX513"]


def test_merged_and_filled_cells_without_properties_get_them(kit: Any) -> None:
    body = kit.table(["{%tr for x in xs %}"], ["{% vm x %}{% cellbg '00FF00' %}甲"], ["{%tr endfor %}"])
    bare = body.replace('<w:tcPr><w:tcW w:w="2000" w:type="dxa"/></w:tcPr>', "").replace('<w:gridCol w:w="2000"/>', "")
    assert merges(kit.render(bare, {"xs": [1, 1]})) == [["v甲"], ["|"]]


def test_a_column_table_whose_rows_are_gone_is_gone(kit: Any) -> None:
    rows = [["{%tr if x %}", "", ""], ["{%tc for y in x %}", "{{ y }}", "{%tc endfor %}"], ["{%tr endif %}", "", ""]]
    assert kit.render(kit.table(*rows) + kit.paragraph("后"), {"x": []}).lines() == ["后"]


def test_rows_that_begin_later_take_the_widths_of_their_columns(kit: Any) -> None:
    body = kit.table(["{{ x }}", "乙", "丙"], widths=False).replace(
        "<w:tr>", '<w:tr><w:trPr><w:gridBefore w:val="1"/></w:trPr>'
    )
    body = body.replace('w:w="2000"', 'w:w="500"', 1)
    out = kit.render(body, {"x": 1})
    assert [size.get(f"{WORD}w") for size in out.tree().iter(f"{WORD}tcW")][:2] == ["2000", "2000"]
