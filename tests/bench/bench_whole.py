"""How fast the whole program is, as ratios in one run: from the YAML file to the Word file on the disk, and its parts.

Run it with ``python -m tests.bench.bench_whole``. The peers do less: docxtpl only fills the layout with what has been
computed for it; libyaml only reads the file. Time is that of the processor: what else runs here disturbs it less.
"""

from __future__ import annotations

import compileall
import gc
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path

import docx
import docxtpl

import generator
from generator import pipeline
from generator.base.diagnostics import Span
from generator.base.formats import FILTERS
from generator.pipeline import Assessment
from generator.word import Layout
from generator.word.compile import Options
from generator.word.compile.stages import assemble
from tests.bench.peers import bare_docxtpl, c_parser, layout_for_docxtpl, paragraphs_of

ROOT = Path(__file__).parents[2]
INPUT = ROOT / "inputs" / "meizhou-gxj-2021.yaml"
ROUNDS = 9
_BARE = """
import json, sys, docxtpl, jinja2
environment = jinja2.Environment(autoescape=True, finalize=lambda value: "" if value is None else value)
layout, content, target, *filters = sys.argv[1:]
environment.filters.update({name: lambda value, *_: str(value) for name in filters})
template = docxtpl.DocxTemplate(layout)
template.render(json.load(open(content, encoding="utf-8")), environment)
template.save(target)
"""


def seconds(work: Callable[[], object]) -> float:
    """The processor's time that this process and its children take for it."""
    before = _used()
    work()
    return _used() - before


def _used() -> float:
    both = (resource.getrusage(whose) for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Our time in theirs: the two by turns, so that a busy moment hits both; the middle of the rounds."""
    for work in (ours, theirs):
        work()
    found = sorted(seconds(ours) / seconds(theirs) for _ in range(rounds))
    return found[rounds // 2]


def main() -> int:
    """Prints the table; stops if the peer does not print the same text."""
    assessment = pipeline.assess(INPUT)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layout_for_docxtpl(assessment.submission.template.layout, folder / "layout.docx")
        print("| what | ratio | at most |")
        print("|---|---:|---:|")
        # What is done once is not done in a process that has made reports for minutes.
        for what, value, most in (_once(folder), *_warm(folder, assessment), *_cold(folder, assessment)):
            print(f"| {what} | {value:.2f} | {most} |", flush=True)
    return 0


def _warm(folder: Path, assessment: Assessment) -> list[tuple[str, float, str]]:
    peer, own = folder / "peer.docx", folder / "own.docx"
    theirs = bare_docxtpl(folder / "layout.docx", assessment, peer)
    theirs()
    generator.render(INPUT, own)
    ours, others = (paragraphs_of(file.read_bytes()) for file in (own, peer))
    if ours != others:
        sys.exit(f"the texts differ: {sorted(ours ^ others)[:3]}")

    def print_it() -> Assessment:
        return generator.render(INPUT, own, force=True).assessment

    assess = partial(pipeline.assess, INPUT)
    return [
        ("YAML 到磁盘上的 .docx，热：docxtpl 只填同一版式", ratio(_as_worker(print_it), theirs), "0.6"),
        ("读、评分、检查：C 语言解析器读同一文件", ratio(_as_worker(assess), c_parser(INPUT)), "3.5"),
    ]


def _as_worker(work: Callable[[], Assessment]) -> Callable[[], None]:
    """The same as a worker of ``jixiao render`` does it, report after report, each freed at once."""

    def once() -> None:
        before = gc.get_threshold()
        gc.set_threshold(200_000, *before[1:])
        try:
            work().scorecard.symbols.close()
        finally:
            gc.set_threshold(*before)

    return once


def _cold(folder: Path, assessment: Assessment) -> list[tuple[str, float, str]]:
    # As an installed program is; where Python may not write beside the source, loading would compile it each time.
    compileall.compile_dir(ROOT / "generator", quiet=1)
    script, content = folder / "bare.py", folder / "content.json"
    script.write_text(_BARE, "utf-8")
    content.write_text(json.dumps(_as_json(assessment.report.content)), "utf-8")
    filters = [*FILTERS, *assessment.submission.template.formats]
    render = [sys.executable, "-m", "generator", "render", str(INPUT), "-o", str(folder / "own.docx"), "--force"]
    bare = [sys.executable, *map(str, (script, folder / "layout.docx", content, folder / "peer.docx")), *filters]
    helping = [sys.executable, "-m", "generator", "--help"]
    return [
        ("整个进程，冷：docxtpl 脚本由 JSON 填同一版式", ratio(_run(render), _run(bare)), "1.1"),
        ("`jixiao --help` 整个进程：`jixiao render` 整个进程", ratio(_run(helping), _run(render)), "0.6"),
    ]


def _once(folder: Path) -> tuple[str, float, str]:
    """A layout of prose with 480 tags, opened for one report: nothing that was compiled before is found again."""
    path, target = folder / "prose.docx", folder / "once.docx"
    document = docx.Document()
    for number in range(160):
        document.add_paragraph("".join(f"本年度{{{{ 值{number * 3 + at} }}}}项工作按计划推进，" for at in range(3)))
    document.save(str(path))
    values = {f"值{number}": f"{number}.5" for number in range(480)}

    def ours() -> None:
        built = assemble(Span(str(path)), path.read_bytes(), Options({}))
        target.write_bytes(Layout(str(path), built).render(values))

    def theirs() -> None:
        template = docxtpl.DocxTemplate(str(path))
        template.render(values)
        template.save(str(target))

    texts = []
    for work in (ours, theirs):
        work()
        texts.append(paragraphs_of(target.read_bytes()))
    if texts[0] != texts[1]:
        sys.exit("the texts of the prose differ")
    return "只用一次（打开、编译、填 480 个标记）：docxtpl 同样", ratio(ours, theirs), "1"


def _as_json(value: object) -> object:
    """The content of a report in the types that JSON has."""
    if isinstance(value, Mapping):
        return {str(key): _as_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_as_json(one) for one in value]
    if isinstance(value, Fraction):
        return float(value)
    return value if value is None or isinstance(value, bool | int) else str(value)


def _run(command: list[str]) -> Callable[[], object]:
    return lambda: subprocess.run(command, check=True, cwd=ROOT, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
