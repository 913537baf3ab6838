"""The reviewers' criteria: which finding takes how much off an indicator; read from YAML or from a sheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import Refused, Span, all_codes, suggestion
from generator.submission.excel import read_sheets
from generator.submission.grid import File, Unreadable
from generator.workflows.audit import codes
from generator.workflows.audit.files import SHEETS, read_filed
from generator.yamlfile.build import Mapping, Scalar, Sequence
from generator.yamlfile.source import read_yaml

FOLDER = Path(__file__).with_name("标准")
DEFAULT = "十四条"
COLUMNS = ("编号", "类别", "标准", "依据", "扣分", "意见")
_SHARE = re.compile(r"(\d+(?:\.\d+)?)[%％]?|")
_CODES = re.compile(r"JX\d{3}")


class Criterion(Struct, frozen=True):
    """One rule: its number, what it says, the codes of findings that it rests on, the share that it takes off.

    ``share`` is None where nothing is taken off by itself; ``opinion`` is the sentence to send back.
    """

    number: str
    group: str
    text: str
    codes: tuple[str, ...]
    share: Fraction | None
    opinion: str


class Criteria(Struct, frozen=True):
    """A set of criteria."""

    name: str
    items: tuple[Criterion, ...]

    def of(self, code: str) -> Iterator[Criterion]:
        """The criteria that rest on a code."""
        return (one for one in self.items if code in one.codes)


def read_criteria(named: str = DEFAULT) -> Criteria:
    """The criteria of that name that ship with the program, or those of a file.

    Raises:
        Refused: There are none, or the file is not written as criteria are; all faults are in it.
    """
    path = FOLDER / f"{named}.yaml"
    if not path.is_file():
        path = Path(named)
        if not path.is_file():
            names = sorted(file.stem for file in FOLDER.glob("*.yaml"))
            raise Refused([codes.NO_CRITERIA.at(Span(named), hint=suggestion(named, names), name=named)])
    rows = list(_of_sheet(path) if path.suffix.lower() in SHEETS else _of_yaml(path))
    found = [codes.CRITERIA.at(span, what=what) for row, span in rows for what in _faults(row)]
    if not rows:
        found.append(codes.CRITERIA.at(Span(str(path)), what="没有一条标准。"))
    if found:
        raise Refused(found)
    return Criteria(path.stem, tuple(_criterion(row) for row, _ in rows))


def _faults(row: dict[str, str]) -> Iterator[str]:
    known = {code.number for code in all_codes()}
    share = _SHARE.fullmatch(row["扣分"])
    if not row["标准"]:
        yield "这一条没有写「标准」。"
    if share is None or Fraction(share[1] or 0) > 100:
        yield f"扣分写的是「{row['扣分']}」，应当是 0% 到 100%。"
    for code in _CODES.findall(row["依据"]):
        if code not in known:
            yield f"依据里没有问题代码「{code}」。"


def _criterion(row: dict[str, str]) -> Criterion:
    share = _SHARE.fullmatch(row["扣分"])
    off = Fraction(share[1]) / 100 if share is not None and share[1] else None
    return Criterion(row["编号"], row["类别"], row["标准"], tuple(_CODES.findall(row["依据"])), off, row["意见"])


def _of_yaml(path: Path) -> Iterator[tuple[dict[str, str], Span]]:
    source = read_yaml(path)
    if source.findings or source.root is None:
        raise Refused(source.findings)
    listed = source.root.get("标准")
    for item in listed.items if isinstance(listed, Sequence) else ():
        if isinstance(item, Mapping):
            yield {key: _text(item.get(key)) for key in COLUMNS}, item.span


def _text(node: object) -> str:
    if isinstance(node, Sequence):
        return "、".join(_text(item) for item in node.items)
    return "" if not isinstance(node, Scalar) or node.is_blank else node.text.strip()


def _of_sheet(path: Path) -> Iterator[tuple[dict[str, str], Span]]:
    file = File(str(path), path.suffix.lower(), read_filed(path), Span(str(path)), "")
    try:
        grid = read_sheets(file, None)[0]
    except Unreadable as unreadable:
        raise Refused([unreadable.finding]) from unreadable
    lines = iter(grid.lines.items())
    head: dict[int, str] = {}
    for _, cells in lines:
        head = {at: cell.text.strip() for at, cell in cells.items() if cell.text.strip() in COLUMNS}
        if "标准" in head.values():
            break
    for line, cells in lines:
        row = {name: cells[at].text.strip() if at in cells else "" for at, name in head.items()}
        yield dict.fromkeys(COLUMNS, "") | row, grid.place(line, 1)
