"""Coverage-guided fuzzing: ``python -m tests.fuzz.targets NAME CORPUS -max_total_time=30`` (``make fuzz``).

Whatever the bytes are, a stage gives its result or raises what it says it raises; anything else ends the run, and
atheris leaves the input in the current folder as ``crash-…``.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from collections.abc import Callable
from html import escape, unescape
from pathlib import Path

import atheris

from tests.hostile.packages import paragraph, word_parts, zipped

# Only what is fuzzed is followed: the rest costs a minute of preparation.
_FOLLOWED = {
    "reading": ["generator.yamlfile"],
    "formula": ["generator.formula"],
    "targets": ["generator.base"],
    "finished": ["generator.provenance", "generator.word.opc"],
    "body": [
        "generator.word.read.lines",
        "generator.word.read.document",
    ],
    "layouts": [
        "generator.word.compile.tags",
        "generator.word.compile.stages",
        "generator.word.compile.syntax",
        "generator.word.compile.cells",
    ],
    "fields": ["generator.word.inspect"],
    "relationships": ["generator.word.inspect", "generator.word.opc", "generator.word.parts"],
    "attachments": ["generator.word.merge", "generator.word.parts"],
    "pull": ["generator.workflows.pull.observe", "generator.workflows.pull.align"],
}

with atheris.instrument_imports(include=_FOLLOWED[sys.argv[1]]):
    from generator.base.amount import NotAnAmount, parse_amount
    from generator.base.diagnostics import JixiaoError, Span
    from generator.base.target_text import parse_target
    from generator.formula.parser import parse
    from generator.provenance.finished import open_finished
    from generator.word import Layout
    from generator.word.inspect import inspect
    from generator.word.merge.join import Attachment, attach
    from generator.word.opc import open_package
    from generator.word.read.lines import read_back
    from generator.workflows.pull.align import Paragraph, Part
    from generator.workflows.pull.observe import attribute, compare
    from generator.yamlfile.source import parse_yaml

_SPAN = Span("模糊")
_FOLDER = Path(tempfile.mkdtemp(prefix="fuzz-"))


def reading(data: bytes) -> None:
    """Any bytes are read, or told to be wrong."""
    source = parse_yaml(data, "模糊")
    assert source.root is not None or source.findings


def formula(data: bytes) -> None:
    """Any text is a formula, or a finding says why not."""
    assert parse(data.decode("utf-8", "replace"), _SPAN) is not None


def targets(data: bytes) -> None:
    """Any text is a target, in words at least; it is a quantity or none."""
    text = data.decode("utf-8", "replace")
    assert parse_target(text) is not None
    with contextlib.suppress(NotAnAmount):
        parse_amount(text)


def finished(data: bytes) -> None:
    """Any package is read or refused: what ``verify``, ``diff`` and ``pull`` read of strangers."""
    readers: tuple[Callable[[], object], ...] = (
        lambda: open_finished(data, "模糊").lines,
        lambda: read_back(data, _SPAN),
    )
    for read in readers:
        with contextlib.suppress(JixiaoError):
            read()


def body(data: bytes) -> None:
    """The same with any body in a sound package: random bytes are hardly ever a zip."""
    finished(zipped(word_parts(**{"word/document.xml": data})))


def layouts(data: bytes) -> None:
    """Any text in a layout compiles or is refused."""
    text = "".join(char for char in data.decode("utf-8", "replace") if char.isprintable())
    file = _FOLDER / "版式.docx"
    file.write_bytes(zipped(word_parts(paragraph(text.replace("&", "&amp;").replace("<", "&lt;")))))
    with contextlib.suppress(JixiaoError):
        Layout.open(file)


def _inspected(data: bytes) -> str:
    """The text as it is taken, which may lack something; blank where it is refused."""
    try:
        entries = open_package(data, _SPAN)
        inspect(entries, _SPAN, finished=True)
    except JixiaoError:
        return ""
    return entries["word/document.xml"].text()


_CHAR = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
_FETCHING = re.compile(
    r"\s*(DDE|DDEAUTO|LINK|INCLUDE\w*|IMPORT|DATABASE|MACROBUTTON|EMBED|RD)(?![A-Za-z])", re.IGNORECASE
)


def fields(data: bytes) -> None:
    """No field whose code begins with a word that fetches is left in what is taken, however it is cut into runs."""
    pieces = [piece for piece in data.decode("utf-8", "replace").split("|")[:20] if piece.isprintable()]
    codes = "".join(f"<w:r><w:instrText>{escape(piece)}</w:instrText></w:r>" for piece in pieces)
    field = f"<w:p>{_CHAR.format('begin')}{codes}{_CHAR.format('end')}</w:p>"
    taken = _inspected(zipped(word_parts(f"<w:p>{_CHAR.format('begin')}</w:p>{field}")))
    assert not _FETCHING.match(unescape("".join(re.findall("<w:instrText[^>]*>([^<]*)", taken))))


def relationships(data: bytes) -> None:
    """Any relationships are taken or refused; those that lead outside only as links."""
    _inspected(zipped(word_parts(**{"word/_rels/document.xml.rels": data})))


def attachments(data: bytes) -> None:
    """Any body is joined to a report, or refused."""
    package = zipped(word_parts(**{"word/document.xml": data}))
    with contextlib.suppress(JixiaoError):
        attach(open_package(zipped(word_parts()), _SPAN), [Attachment.open(package, "附件.docx", "", _SPAN, "附件[1]")])


_KEYS = [(f"值{number}", False, "", 1, 1) for number in range(3)]
_PRINTED = [
    Paragraph(parts, f"第 {number} 段", text="".join(part.text for part in parts))
    for number, parts in enumerate(
        [
            (Part("行政编制"), Part("48", _KEYS[0]), Part("名，实有"), Part("47", _KEYS[1]), Part("名。")),
            (Part("重点工作按时完成，成效明显。", _KEYS[2]),),
        ]
    )
]


def pull(data: bytes) -> None:
    """Of any text every value is told, doubted, or its paragraph is gone; what is told adds up to the text."""
    texts = [text for text in data.decode("utf-8", "replace").split("\n")[:20] if text.strip()]
    edited = [Paragraph((Part(text),), "", text=text) for text in texts]
    compare(_PRINTED, edited, lambda one: "\n" if one is _PRINTED[1] else "")
    for old, new in zip(_PRINTED, edited, strict=False):
        reading = attribute(old, new)
        assert {key for key, _ in reading.values} | set(reading.doubts) == {part.key for part in old.parts} - {None}


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one
    for one in (reading, formula, targets, finished, body, layouts, fields, relationships, attachments, pull)
}


def main() -> None:
    """Run one target until its time is over."""
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
