"""Compares what Word files say in PDF: alone, printed as a layout, and attached to a report."""

from __future__ import annotations

import io
import re
import subprocess
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import docx

from generator.base.diagnostics import Refused, Span
from generator.word import Layout
from generator.word.merge.join import Attachment, attach
from generator.word.opc import own_package, write_package


def as_layout(data: bytes) -> bytes:
    """What a file prints as a layout."""
    return Layout.open(data).render({"a": "{{ a }}"})


def as_attachment(data: bytes) -> bytes:
    """The file behind a report of one page."""
    report, out = docx.Document(), io.BytesIO()
    report.add_paragraph("报告")
    report.save(out)
    opened = Attachment.open(data, "附.docx", "", Span("填报.yaml"), "附件[1]")
    return write_package(attach(own_package(out.getvalue()), [opened]))


WAYS: dict[str, Callable[[bytes], bytes]] = {"alone": lambda data: data, "layout": as_layout, "attached": as_attachment}


def differences(files: Sequence[Path], folder: Path, profile: Path) -> list[str]:
    """What is refused, and whose text or number of pictures in PDF is another than the original's."""
    wrong = list[str]()
    folder.mkdir()
    for file in files:
        for way, change in WAYS.items():
            try:
                (folder / f"{way} {file.name}").write_bytes(change(file.read_bytes()))
            except Refused as refused:
                wrong.append(f"{file.name} {way}: {refused.findings[0].message}")
    convert(sorted(folder.glob("*.docx")), folder, profile)
    for file in files:
        said = {way: _said(folder / f"{way} {file.stem}.pdf", way) for way in WAYS}
        if b"<w:del " in zipfile.ZipFile(file).read("word/document.xml"):
            del said["layout"]  # prints as if all changes were accepted
        wrong += [f"{file.name} {way}: {said['alone']} != {one}" for way, one in said.items() if one != said["alone"]]
    return wrong


def convert(files: Sequence[Path], folder: Path, profile: Path, *options: str) -> None:
    """Converts files, to PDF unless ``options`` say otherwise; LibreOffice ends at a file that it crashes on."""
    office = [
        "soffice",
        f"-env:UserInstallation={profile.as_uri()}",
        "--headless",
        *(options or ("--convert-to", "pdf")),
    ]
    subprocess.run([*office, "--outdir", str(folder), *map(str, files)], check=True, capture_output=True, timeout=1800)


def _said(pdf: Path, way: str) -> tuple[str, int]:
    """The text without blanks and numbers of pages, and the number of pictures."""
    if not pdf.exists():
        return "", 0
    pages = ["-f", "2" if way == "attached" else "1", str(pdf)]
    text = subprocess.run(["pdftotext", "-raw", *pages, "-"], check=True, capture_output=True, text=True).stdout
    pictures = subprocess.run(["pdfimages", "-list", *pages], check=True, capture_output=True, text=True).stdout
    text = re.sub(r"第\d+页", "", re.sub(r"\s", "", text))
    return text.replace("附件", "", 1) if way == "attached" else text, len(pictures.splitlines())
