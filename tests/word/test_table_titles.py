"""Tables bear the title above them, for those who hear a report read aloud."""

from __future__ import annotations

import re

from generator.word.render.finish import titled


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


TABLE = "<w:tbl><w:tblPr><w:tblLook/><w:tblPrChange/></w:tblPr>" + paragraph("合计") + "</w:tbl>"


def named(*above: str) -> list[tuple[str, str]]:
    printed = "".join(titled([*map(paragraph, above), TABLE]))
    assert re.sub(r"<w:tbl(?:Caption|Description)[^>]*/>", "", printed) == "".join([*map(paragraph, above), TABLE])
    found = re.findall(r'<w:tblLook/><w:tblCaption w:val="(.*?)"/>(?:<w:tblDescription w:val="(.*?)"/>)?', printed)
    return [(str(title), str(below)) for title, below in found]


def test_the_title_is_the_caption_and_what_stands_below_it_the_description() -> None:
    assert named("正文。", "表2-1　甲局&amp;乙局收支") == [("表2-1　甲局&amp;乙局收支", "")]
    assert named('"三公"经费情况表', "", "单位：万元") == [("&quot;三公&quot;经费情况表", "单位：万元")]


def test_what_is_no_title_names_no_table() -> None:
    assert named("自评结果见下表，各项已经核对。") == []
    assert named("佐证材料清单", "以下各项由本部门提供，") == []
    assert named() == []
