"""Word files as programs write them: python-docx, LibreOffice (from ODT, HTML and RTF), docx (npm), pandoc, by hand.

Each program has features, as pieces of what it reads; ``jobs`` are files of one to four of them, always the same.
"""

from __future__ import annotations

import base64
import io
import os
import random
import subprocess
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Final

import docx
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_BREAK
from docx.shared import Mm, Pt
from pypandoc import get_pandoc_path

from tests.word.foreign.compare import convert
from tests.word.test_programs import FEATURES, PROGRAMS, written

HERE: Final = Path(__file__).parent
NPM: Final = HERE.parents[2] / ".npm" / "node_modules"
# A picture of 2 × 2 points.
PIXELS: Final = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a73000000164944415478da63fccf"
    "c0f09f81818189818181e13f00110303019a5f3d5a0000000049454e44ae426082"
)
Job = tuple[str, tuple[str, ...]]


def jobs(program: str, features: Iterable[str], count: int) -> list[Job]:
    """Names and features of files: each feature alone, then together with others."""
    names, drawn = list(features), random.Random(program)  # noqa: S311 - the same files each time
    chosen: list[tuple[str, ...]] = [(one,) for one in names]
    while len(chosen) < count:
        chosen.append(tuple(drawn.sample(names, drawn.randint(2, 4))))
    return [(f"{program}-{at:02}-{'+'.join(some)}.docx", some) for at, some in enumerate(chosen[:count])]


def _python_docx() -> dict[str, Callable[[Any], object]]:
    def table(made: Any) -> None:
        grid = made.add_table(3, 3, style="Table Grid")
        for at, one in enumerate(one for row in grid.rows for one in row.cells):
            one.text = f"格{at}"
        grid.cell(0, 0).merge(grid.cell(0, 1)).text = "横并"
        grid.cell(1, 2).merge(grid.cell(2, 2)).text = "竖并"
        grid.cell(2, 0).add_table(1, 1).cell(0, 0).text = "里层"

    def runs(made: Any) -> None:
        line = made.add_paragraph("一般")
        line.add_run("粗").bold = True
        line.add_run("大").font.size = Pt(20)
        line.add_run("隐藏").font.hidden = True
        line.add_run("行\n换").font.all_caps = True
        line.add_run("\t制表").add_break(WD_BREAK.LINE)

    def margins(made: Any) -> None:
        made.sections[0].header.paragraphs[0].text = "页眉的话"
        made.sections[0].footer.paragraphs[0].text = "页脚的话"

    def landscape(made: Any) -> None:
        made.add_paragraph("竖页")
        section = made.add_section(WD_SECTION.NEW_PAGE)
        section.orientation, section.page_width, section.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
        made.add_paragraph("横页")

    def lists(made: Any) -> None:
        for style in ("List Bullet", "List Number", "List Number", "List Number 2", "List Continue"):
            made.add_paragraph(style, style=style)

    def field(made: Any) -> None:
        line = made.add_paragraph("图")
        simple = line._p.makeelement(docx.oxml.ns.qn("w:fldSimple"), {docx.oxml.ns.qn("w:instr"): " SEQ 图 "})
        simple.append(line.add_run("1")._r)
        line._p.append(simple)
        line.add_run("名称")

    return {
        "text": lambda made: made.add_paragraph("正文，两句。第二句。"),
        "runs": runs,
        "headings": lambda made: [made.add_heading(f"第{level}级", level) for level in range(4)],
        "lists": lists,
        "table": table,
        "picture": lambda made: made.add_picture(io.BytesIO(PIXELS), Mm(30)),
        "margins": margins,
        "landscape": landscape,
        "break": lambda made: made.add_page_break(),
        "quotes": lambda made: made.add_paragraph("引文", style="Intense Quote").add_run("强调", style="Emphasis"),
        "comment": lambda made: made.add_comment(made.add_paragraph("有批注").runs, "批注", "某"),
        "field": field,
        "tabs": lambda made: made.add_paragraph("左\t右").paragraph_format.tab_stops.add_tab_stop(Mm(60)),
        "styled table": lambda made: made.add_table(2, 2, style="Light Grid Accent 1"),
    }


def write_python_docx(folder: Path, made: Iterable[Job]) -> None:
    """Files of python-docx."""
    for name, features in made:
        document = docx.Document()
        for one in features:
            PYTHON_DOCX[one](document)
        document.save(str(folder / name))


PYTHON_DOCX: Final = _python_docx()


def write_pandoc(folder: Path, made: Iterable[Job]) -> None:
    """Files of pandoc, from Markdown; a third of them with a table of contents."""
    (folder / "pixels.png").write_bytes(PIXELS)
    for at, (name, features) in enumerate(made):
        text = "\n\n".join(
            sorted((PIECES["pandoc"][one] for one in features), key=lambda one: not one.startswith("---\nt"))
        )
        more = ["--toc", "--number-sections"] if at % 3 == 2 else []
        command = [get_pandoc_path(), "-f", "markdown", "-o", name, *more]
        subprocess.run(command, cwd=folder, input=text.encode(), check=True, capture_output=True)


def write_npm(folder: Path, made: Iterable[Job]) -> None:
    """Files of the npm package docx."""
    command = [
        "node",
        str(HERE / "docx_npm.js"),
        str(folder),
        *(f"{name}={'+'.join(features)}" for name, features in made),
    ]
    more = {"DOCX_NPM": str(NPM), "PIXELS": base64.b64encode(PIXELS).decode()}
    subprocess.run(command, check=True, env={**os.environ, **more})


NPM_FEATURES: Final = (
    "text", "headings", "bullets", "numbers", "table", "nested", "footnote", "picture", "floating", "link", "margins",
    "contents", "comment", "changes", "equation", "box", "breaks", "check", "sequence", "frame", "endnote", "sections",
)  # fmt: skip

# What LibreOffice opens, too, and what says no page number: an attachment has other pages.
HAND: Final = {
    f"{name}.{feature}": (name, feature)
    for name in ("word", "wps", "google")
    for feature in FEATURES
    if feature not in {"lost note", "comment", "field"}
}


def write_by_hand(folder: Path, made: Iterable[Job]) -> None:
    """XML as Word, WPS and Google Docs write it."""
    for name, features in made:
        program = PROGRAMS[HAND[features[0]][0]]
        (folder / name).write_bytes(written(program, *dict.fromkeys(HAND[one][1] for one in features)))


_PICTURE: Final = base64.b64encode(PIXELS).decode()
PIECES: Final = tomllib.loads((HERE / "pieces.toml").read_text("utf-8").replace("{picture}", _PICTURE))


def _odt(body: str) -> str:
    frame = PIECES["odt_frame"]
    return (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document {frame['spaces']} office:version='1.2' "
        "office:mimetype='application/vnd.oasis.opendocument.text'>"
        f"<office:automatic-styles>{frame['styles']}</office:automatic-styles>"
        f"<office:body><office:text>{frame['declared']}{body}</office:text></office:body></office:document>"
    )


SOURCES: Final[dict[str, Callable[[str], str]]] = {
    "odt": _odt,
    "html": lambda body: f"<html><meta charset=utf-8><body>{body}</body></html>",
    "rtf": lambda body: rf"{{\rtf1\ansi\deff0{{\fonttbl{{\f0 SimSun;}}}}{body}}}",
}


def write_libreoffice(kind: str, profile: Path) -> Callable[[Path, Iterable[Job]], None]:
    """Writes files of LibreOffice from sources of a kind."""
    pieces, whole = PIECES[kind], SOURCES[kind]

    def write(folder: Path, made: Iterable[Job]) -> None:
        sources = [
            (folder / f"{Path(name).stem}.{'fodt' if kind == 'odt' else kind}", features) for name, features in made
        ]
        for source, features in sources:
            source.write_text(whole("".join(pieces[one] for one in features)), "utf-8")
        options = ["--convert-to", "docx:MS Word 2007 XML"]
        if kind == "html":
            options.append("--infilter=HTML (StarWriter)")
        convert([source for source, _ in sources], folder, profile, *options)

    return write


def corpus(profile: Path) -> dict[str, tuple[list[Job], Callable[[Path, Iterable[Job]], None]]]:
    """The files of each program, and what writes them."""
    writers: dict[str, tuple[Iterable[str], int, Callable[[Path, Iterable[Job]], None]]] = {
        "python-docx": (PYTHON_DOCX, 45, write_python_docx),
        "npm": (NPM_FEATURES, 60, write_npm),
        "pandoc": (PIECES["pandoc"], 60, write_pandoc),
        "odt": (PIECES["odt"], 40, write_libreoffice("odt", profile)),
        "html": (PIECES["html"], 15, write_libreoffice("html", profile)),
        "rtf": (PIECES["rtf"], 15, write_libreoffice("rtf", profile)),
        "hand": (HAND, 65, write_by_hand),
    }
    return {name: (jobs(name, features, count), write) for name, (features, count, write) in writers.items()}
