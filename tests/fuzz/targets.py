"""Coverage-guided fuzzing: ``python -m tests.fuzz.targets NAME CORPUS -max_total_time=30`` (``make fuzz``).

Whatever the bytes are, a stage gives its result or raises what it says it raises; anything else ends the run, and
atheris leaves the input in the current folder as ``crash-…``.
"""

from __future__ import annotations

import contextlib
import sys
import tempfile
from collections.abc import Callable
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
}

with atheris.instrument_imports(include=_FOLLOWED[sys.argv[1]]):
    from generator.base.amount import NotAnAmount, parse_amount
    from generator.base.diagnostics import JixiaoError, Span
    from generator.base.target_text import parse_target
    from generator.formula.parser import parse
    from generator.provenance.finished import open_finished
    from generator.word import Layout
    from generator.word.read.lines import read_back
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


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (reading, formula, targets, finished, body, layouts)
}


def main() -> None:
    """Run one target until its time is over."""
    atheris.Setup([sys.argv[0], *sys.argv[2:]], TARGETS[sys.argv[1]])
    atheris.Fuzz()


if __name__ == "__main__":
    main()
