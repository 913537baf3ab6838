"""Places, codes and findings; near misses, errors; findings as text.

A ``Code`` is a kind of problem, a ``Finding`` one problem at one place. Every stage has its codes in a module
``codes.py``; all are registered here, so that numbers stay unique and the documentation can list them.
"""

from __future__ import annotations

import errno
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache, partial
from pathlib import Path
from typing import ClassVar, Final, Self

from msgspec import Struct, field
from msgspec.structs import replace


def shown_path(path: Path) -> str:
    """The path relative to the current folder if it is below it, else as given."""
    try:
        here, there = Path.cwd(), path.absolute()
    except OSError:  # the current folder is gone
        return str(path)
    return str(there.relative_to(here) if there.is_relative_to(here) else path)


class Span(Struct, frozen=True, order=True, gc=False):
    """A place in a file. Lines and columns count from 1; line 0 means the whole file, or the whole sheet.

    In a text, columns count characters, and ``length`` (at least 1) is how many a caret line underlines. In a table
    (a CSV, or the ``sheet`` of a workbook) lines are rows, columns are cells, and ``length`` is 0: no caret.
    """

    file: str
    line: int = 0
    column: int = 0
    length: int = 1
    sheet: str = ""

    def __str__(self) -> str:
        """``填报.yaml:12:3``, ``表.csv:14:4``, ``表.xlsx!目标!D14``."""
        if self.sheet:
            cell = f"!{column_letters(self.column)}{self.line}" if self.line else ""
            return f"{self.file}!{self.sheet}{cell}"
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file

    @property
    def in_words(self) -> str:
        """The place within its file for messages: 第 12 行, 「目标」第 14 行; the name of a whole file."""
        return f"{f'「{self.sheet}」' if self.sheet else ''}第 {self.line} 行" if self.line else self.sheet or self.file

    def as_dict(self) -> dict[str, object]:
        """File, line and column for programs; for a workbook, the file includes the cell."""
        line, column = (0, 0) if self.sheet else (self.line, self.column)
        return {"file": str(self) if self.sheet else self.file, "line": line, "column": column}


def column_letters(number: int) -> str:
    """The letters of a column: 1 → A, 27 → AA; empty for 0."""
    letters = ""
    while number > 0:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


class Severity(StrEnum):
    """How serious a finding is. Only an error keeps a report from being written."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def word(self) -> str:
        """Its Chinese name."""
        return _WORDS[self]


_SEVERITIES = list(Severity)
_WORDS = {Severity.ERROR: "错误", Severity.WARNING: "警告", Severity.INFO: "提示"}
_REGISTERED: dict[str, Code] = {}
# Truncates long words: an input may have one of a million characters. Formulas, at most 2,000 long, stay whole.
_LONGEST = 2_500


class Code(Struct, frozen=True):
    """One kind of problem; ``message`` and ``hint`` are format strings for the words given to ``at``."""

    number: str
    title: str
    message: str
    hint: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if self.number in _REGISTERED:
            raise ValueError(f"code {self.number} is already used for {_REGISTERED[self.number].title}")
        _REGISTERED[self.number] = self

    def at(self, span: Span, path: str = "", *, hint: str = "", **words: object) -> Finding:
        """The finding of this kind at one place, with the words of its message and hint.

        ``path`` is the place in the data (``专项资金[3].金额``), or in a layout (``表 2 行 3 列 1``). ``hint`` replaces
        that of the code.
        """
        words = {name: shortened(word, _LONGEST) if isinstance(word, str) else word for name, word in words.items()}
        return Finding(
            code=self.number,
            severity=self.severity,
            span=span,
            path=shortened(path, _LONGEST),
            message=self.message.format(**words),
            hint=hint or self.hint.format(**words),
        )


warning, info = (partial(Code, severity=severity) for severity in (Severity.WARNING, Severity.INFO))
"""A ``Code`` of a lower severity, with the same arguments."""


def shortened(word: str, most: int) -> str:
    """Truncates a word longer than ``most``."""
    return f"{word[:most]}…" if len(word) > most else word


def all_codes() -> list[Code]:
    """Every code of the stages imported so far, by number."""
    return [_REGISTERED[number] for number in sorted(_REGISTERED)]


class Finding(Struct, frozen=True):
    """One problem: what, how serious, where, how to mend it; ``rows`` are all findings that this one summarises."""

    code: str
    severity: Severity
    message: str
    hint: str = ""
    span: Span = field(default_factory=lambda: Span(""))
    path: str = ""
    rows: tuple[Finding, ...] = ()

    @property
    def title(self) -> str:
        """The title of its code; blank if the code's stage was not imported."""
        code = _REGISTERED.get(self.code)
        return code.title if code is not None else ""

    def as_dict(self) -> dict[str, object]:
        """The finding with the keys of ``jixiao check --format json``."""
        return {
            "code": self.code,
            "severity": str(self.severity),
            **self.span.as_dict(),
            "path": self.path,
            "message": self.message,
            "hint": self.hint,
        }


def tally(findings: Iterable[Finding]) -> str:
    """The number of errors, warnings and hints in words; blank if there are none."""
    counts = Counter(finding.severity for finding in findings)
    return "、".join(f"{counts[one]} 个{one.word}" for one in Severity if counts[one])


def has_errors(findings: Iterable[Finding]) -> bool:
    """Whether any of them keeps a report from being written."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without duplicates, by place, then severity, then as found."""
    return tuple(sorted(dict.fromkeys(findings), key=lambda f: (f.span, _SEVERITIES.index(f.severity))))


_ROW, _QUOTED = re.compile(r"\[\d+\]"), re.compile(r"「[^」]*」")
_MANY, _MOST_PLACES = 3, 20


def by_columns(findings: Iterable[Finding]) -> list[Finding]:
    """Merges findings of the same fault in many rows of one column into the first, which lists the other places."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for number, finding in enumerate(findings):
        rows = _ROW.search(finding.path)
        key = (finding.code, _ROW.sub("", finding.path), _QUOTED.sub("", finding.message)) if rows else (str(number),)
        groups.setdefault(key, []).append(finding)
    found: list[Finding] = []
    for first, *others in groups.values():
        if len(others) + 1 < _MANY:
            found += [first, *others]
            continue
        cells = [_cell(one) for one in others]
        listed = "、".join(dict.fromkeys(cells[:_MOST_PLACES])) + ("等" if len(cells) > _MOST_PLACES else "")
        message = f"{first.message}这一列另有 {len(others)} 处也是这样：{listed}。"
        found.append(replace(first, message=message, rows=(first, *others)))
    return found


def _cell(finding: Finding) -> str:
    """The place of a finding in a table: its cell, its line, or else its path."""
    if finding.span.sheet:
        return f"{column_letters(finding.span.column)}{finding.span.line}"
    return finding.span.in_words if finding.span.line else finding.path


_CLOSE_ENOUGH = 0.5


def nearest(word: str, known: Iterable[str], most: int = 3) -> list[str]:
    """The known words most similar to ``word``, best first, at most ``most``."""
    # Words of very different lengths are not similar; comparing a long one with many would take seconds.
    fitting = (one for one in known if 2 * min(len(word), len(one)) >= _CLOSE_ENOUGH * (len(word) + len(one)))
    scored = ((SequenceMatcher(None, word, candidate).ratio(), candidate) for candidate in fitting)
    close = sorted((pair for pair in scored if pair[0] >= _CLOSE_ENOUGH), key=lambda pair: (-pair[0], pair[1]))
    return [candidate for _, candidate in close[:most]]


def suggestion(word: str, known: Iterable[str]) -> str:
    """A hint with the near misses, else with known words (at most twelve)."""
    names = list(known)
    close = nearest(word, names)
    if close:
        return f"是否为「{'」「'.join(close)}」？"
    if not names:
        return ""
    listed = "、".join(names[:12])
    return f"可用的有：{listed}{'等' if len(names) > 12 else ''}。"


_REASONS = {
    errno.ENOENT: "没有这个文件",
    errno.EACCES: "没有权限，或文件正被别的程序打开",
    errno.EPERM: "没有权限，或文件正被别的程序打开",
    errno.EISDIR: "这是一个文件夹",
    errno.ENOTDIR: "路径中有一段不是文件夹",
    errno.EEXIST: "已有同名的文件",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已满",
    errno.EROFS: "这个位置是只读的",
    errno.ENAMETOOLONG: "文件名或路径太长",
    errno.ELOOP: "链接绕成了圈",
    errno.EMFILE: "打开的文件太多",
    errno.ENODEV: "这是管道、设备一类，不是普通的文件",
}


def why_not(error: Exception) -> str:
    """Why a file cannot be read or written, as part of a message, without a full stop."""
    number = getattr(error, "errno", None) or 0
    return _REASONS.get(number, f"系统无法读写（错误号 {number}）" if number else "系统无法读写")


MOST_FOUND: Final = 500
"""How many problems of one file are reported, so that faulty files cannot fill the memory."""


class JixiaoError(Exception):
    """Base class of all errors that jixiao raises on purpose."""

    exit_code: ClassVar[int] = 1

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(tuple(findings))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Every problem found, in the order of the file."""
        found: tuple[Finding, ...] = self.args[0]
        return found

    def __str__(self) -> str:
        return "\n".join(f"{finding.code} {finding.message}" for finding in self.findings)


class Refused(JixiaoError):
    """The input or the template has errors; nothing was written."""


class FileProblem(JixiaoError):
    """A file or folder cannot be read or written."""

    exit_code: ClassVar[int] = 3


class Gathered(list[Finding]):
    """Findings of one file; raises ``Refused`` with them when they become too many."""

    def append(self, finding: Finding) -> None:
        """One more."""
        super().append(finding)
        if len(self) >= MOST_FOUND:
            raise Refused(self)

    def __iadd__(self, findings: Iterable[Finding]) -> Self:  # type: ignore[misc,override]  # a list's takes anything
        for finding in findings:
            self.append(finding)
        return self


# Escape sequences, marks of writing direction, and what UTF-8 cannot encode (names in other encodings).
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def shown(text: str) -> str:
    """Escapes, as in JSON, characters that would garble a terminal or that UTF-8 cannot encode."""
    return _UNSHOWN.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)


_LONGEST_LINE, _AROUND = 160, 30


def width(text: str) -> int:
    """The terminal columns of a text: two for a full-width character, none for a combining one."""
    return len(text) if text.isascii() else sum(map(_columns, text))


@lru_cache(8192)
def _columns(char: str) -> int:
    return 0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1


def findings_as_text(findings: Iterable[Finding]) -> str:
    """The findings for a terminal: place, message, line with a caret, hint; separated by blank lines."""
    lines_of: dict[str, list[str]] = {}
    printed = []
    for finding in findings:
        where = "  ".join(part for part in (str(finding.span), finding.path) if part)
        parts = [f"{finding.severity.word} {finding.code}  {where}".rstrip(), f"  {finding.message}"]
        parts += _excerpt(finding.span, lines_of)
        if finding.hint:
            parts.append(f"  改法：{finding.hint}")
        printed.append("\n".join(parts))
    return "\n\n".join(printed)


def _excerpt(span: Span, lines_of: dict[str, list[str]]) -> list[str]:
    """The source line and a caret line; nothing if the file is not a text with that line."""
    if not span.length:
        return []
    if span.file not in lines_of:
        lines_of[span.file] = []
        # Lines as the reading stage counts them; none of a file that is missing or not UTF-8.
        with suppress(OSError, UnicodeDecodeError):
            text = Path(span.file).read_bytes().decode("utf-8-sig") if span.line else ""
            lines_of[span.file] = re.split(r"\r\n|\r|\n", text)
    lines = lines_of[span.file]
    if not 1 <= span.line <= len(lines):
        return []
    whole, at = lines[span.line - 1], span.column - 1
    start, end = 0, len(whole)
    if end > _LONGEST_LINE:
        start, end = max(0, at - _AROUND), at + min(span.length, _AROUND) + _AROUND
    # A tab or control character would misplace the caret or garble the terminal.
    line = "".join(char if char.isprintable() else " " for char in whole[start:end])
    line = f"{'…' if start else ''}{line}{'…' if end < len(whole) else ''}"
    at += bool(start) - start
    before, marked = line[:at], line[at : at + span.length].removesuffix("…")
    number = f"{span.line:>5} | "
    return [number + line, " " * (len(number) + width(before)) + "^" * max(1, width(marked))]
