"""The whole way on the real report of Meizhou, edited in Word's way and through LibreOffice itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import pipeline
from generator.base.diagnostics import Span
from generator.word.read.lines import read_back
from generator.workflows.pull.plan import plan as plan_edits_of
from generator.workflows.pull.plan import write
from tests.conftest import MEIZHOU
from tests.pull.conftest import Edited

SPAN = Span("x")
EDITS = {
    "8025.61": "8026.61",
    "正科级参公管理事业单位": "正科级公益一类事业单位",
    "96.69%": "96.70%",
    "四是抓好节能监察和清洁生产审核。": "四是抓好节能监察、清洁生产审核和节水。",
}
LINES = {
    "  一般公共预算财政拨款: 8025.61 万元": "  一般公共预算财政拨款: 8026.61 万元",
    "      性质: 正科级参公管理事业单位": "      性质: 正科级公益一类事业单位",
    "  数值: 96.69%": "  数值: 96.70%",
}
# Run by the Python that LibreOffice brings: opens a file, replaces texts as a person at the keyboard would, saves it.
SCRIPT = """
import subprocess, sys, time
import uno
from com.sun.star.beans import PropertyValue

def named(name, value):
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made

office, profile, source, target, *edits = sys.argv[1:]
pipe = "jixiao%d" % time.time_ns()
process = subprocess.Popen([office, profile, "--headless", "--norestore", "--accept=pipe,name=%s;urp;" % pipe])
try:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    for _ in range(240):
        try:
            there = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
            break
        except Exception:
            time.sleep(0.5)
    desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(source), "_blank", 0, (named("Hidden", True),))
    for old, new in zip(edits[::2], edits[1::2]):
        search = document.createReplaceDescriptor()
        search.SearchString, search.ReplaceString = old, new
        assert document.replaceAll(search), old
    document.storeToURL(uno.systemPathToFileUrl(target), (named("FilterName", "MS Word 2007 XML"),))
    document.close(True)
    try:
        desktop.terminate()
    except Exception:
        pass
    process.wait(60)
finally:
    process.kill()
"""


@pytest.fixture
def report(workplace: Path) -> Path:
    """The report of Meizhou, in a folder with its template and input."""
    return pipeline.render(workplace / "inputs" / MEIZHOU.name, workplace / "报告.docx").path


@pytest.fixture
def in_office(tmp_path: Path) -> Callable[..., Path]:
    """Edit a file in LibreOffice. Skipped where it cannot be told what to do, but never in CI."""
    office = shutil.which("soffice")
    python = next((path for path in ("/usr/bin/python3", sys.executable) if _knows_uno(path)), "")
    if office is None or not python:
        if os.environ.get("CI"):
            pytest.fail("LibreOffice or its Python bindings are missing in CI")
        pytest.skip("LibreOffice with Python is missing (Debian: apt-get install libreoffice-writer-nogui python3-uno)")

    def edit(file: Path, edits: dict[str, str]) -> Path:
        target = file.with_name("在LibreOffice里改过.docx")
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        words = [word for pair in edits.items() for word in pair]
        command = [python, "-c", SCRIPT, office, profile, str(file), str(target), *words]
        subprocess.run(command, check=True, capture_output=True, timeout=240)
        assert target.stat().st_size > 0
        return target

    return edit


def _knows_uno(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def check_round_trip(document: Path, report: Path, wanted: list[str]) -> None:
    """Pulled, the input differs in just those values; printed again, the report reads as it was edited."""
    input_file = report.parent / "inputs" / MEIZHOU.name
    before = input_file.read_text("utf-8")
    plan = plan_edits_of(document, input_file)
    assert plan.findings == ()
    write(plan)
    after = input_file.read_text("utf-8")
    changed = [(old, new) for old, new in zip(before.splitlines(), after.splitlines(), strict=True) if old != new]
    assert len(changed) == 4
    for old, new in LINES.items():
        assert (old, new) in changed
    (paragraph,) = [pair for pair in changed if pair[0] not in LINES]
    assert paragraph[1] == paragraph[0].replace(*next(pair for pair in EDITS.items() if pair[0].startswith("四是")))
    pipeline.render(input_file, report, force=True)
    assert [line.text for line in read_back(report.read_bytes(), SPAN).lines] == wanted
    assert plan_edits_of(report, input_file).edits == ()


def edited_lines(report: Path, edits: dict[str, str]) -> list[str]:
    """What the report reads with these edits made everywhere."""
    lines = []
    for line in read_back(report.read_bytes(), SPAN).lines:
        text = line.text
        for old, new in edits.items():
            text = text.replace(old, new)
        lines.append(text)
    return lines


def test_edited_in_word(report: Path) -> None:
    edited = Edited(report, report.parent / "inputs" / MEIZHOU.name)
    # Who corrects the figure corrects the sum as well.
    for old, new in {**EDITS, "8280.03": "8281.03"}.items():
        edited.replace(old, new)
    document = edited.save()
    check_round_trip(document, report, [line.text for line in read_back(document.read_bytes(), SPAN).lines])


def test_edited_in_libreoffice(report: Path, in_office: Callable[..., Path]) -> None:
    edits = {**EDITS, "8280.03": "8281.03"}
    wanted = edited_lines(report, edits)
    document = in_office(report, edits)
    assert [line.text for line in read_back(document.read_bytes(), SPAN).lines] == wanted
    check_round_trip(document, report, wanted)


def test_saved_by_libreoffice_unchanged(report: Path, in_office: Callable[..., Path]) -> None:
    saved = in_office(report, {})
    plan = plan_edits_of(saved, report.parent / "inputs" / MEIZHOU.name)
    assert (plan.edits, plan.findings, plan.remarks) == ((), (), ())
