"""Tables inside tables: what grows inside says nothing of the table around it."""

from __future__ import annotations

from typing import Any

from generator.word.official import check_style


def codes(kit: Any, body: str) -> list[str]:
    found = check_style(kit.file(kit.package(body)))
    return [finding.code for finding in found if finding.path.startswith("表")]


def test_a_loop_in_an_inner_table_is_none_of_the_outer(kit: Any) -> None:
    loop = kit.table(["头"], ["{%tr for x in xs %}"], ["{{ x }}"], ["{%tr endfor %}"])
    outer = kit.table([loop + kit.paragraph("尾")])
    grown = codes(kit, loop + kit.paragraph("后"))
    assert {"JX550", "JX551"} <= set(grown)
    assert not {"JX550", "JX551"} & set(codes(kit, outer + kit.paragraph("后")))
