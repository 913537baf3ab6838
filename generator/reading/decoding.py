"""From bytes to text. UTF-8 alone is read; what else it may be is said, with the first line that is not."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from generator.base.diagnostics import Span
from generator.reading import codes

if TYPE_CHECKING:
    from generator.base.diagnostics import Finding

__all__ = ["MOST_BYTES", "MOST_LINES", "decode"]

# A report is written from some 50 KB; what is larger than this could not be read in the time and memory it is worth.
MOST_BYTES = 2_000_000
MOST_LINES = 50_000
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_OTHER_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32", "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16", "Unicode"),
    (codecs.BOM_UTF16_BE, "UTF-16", "Unicode big endian"),
)
_LONGEST_SAMPLE = 20
_ENOUGH = 50_000  # bytes to tell an encoding by


def decode(data: bytes, file: str) -> tuple[str, Finding | None]:
    """The text without its byte order mark, and None; or an empty text and the finding that says what the bytes are."""
    for mark, encoding, nickname in _OTHER_MARKS:
        if data.startswith(mark):
            return "", codes.UTF16.at(Span(file), encoding=encoding, nickname=nickname)
    if len(data) > MOST_BYTES:
        return "", codes.TOO_LARGE.at(Span(file), limit=f"{MOST_BYTES // 1_000_000} MB ")
    data = data.removeprefix(codecs.BOM_UTF8)
    if b"\0" in data:
        span = _place(data, data.index(b"\0"), file)
        return "", codes.NOT_TEXT.at(span, line=span.line)
    try:
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        return "", _not_utf8(data, error.start, file)


def _not_utf8(data: bytes, start: int, file: str) -> Finding:
    if _looks_like_gbk(data):
        # The first bytes beyond ASCII may happen to be UTF-8; they are GBK all the same.
        span = _place(data, next(at for at, byte in enumerate(data) if byte > 0x7F), file)
        line = data.splitlines()[span.line - 1].decode("gb18030", errors="replace").strip()
        sample = line if len(line) <= _LONGEST_SAMPLE else f"{line[:_LONGEST_SAMPLE]}…"
        return codes.GBK.at(span, line=span.line, sample=sample)
    span = _place(data, start, file)
    return codes.NOT_UTF8.at(span, line=span.line, column=span.column, byte=f"{data[start]:02X}")


def _place(data: bytes, offset: int, file: str) -> Span:
    """Line and column of a byte, the bytes before it being UTF-8 or nearly."""
    before = data[:offset].decode("utf-8", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    return Span(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _looks_like_gbk(data: bytes) -> bool:
    """Whether the bytes make little sense as UTF-8 and, read as GBK, are Chinese for the greater part."""
    first = next(at for at, byte in enumerate(data) if byte > 0x7F)
    data = data[first : first + _ENOUGH]
    as_utf8 = [char for char in data.decode("utf-8", errors="replace") if char > "\x7f"]
    if as_utf8.count("\ufffd") * 2 < len(as_utf8):
        return False
    as_gbk = [char for char in data.decode("gb18030", errors="replace") if char > "\x7f"]
    chinese = sum("\u3000" <= char <= "\u9fff" or "\uff01" <= char <= "\uff5e" or char in "“”‘’—…·" for char in as_gbk)
    return chinese * 10 >= len(as_gbk) * 9
