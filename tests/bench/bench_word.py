"""How fast a layout renders, beside docxtpl and beside the floor, in one run, on the same data and with the same text.

Run it with ``python -m tests.bench.bench_word`` or as a script; ``--times`` adds milliseconds. The layout has the shape
of a Jiangmen report: 54 paragraphs, a table of 5 rows, and one of 81 rows (or more) with two merged columns. The floor
is one precompiled Jinja template of the same XML without sandbox, strictness, escaping or places, printed, deflated and
put between the untouched parts.
"""

from __future__ import annotations

import gc
import io
import statistics
import sys
import tempfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import docx
import docxtpl
import jinja2
from lxml import etree

from generator.base.diagnostics import Span
from generator.base.formats import FILTERS
from generator.word import Layout
from generator.word.compile import Built, Options
from generator.word.compile.stages import assemble
from generator.word.opc import Entry, write_package
from generator.word.render.environment import LayoutEnvironment

SIZES = (81, 750, 7_500)
WANTED = "wanted: at most 1.1 of the floor; docxtpl takes at least 25, 18, 18 times as long"
FLAT = 75_000
ROUNDS = 7
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def build_layout(path: Path) -> None:
    """A layout of that shape, one that docxtpl takes too."""
    document = docx.Document()
    document.add_heading("{{ 部门 }}{{ 年度 }}年度部门整体支出绩效自评报告", 0)
    for number in range(53):
        document.add_paragraph(
            f"（{number + 1}）" + "本年度各项工作按计划推进，完成情况良好。" * 4 + f"{{{{ 段.{'abc'[number % 3]} }}}}。"
        )
    _table(
        document,
        ["项目名称", "预算", "支出", "支出率"],
        "行",
        "收支",
        ["{{ 行.名 }}", "{{ 行.预算 }}", "{{ 行.支出 }}", "{{ 行.率 }}"],
    )
    cells = [
        "{% vm %}{{ 项.一级 }}",
        "{% vm %}{{ 项.二级 }}",
        "{{ 行.类型 }}",
        "{{ 行.指标 }}",
        "{{ 行.目标 }}",
        "{{ 行.实际 }}",
    ]
    table = _table(
        document, ["一级项目", "二级项目", "指标类型", "三级指标", "目标值", "实际完成值"], "行", "项.行", cells
    )
    _control_row(table, 1, "{%tr for 项 in 项们 %}")
    _control_row(table, len(table.rows), "{%tr endfor %}")
    document.save(str(path))


def _table(document: Any, heads: list[str], name: str, source: str, cells: list[str]) -> Any:
    table = document.add_table(4, len(heads), style="Table Grid")
    for texts, row in zip(
        (heads, [f"{{%tr for {name} in {source} %}}"], cells, ["{%tr endfor %}"]), table.rows, strict=True
    ):
        for text, cell in zip(texts, row.cells, strict=False):
            cell.text = text
    return table


def _control_row(table: Any, position: int, text: str) -> None:
    row = table.add_row()
    row.cells[0].text = text
    rows = table._tbl.tr_lst
    if position < len(rows) - 1:
        rows[position].addprevious(row._tr)


def data(rows: int) -> dict[str, Any]:
    """Values for that many rows, in groups of about three as in the real table."""
    lines = [
        {"类型": "数量指标", "指标": f"扶持企业数量（第{n}项）", "目标": f"≥{n % 50}家", "实际": f"{n % 60}家"}
        for n in range(rows)
    ]
    groups = [
        {"一级": f"专项资金{n // 24}", "二级": f"项目{n // 3}", "行": lines[n : n + 3]} for n in range(0, rows, 3)
    ]
    return {
        "部门": "某市工业和信息化局",
        "年度": 2021,
        "段": {"a": "全年新增12家", "b": "较上年增长8.5%", "c": "达到预期目标"},
        "收支": [{"名": f"项目{n}", "预算": "5463.00", "支出": "8287.07", "率": "99.79%"} for n in range(4)],
        "项们": groups,
    }


def floor(built: Built) -> Callable[[dict[str, Any]], bytes]:
    """The cheapest thing that could print the same text."""
    own = LayoutEnvironment({}, chainable=True)
    plain = jinja2.Environment(
        block_start_string=own.block_start_string,
        block_end_string=own.block_end_string,
        variable_start_string=own.variable_start_string,
        variable_end_string=own.variable_end_string,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - the floor does not escape
    )
    plain.filters.update(FILTERS)
    pages = [(page.name, plain.from_string(built.sources[page.name].source)) for page in built.pages]

    def render(values: dict[str, Any]) -> bytes:
        entries = dict(built.entries)
        for name, template in pages:
            entries[name] = Entry(name, template.render(values).encode())
        return write_package(entries)

    return render


def with_docxtpl(path: Path) -> Callable[[dict[str, Any]], bytes]:
    """docxtpl as its documentation shows it: a template object for every document."""

    def render(values: dict[str, Any]) -> bytes:
        template = docxtpl.DocxTemplate(str(path))
        template.render(values)
        buffer = io.BytesIO()
        template.save(buffer)
        return buffer.getvalue()

    return render


def texts(document: bytes) -> list[str]:
    """The text of every paragraph."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(document)).read("word/document.xml"))
    return ["".join(piece.text or "" for piece in paragraph.iter(f"{W}t")) for paragraph in root.iter(f"{W}p")]


def seconds(work: Callable[[], object], least: float = 0.4, most: int = 200) -> float:
    """The median time of one call."""
    work()
    gc.collect()
    times: list[float] = []
    while len(times) < 3 or (sum(times) < least and len(times) < most):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def peak(work: Callable[[], object]) -> int:
    """The most bytes that Python held during one call (lxml's own memory, which docxtpl uses, is not even counted)."""
    gc.collect()
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def main() -> int:
    """Prints the table; 1 if the engines do not print the same text."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "layout.docx"
        build_layout(path)
        built = assemble(Span(str(path)), path.read_bytes(), Options({}))
        layout = Layout(str(path), built)
        lowest, rival = floor(built), with_docxtpl(path)
        print("| rows | this engine : floor | docxtpl : this engine | docxtpl memory : this engine |")
        print("|---:|---:|---:|---:|")
        for rows in SIZES:
            values = data(rows)
            if texts(layout.render(values)) != texts(rival(values)):
                print(f"{rows} rows: the texts differ", file=sys.stderr)
                return 1
            pairs = [
                (seconds(partial(layout.render, values), 0.1), seconds(partial(lowest, values), 0.1))
                for _ in range(ROUNDS)
            ]
            # By turns, so that a busy moment hits both; the middle of the rounds.
            ours, bottom = sorted(pairs, key=lambda pair: pair[0] / pair[1])[ROUNDS // 2]
            theirs = seconds(partial(rival, values))
            memory = peak(partial(rival, values)) / peak(partial(layout.render, values))
            print(f"| {rows} | {ours / bottom:.2f} | {theirs / ours:.1f} | {memory:.1f} |", flush=True)
            if "--times" in sys.argv:
                print(
                    f"    {ours * 1e3:.2f} ms, floor {bottom * 1e3:.2f} ms, docxtpl {theirs * 1e3:.1f} ms",
                    file=sys.stderr,
                )
        _compile_and_growth(path, layout, rival)
    return 0


def _compile_and_growth(path: Path, layout: Layout, rival: Callable[[dict[str, Any]], bytes]) -> None:
    values, many, most = data(SIZES[0]), data(SIZES[1]), data(FLAT)
    compiling = seconds(lambda: assemble(Span(str(path)), path.read_bytes(), Options({}))) / seconds(
        lambda: rival(values)
    )
    growth = (seconds(lambda: layout.render(most)) / FLAT) / (seconds(lambda: layout.render(many)) / SIZES[1])
    print(f"\n{WANTED}\ncompiling a layout : one docxtpl render = {compiling:.2f}")
    print(f"time per row at {FLAT:,} rows : at {SIZES[1]} rows = {growth:.2f}")


if __name__ == "__main__":
    sys.exit(main())
