"""File names that Windows, macOS and Linux all accept."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from generator.base.diagnostics import Span
from generator.base.errors import FileProblem
from generator.provenance import codes

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["DRAFT_MARK", "is_of_other_kind", "refuse_draft_name", "safe_name", "target_of"]

DRAFT_MARK: Final = "（草稿）"
"""What the name of every draft ends with, and of nothing else."""
_REFUSED = frozenset('<>:"/\\|?*')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_RESERVED = re.compile(r"(con|conin\$|conout\$|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_MOST_BYTES = 200
_KINDS = re.compile(
    r"\.(7z|csv|docm?|docx|dotx?|et|html?|json|md|od[st]|ofd|pdf|rar|rtf|txt|wps|xls|xls[mx]|ya?ml|zip)", re.IGNORECASE
)


def safe_name(text: str, ending: str) -> str:
    """The text as a file name with this ending: no path, no reserved or invisible character, at most 200 bytes.

    >>> safe_name("a/b: c", ".docx")
    'a_b_ c.docx'
    """
    name = "".join(map(_allowed, unicodedata.normalize("NFC", text))).strip(" .") or "报告"
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    room = _MOST_BYTES - len(ending.encode())
    while len(name.encode()) > room:
        name = name[:-1]
    return name.rstrip(" .") + ending


def target_of(output: Path, text: str, ending: str) -> Path:
    """The file to write: ``output`` itself if it has that ending, else a file of that name in the folder ``output``.

    Args:
        output: The file, or the folder for it.
        text: What the file is to be called there.
        ending: Its ending, with the dot.

    Raises:
        FileProblem: ``output`` is the name of another kind of file: a folder of such a name is not what was meant.
    """
    if output.suffix.lower() == ending:
        return output
    if is_of_other_kind(output, ending):
        raise FileProblem([codes.OTHER_KIND.at(Span(str(output)), file=output, ending=ending)])
    return output / safe_name(text, ending)


def refuse_draft_name(target: Path) -> None:
    """See to it that what is finished is not called a draft.

    Raises:
        FileProblem: It is.
    """
    if target.stem.endswith(DRAFT_MARK):
        raise FileProblem([codes.DRAFT_NAME.at(Span(str(target)), file=target, mark=DRAFT_MARK)])


def is_of_other_kind(output: Path, ending: str) -> bool:
    """Whether this is the name of a kind of file that people know, but not of one with this ending; nor a folder."""
    kind = output.suffix.lower()
    return kind != ending and _KINDS.fullmatch(kind) is not None and not output.is_dir()


def _allowed(char: str) -> str:
    return "_" if char in _REFUSED or unicodedata.category(char) in _INVISIBLE else char
