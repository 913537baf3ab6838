"""The file that a table names: inside the input's folder, of a format that can be read, not too large."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from generator.sheets import codes
from generator.sheets.grid import Unreadable
from generator.yamlfile.beside import Absent, Outside, find_beside, near_misses

if TYPE_CHECKING:
    from pathlib import Path

    from generator.base.diagnostics import Code, Span
    from generator.yamlfile.build import Scalar

__all__ = ["FORMATS", "MOST_BYTES", "File", "open_file"]

MOST_BYTES = 50_000_000
FORMATS = (".xlsx", ".csv")
_OTHERS = {
    ".xls": "旧版 Excel 工作簿（.xls）",
    ".xlsb": "二进制 Excel 工作簿（.xlsb）",
    ".xlsm": "带宏的 Excel 工作簿（.xlsm）",
    ".et": "WPS 表格（.et）",
    ".ods": "OpenDocument 表格（.ods）",
    ".numbers": "Numbers 表格（.numbers）",
}


class File(Struct, frozen=True):
    """A table's file as read.

    Attributes:
        name: The name that the bureau gave.
        format: .xlsx or .csv.
        data: Its bytes.
        named: Where the input names it.
        path: The table's place in the data.
    """

    name: str
    format: str
    data: bytes
    named: Span
    path: str

    def refused(self, code: Code, span: Span | None = None, hint: str = "", **words: object) -> Unreadable:
        """Why it cannot be read: said where the input names it, unless another place is given."""
        return Unreadable(code.at(span or self.named, self.path, hint=hint, file=self.name, **words))


def open_file(named: Scalar, folder: Path, path: str) -> File:
    """The file under this name.

    Args:
        named: The name as typed, a path below the folder.
        folder: The input's folder.
        path: The table's place in the data.

    Raises:
        Unreadable: It is outside the folder, missing, of another format, too large, or cannot be opened.
    """
    name = named.text.strip()
    target = _inside(named, name, folder, path)
    ending = target.suffix.lower()
    if ending not in FORMATS:
        kind = _OTHERS.get(ending) or (f"{ending} 文件" if ending else "没有扩展名的文件")
        raise Unreadable(codes.OTHER_FORMAT.at(named.span, path, file=name, kind=kind, stem=target.stem))
    return File(name, ending, _read(named, name, target, path), named.span, path)


def _inside(named: Scalar, name: str, folder: Path, path: str) -> Path:
    try:
        return find_beside(name, folder)
    except Outside:
        raise Unreadable(codes.OUTSIDE.at(named.span, path, file=name)) from None
    except Absent:
        hint = near_misses(name, folder, FORMATS)
        raise Unreadable(codes.NOT_FOUND.at(named.span, path, hint=hint, file=name)) from None


def _read(named: Scalar, name: str, target: Path, path: str) -> bytes:
    try:
        with target.open("rb") as stream:
            data = stream.read(MOST_BYTES + 1)
    except OSError as error:
        reason = "没有读取权限" if isinstance(error, PermissionError) else "系统无法读取"
        raise Unreadable(codes.CANNOT_OPEN.at(named.span, path, file=name, reason=reason)) from error
    if len(data) > MOST_BYTES:
        limit = f"{MOST_BYTES // 1_000_000} MB"
        raise Unreadable(codes.TOO_LARGE.at(named.span, path, file=name, what="文件", limit=limit))
    return data
