"""What an audit reads: tables and texts of filed files, texts copied between them, the reviewers' criteria."""

from __future__ import annotations

import re
from collections import Counter, abc, defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import FileProblem, Finding, Refused, Span, all_codes, suggestion, why_not
from generator.base.files import is_locked, read_regular
from generator.base.formats import RATE
from generator.provenance.finished import open_finished
from generator.submission.excel import merges_of, read_sheets
from generator.submission.grid import MOST_BYTES, MOST_CELLS, Cell, File, Grid, Unreadable
from generator.submission.sheet_tables import hidden_parts, report_looks
from generator.word.read.document import grid_of
from generator.word.read.lines import read_body, text_of_cell
from generator.workflows import codes
from generator.yamlfile.build import Mapping, Scalar, Sequence
from generator.yamlfile.source import read_yaml

WORD, SHEETS, FILINGS = (".docx",), (".xlsx", ".xls"), (".yaml", ".yml")
ENDINGS = (*WORD, *SHEETS, *FILINGS)
TEXT = "正文"
"""The sheet that the spans of a Word file's paragraphs name; those of its tables name 表 1, 表 2 …"""
OTHERS = {
    ".doc": "Word 97-2003 文档（.doc），另存为 .docx",
    ".wps": "WPS 文字（.wps），另存为 .docx",
    ".et": "WPS 表格（.et），另存为 .xlsx",
    ".pdf": "PDF，请向报送单位要 Word 或 Excel 原件",
    ".ofd": "OFD，请向报送单位要 Word 或 Excel 原件",
}


def filed(text: str, span: Span) -> Scalar:
    """A text as it was filed, with its place."""
    return Scalar(text, span, quoted=True)


def contents_of(file: Path, data: bytes, found: list[Finding]) -> Iterator[Grid | Scalar]:
    """The sheets of a workbook, or the paragraphs and tables of a Word file; adds what people do not see to ``found``.

    Raises:
        Refused: It cannot be read.
    """
    span = Span(str(file))
    if is_locked(data):
        raise Refused([codes.LOCKED.at(span)])
    if file.suffix.lower() in WORD:
        yield from _word(data, span, found)
        return
    book = File(str(file), file.suffix.lower(), data, span, "", MOST_CELLS)
    try:
        for grid in read_sheets(book, None, whole=True):
            yield grid
            # Hidden parts are read all the same.
            if not grid.shown and grid.lines:
                found.append(codes.HIDDEN_SHEET.at(grid.span, sheet=grid.span.sheet))
            columns = sorted({at for cells in grid.lines.values() for at in cells})
            found += hidden_parts(grid, grid.lines, columns, (min(grid.lines, default=1), 1))
            report_looks((cell for cells in grid.lines.values() for cell in cells.values()), grid.span, "", found)
    except Unreadable as unreadable:
        raise Refused([unreadable.finding]) from unreadable


def altered(file: Path, data: bytes) -> Iterator[Finding]:
    """A finding if a report of this program says or shows something else than when it was written."""
    finished = open_finished(data, str(file)) if file.suffix.lower() in WORD else None
    if finished is None or finished.stamp is None or finished.is_untouched:
        return
    # Office programs add parts of their own that nobody sees.
    odd = [one.text for one in finished.oddities if one.kind != "part"] if finished.has_its_text else ["文字改动过"]
    if odd:
        yield codes.ALTERED.at(Span(str(file)), input=finished.stamp.input_name, what=odd[0])


def _word(data: bytes, span: Span, found: list[Finding]) -> Iterator[Grid | Scalar]:
    (blocks, changes), tables = read_body(data, span), 0
    if changes:
        found.append(codes.REVISIONS.at(span, count=changes))
    for number, block in enumerate(blocks, 1):
        if isinstance(block, str):
            yield filed(block, Span(span.file, number, 1, 0, TEXT))
            continue
        tables += 1
        sheet = f"表 {tables}"
        lines: dict[int, dict[int, Cell]] = {}
        tall: list[tuple[int, int, int]] = []
        wide: dict[tuple[int, int], int] = {}
        for line, row in enumerate(grid_of(block), 1):
            for one in row:
                at = one.column + 1
                if text := text_of_cell(one.cell):
                    lines.setdefault(line, {})[at] = Cell(text, Span(span.file, line, at, 0, sheet))
                if one.down > 1:
                    tall.append((at, line, line + one.down - 1))
                if one.across > 1:
                    wide[line, at] = at + one.across - 1
        yield Grid(Span(span.file, length=0, sheet=sheet), lines, merges_of(tall), wide=wide)


def read_filed(file: Path) -> bytes:
    """The bytes of a filed file; raises ``Refused`` for a kind that cannot be read and for one that is too large."""
    span, ending = Span(str(file)), file.suffix.lower()
    if ending not in ENDINGS and not file.is_dir():
        raise Refused([codes.NOT_FILED.at(span, kind=OTHERS.get(ending, f"「{ending}」文件"))])
    try:
        data = read_regular(file)
    except OSError as error:
        raise FileProblem([codes.NOT_OPENED.at(span, why=why_not(error))]) from error
    if len(data) > MOST_BYTES:
        raise Refused([codes.NOT_FILED.at(span, kind=f"超过 {MOST_BYTES // 1_000_000} MB 的文件")])
    return data


def place_of(span: Span) -> str:
    """A place in people's words: 第 12 段, 表 2 第 3 行第 4 列, 目标!D14, 第 5 行."""
    is_word = Path(span.file).suffix.lower() in WORD
    if is_word and span.sheet == TEXT:
        return f"第 {span.line} 段"
    if is_word and span.sheet:
        return f"{span.sheet} 第 {span.line} 行第 {span.column} 列" if span.line else span.sheet
    whole = str(span).removeprefix(span.file)
    return whole.lstrip("!") if span.sheet else (f"第 {span.line} 行" if span.line else "")


_NOISE = re.compile(r"[\W_]|(?:19|20)\d\d(?=年)")
_LEAST_TEXT, _LEAST_SHARED, _SHARE = 30, 200, Fraction(1, 2)
"""Shorter paragraphs are headings and phrases of the form; less than this much is no copy."""


class Prose(Struct, frozen=True):
    """The long paragraphs of a file by their digests; ``whose`` is its kind, its subject, its year."""

    whose: tuple[str, str, str]
    texts: abc.Mapping[str, tuple[int, Span]]


def said_in(whose: tuple[str, str, str], texts: Iterable[tuple[str, Span]]) -> Prose:
    """The paragraphs of a file that are compared with those of others; punctuation and years are ignored."""
    found: dict[str, tuple[int, Span]] = {}
    for text, span in texts:
        plain = _NOISE.sub("", text)
        if len(plain) >= _LEAST_TEXT:
            found.setdefault(blake2b(plain.encode(), digest_size=12).hexdigest(), (len(plain), span))
    return Prose(whose, found)


def alike(files: abc.Sequence[Prose | None]) -> Iterator[tuple[int, Finding]]:
    """The number of each file that shares half of its text or more with another, and a finding at the first place.

    Files of one bureau and year are not compared, nor is a filing with a Word file, which may be its report.
    """
    holders: dict[str, list[int]] = defaultdict(list)
    for number, said in enumerate(files):
        for digest in said.texts if said is not None else ():
            holders[digest].append(number)
    for number, said in enumerate(files):
        if said is None:
            continue
        shared: Counter[int] = Counter()
        for digest, (length, _) in said.texts.items():
            others = ((at, one.whose) for at in holders[digest] if (one := files[at]) is not None)
            shared.update({at: length for at, whose in others if whose != said.whose and whose[0] == said.whose[0]})
        whole = sum(length for length, _ in said.texts.values())
        other, length = max(shared.items(), key=lambda one: (one[1], -one[0]), default=(number, 0))
        theirs = files[other]
        if theirs is None or length < _LEAST_SHARED or Fraction(length, whole) < _SHARE:
            continue
        both = [digest for digest in said.texts if digest in theirs.texts]
        here, there = said.texts[both[0]][1], theirs.texts[both[0]][1]
        words = {"count": str(len(both)), "share": RATE.print(Fraction(length, whole)), "other": there.file}
        yield number, codes.ALIKE.at(here, place=place_of(there), **words)


FOLDER = Path(__file__).with_name("标准")
DEFAULT = "十四条"
COLUMNS = ("编号", "类别", "标准", "依据", "扣分", "意见")
_DEDUCTION = re.compile(r"(\d+(?:\.\d+)?)[%％]?|")
_CODES = re.compile(r"JX\d{3}")


class Criterion(Struct, frozen=True):
    """One rule: its number, text, the codes of findings that it rests on, the share of the score that it takes off.

    ``share`` is None where a person decides; ``opinion`` is the sentence to send back.
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
    """The shipped criteria of that name, or those of a file.

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
    found = [] if rows else [codes.CRITERIA.at(Span(str(path)), what="没有一条标准。")]
    known, criteria = {code.number for code in all_codes()}, []
    for row, span in rows:
        share, grounds = _DEDUCTION.fullmatch(row["扣分"]), tuple(_CODES.findall(row["依据"]))
        off = Fraction(share[1]) / 100 if share is not None and share[1] else None
        wrong = [] if row["标准"] else ["这一条没有写「标准」。"]
        if share is None or (off is not None and off > 1):
            wrong.append(f"扣分写的是「{row['扣分']}」，应当是 0% 到 100%。")
        wrong += (f"依据里没有问题代码「{code}」。" for code in grounds if code not in known)
        found += (codes.CRITERIA.at(span, what=what) for what in wrong)
        criteria.append(Criterion(row["编号"], row["类别"], row["标准"], grounds, off, row["意见"]))
    if found:
        raise Refused(found)
    return Criteria(path.stem, tuple(criteria))


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
