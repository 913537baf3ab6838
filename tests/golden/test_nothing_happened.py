"""What a bureau of Meizhou writes where nothing happened, and what it may not leave out."""

from __future__ import annotations

from pathlib import Path

import generator
from generator.base.diagnostics import Finding, Severity


def errors(workplace: Path, *changes: tuple[str, str]) -> list[Finding]:
    file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
    text = file.read_text("utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file.write_text(text, "utf-8")
    return [finding for finding in generator.check(file) if finding.severity is Severity.ERROR]


def test_purchases_must_be_named(workplace: Path) -> None:
    (finding,) = errors(workplace, ("  内容: 审计、物业、安保服务和家具定点采购等\n", ""))
    assert "没有写采购的内容" in finding.message
    assert finding.path == "采购.内容"


def test_no_purchases_need_no_name(workplace: Path) -> None:
    assert (
        errors(
            workplace,
            ("  内容: 审计、物业、安保服务和家具定点采购等\n", ""),
            ("  计划: 349177 元", "  计划: 0 元"),
            ("  实际: 349118.60 元", "  实际: 0 元"),
        )
        == []
    )


def test_a_base_and_an_actual_without_unit_are_not_compared(workplace: Path) -> None:
    (finding,) = errors(workplace, ("117.91 亿元", '"117.91"'))
    assert "单位不同，或有一个没有写单位" in finding.message
    assert finding.path.endswith("完成")


def test_a_table_that_must_have_rows_takes_no_word_for_none(workplace: Path) -> None:
    file = workplace / "inputs" / "meizhou-gxj-2021.yaml"
    head, _, rest = file.read_text("utf-8").partition("\n绩效目标:\n")
    tail = rest[rest.index("\n#") :] if "\n#" in rest else ""
    file.write_text(f"{head}\n绩效目标: 无\n{tail}", "utf-8")
    found = generator.check(file)
    assert [(finding.code, finding.path) for finding in found if finding.path == "绩效目标"] == [("JX204", "绩效目标")]
