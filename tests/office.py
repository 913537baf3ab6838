"""One LibreOffice for all tests of a worker: starting it takes longer than what most of them ask of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import cached_property
from pathlib import Path
from threading import Timer

from tests.in_browser import missing

# Run by the Python that LibreOffice brings: opens a file, replaces texts as a person at the keyboard would, saves it.
_SCRIPT = """
import json, subprocess, sys, time, traceback
import uno
from com.sun.star.beans import PropertyValue

def named(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())

def save(desktop, source, target, kind, options, edits):
    document = desktop.loadComponentFromURL(uno.systemPathToFileUrl(source), "_blank", 0, named(Hidden=True))
    try:
        for old, new in edits.items():
            search = document.createReplaceDescriptor()
            search.SearchString, search.ReplaceString = old, new
            assert document.replaceAll(search), old
        if not kind:
            in_writer = document.supportsService("com.sun.star.text.TextDocument")
            kind = "writer_pdf_Export" if in_writer else "calc_pdf_Export"
        document.storeToURL(uno.systemPathToFileUrl(target), named(FilterName=kind, FilterOptions=options))
    finally:
        document.close(True)

program, profile = sys.argv[1:]
pipe = "jixiao%d" % time.time_ns()
process = subprocess.Popen(
    [program, profile, "--headless", "--norestore", "--accept=pipe,name=%s;urp;" % pipe],
    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
)
try:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    while True:
        try:
            there = resolver.resolve("uno:pipe,name=%s;urp;StarOffice.ComponentContext" % pipe)
            break
        except Exception:
            time.sleep(0.1)
    desktop = there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)
    for line in sys.stdin:
        try:
            save(desktop, *json.loads(line))
            print(json.dumps(""), flush=True)
        except Exception:
            print(json.dumps(traceback.format_exc()), flush=True)
    try:
        desktop.terminate()
        process.wait(30)
    except Exception:
        pass
finally:
    process.kill()
"""
_FILTERS = {"pdf": "", "docx": "MS Word 2007 XML", "xlsx": "Calc MS Excel 2007 XML"}
_SECONDS = 240


class Office:
    """LibreOffice, started when something is first asked of it."""

    def __init__(self, command: list[str]) -> None:
        self._command = command

    @cached_property
    def _process(self) -> subprocess.Popen[str]:
        return subprocess.Popen(self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")

    def close(self) -> None:
        if "_process" in vars(self):
            self._process.communicate(timeout=_SECONDS)

    def __call__(self, file: Path, kind: str, folder: Path, edits: Mapping[str, str] | None = None) -> Path:
        """The file in another kind, below the same name in the folder.

        Args:
            file: What is opened.
            kind: The new ending, as LibreOffice's ``--convert-to`` has it, with a filter and its options or without.
            folder: Where it is written.
            edits: Texts that are replaced before, wherever they stand.
        """
        ending, _, words = kind.partition(":")
        name, _, options = words.partition(":")
        folder.mkdir(exist_ok=True)
        made = folder / f"{file.stem}.{ending}"
        ask = [str(file.absolute()), str(made.absolute()), name or _FILTERS[ending], options, dict(edits or {})]
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        late = Timer(_SECONDS, self._process.kill)
        late.start()
        try:
            print(json.dumps(ask), file=self._process.stdin, flush=True)
            wrong = json.loads(self._process.stdout.readline() or '"LibreOffice ended"')
        finally:
            late.cancel()
        assert not wrong, wrong
        assert made.stat().st_size > 0
        return made


@contextmanager
def open_office(profile: Path) -> Iterator[Office]:
    """LibreOffice with its profile in the folder. Skipped where it cannot be told what to do, but never in CI."""
    program = shutil.which("soffice")
    python = next((path for path in ("/usr/bin/python3", sys.executable) if _knows_uno(path)), "")
    if program is None or not python:
        missing("LibreOffice is missing (apt-get install libreoffice-writer-nogui libreoffice-calc-nogui python3-uno)")
    with closing(Office([python, "-c", _SCRIPT, str(program), f"-env:UserInstallation={profile.as_uri()}"])) as office:
        yield office


def _knows_uno(python: str) -> bool:
    try:
        return subprocess.run([python, "-c", "import uno"], capture_output=True, check=False).returncode == 0
    except OSError:
        return False
