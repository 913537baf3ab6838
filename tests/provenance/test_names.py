"""File names that every system accepts."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generator.base.diagnostics import FileProblem
from generator.provenance.write import is_of_other_kind, safe_name, target_of


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (
            "梅州市工业和信息化局2021年度部门整体支出绩效自评报告",
            "梅州市工业和信息化局2021年度部门整体支出绩效自评报告.docx",
        ),
        ("甲（乙）〔2021〕1号", "甲（乙）〔2021〕1号.docx"),
        ("甲/乙", "甲_乙.docx"),
        ("../../etc/passwd", "_.._etc_passwd.docx"),
        ("..\\..\\甲", "_.._甲.docx"),
        ("C:\\甲", "C__甲.docx"),
        ("/etc/甲", "_etc_甲.docx"),
        ("..", "报告.docx"),
        ("", "报告.docx"),
        ("  . ", "报告.docx"),
        (".bashrc", "bashrc.docx"),
        ("甲. ", "甲.docx"),
        ('a<b>c:"d"|e?f*g', "a_b_c__d__e_f_g.docx"),
        ("甲\n乙\t丙\x00丁\x7f", "甲_乙_丙_丁_.docx"),
        ("甲\u202ecod.乙", "甲_cod.乙.docx"),
        ("甲\u200b乙\ufeff丙\u2066丁\u00ad戊\u2028己\x85庚", "甲_乙_丙_丁_戊_己_庚.docx"),
        ("甲\ud800乙", "甲_乙.docx"),
        ("CON", "_CON.docx"),
        ("con", "_con.docx"),
        ("Nul", "_Nul.docx"),
        ("COM1", "_COM1.docx"),
        ("com¹", "_com¹.docx"),
        ("lpt9.甲", "_lpt9.甲.docx"),
        ("conin$", "_conin$.docx"),
        ("console", "console.docx"),
        ("com10", "com10.docx"),
    ],
)
def test_a_name_is_kept_as_far_as_every_system_accepts_it(text: str, name: str) -> None:
    assert safe_name(text, ".docx") == name


def test_composed_and_decomposed_letters_give_the_same_name() -> None:
    assert safe_name("e\u0301", ".docx") == safe_name("\u00e9", ".docx") == "\u00e9.docx"


def test_a_name_has_200_bytes_at_most_and_no_half_character() -> None:
    name = safe_name("甲" * 500, ".docx")
    assert name == "甲" * 65 + ".docx"
    assert len(name.encode()) == 200
    assert safe_name("a" * 195 + "b", ".docx") == "a" * 195 + ".docx"


def test_a_name_cut_at_a_space_does_not_end_in_it() -> None:
    assert safe_name("a" * 194 + " 甲", ".docx") == "a" * 194 + ".docx"


@given(st.text(max_size=300))
def test_no_text_gives_a_dangerous_name(text: str) -> None:
    name = safe_name(text, ".docx")
    assert name.endswith(".docx")
    assert len(name.encode()) <= 200
    assert Path(name).name == name
    assert not set(name) & set('<>:"/\\|?*')
    assert all(unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp") for char in name)
    assert name[0] not in " ."
    assert name.removesuffix(".docx")[-1] not in " ."
    assert safe_name(name.removesuffix(".docx"), ".docx") == name


class TestTarget:
    @pytest.mark.parametrize(
        ("output", "target"), [("甲.docx", "甲.docx"), ("甲.DOCX", "甲.DOCX"), ("甲", "甲/乙.docx")]
    )
    def test_is_the_file_or_a_file_in_the_folder(self, output: str, target: str) -> None:
        assert target_of(Path(output), "乙", ".docx") == Path(target)

    @pytest.mark.parametrize("folder", ["报送2022.1", "第2.5稿", "a.b", ".", ".."])
    def test_a_folder_may_have_a_dot(self, folder: str) -> None:
        assert target_of(Path(folder), "乙", ".xlsx") == Path(folder) / "乙.xlsx"

    @pytest.mark.parametrize(
        "ending", [".pdf", ".doc", ".xls", ".XLS", ".docm", ".et", ".wps", ".zip", ".yml", ".docx"]
    )
    def test_another_kind_of_file_is_no_folder(self, ending: str) -> None:
        assert is_of_other_kind(Path(f"甲{ending}"), ".xlsx")
        with pytest.raises(FileProblem, match="xlsx") as problem:
            target_of(Path(f"甲{ending}"), "乙", ".xlsx")
        assert problem.value.findings[0].code == "JX602"

    def test_a_folder_that_is_there_is_one(self, tmp_path: Path) -> None:
        (tmp_path / "旧.doc").mkdir()
        assert target_of(tmp_path / "旧.doc", "乙", ".docx") == tmp_path / "旧.doc" / "乙.docx"
