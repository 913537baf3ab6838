"""The origin of a report: a stamp in its custom properties, and a record in a custom XML part.

The stamp names input, template, layout and program with their digests. The record, too long for properties, holds a
check sum of each line, which finds later edits without the input, and the attached files. Office programs keep both.
"""

from __future__ import annotations

import json
import re
import struct
import zlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from generator.base import __version__
from generator.base.diagnostics import shown
from generator.submission.filing import digest_of_facts
from generator.template.files import CHECKS, FIELDS, INDICATORS, MANIFEST
from generator.word import opc
from generator.word.read.document import read_texts

if TYPE_CHECKING:
    from generator.submission.model import Submission


_SPACE: Final = "urn:jixiao:provenance"
_DATASTORE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_IDENTITY: Final = "{6A697869-616F-4A58-9C5E-7D2F10A3B803}"
_KIND: Final = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"
_LINES: Final = r"<(?:\w+:)?lines\b[^>]*>([^<]*)<"
_SOURCE: Final = r'<(?:\w+:)?source\s+name="([^"]*)"\s+digest="((?:facts:)?[0-9a-f]{64})"'


class Record(NamedTuple):
    """The check sums of a report's lines, and the tables, attachments and evidence of its input with their SHA-256."""

    sums: tuple[int, ...]
    sources: tuple[tuple[str, str], ...]


def check_sum(text: str) -> int:
    """A line's CRC-32: tells lines apart, but can be forged."""
    return zlib.crc32(text.encode("utf-8", "surrogatepass"))


def write_record(entries: dict[str, opc.Entry], texts: Iterable[str], sources: Iterable[tuple[str, str]]) -> None:
    """Add the record to a package, or replace an older one; ``texts`` are the report's lines, none for a workbook."""
    sums = [check_sum(text) for text in texts]
    packed = b64encode(struct.pack(f">{len(sums)}I", *sums)).decode()
    listed = "".join(f'<source name="{opc.escaped(name)}" digest="{digest}"/>' for name, digest in sources)
    text = f'{opc.DECLARATION}<provenance xmlns="{_SPACE}"><lines>{packed}</lines>{listed}</provenance>'
    there = _place(entries)
    if there:
        entries[there] = opc.Entry(there, text)
        return
    number = next(number for number in count(1) if f"customXml/item{number}.xml" not in entries)
    item, properties = f"customXml/item{number}.xml", f"customXml/itemProps{number}.xml"
    main, key = opc.main_part(entries), f"rIdProvenance{number}"
    opc.add_part(entries, item, text, "", main, f"{opc.RELATIONS}/customXml", key)
    described = (
        f'{opc.DECLARATION}<ds:datastoreItem xmlns:ds="{_DATASTORE}" ds:itemID="{_IDENTITY}">'
        f'<ds:schemaRefs><ds:schemaRef ds:uri="{_SPACE}"/></ds:schemaRefs></ds:datastoreItem>'
    )
    opc.add_part(entries, properties, described, _KIND, item, f"{opc.RELATIONS}/customXmlProps", "rId1")


def read_record(entries: Mapping[str, opc.Entry]) -> Record | None:
    """The record in a package; None if it is missing or damaged."""
    place = _place(entries)
    if not place:
        return None
    try:
        text = entries[place].text()
        lines = re.search(_LINES, text)
        packed = b64decode("".join(lines[1].split()), validate=True) if lines is not None else b""
        sums = struct.unpack(f">{len(packed) // 4}I", packed)
    except (ValueError, struct.error):
        return None
    return Record(sums, tuple((opc.unescaped(name), digest) for name, digest in re.findall(_SOURCE, text)))


def _place(entries: Mapping[str, opc.Entry]) -> str:
    """The name of the record's part, which office programs rename; blank if there is none."""
    space = _SPACE.encode()
    for name in sorted(entries):
        if name.startswith("customXml/") and name.endswith(".xml"):
            data = entries[name].data()
            if space in data and b"datastoreItem" not in data:
                return name
    return ""


FINAL: Final = "正式"
DRAFT: Final = "草稿"
REDLINE: Final = "修订稿"
VOLUME: Final = "汇编"
PREFIX: Final = "绩效."
_NAMES: Final = {
    "input_name": "填报文件",
    "input_digest": "填报摘要",
    "sources_digest": "附件摘要",
    "template": "模板",
    "template_version": "模板版本",
    "layout": "版式",
    "template_digest": "模板摘要",
    "program": "程序版本",
    "state": "状态",
    "report": "报告",
    "output": "输出",
    "author": "作者",
    "date": "日期",
}
_CACHED: Final = 64
_LISTED: Final = "、"
ENDINGS: Final = (".yaml", ".yml", ".xlsx", ".xlsm")
"""Endings of filings' files; stamps leave them out."""


def filing_name(file: str) -> str:
    """The name of a filing, without the ending that files and stamps of 0.1.0 have."""
    stem, dot, ending = file.rpartition(".")
    return stem if stem and f"{dot}{ending}".lower() in ENDINGS else file


class Stamp(NamedTuple):
    """The origin of a report; nothing about the machine, its user or the time.

    Attributes:
        input_name: The input's file name without folder and, since 0.2.0, without ending.
        input_digest: SHA-256 of its facts, behind ``facts:``; in 0.1.0 and in audits, of its bytes.
        sources_digest: SHA-256 over names and contents of the tables, attachments and evidence that it names.
        layout: The layout's path below the template's folder.
        template_digest: SHA-256 over the template's files.
        state: ``正式``, ``草稿``, ``修订稿`` or ``汇编``. A volume (汇编) names no input, lists all templates
            (``templates_of`` splits them), and its digests are over those of the reports.
        report: The report's name, which has department and year; those of all reports in a volume; blank in files
            that are not reports.
        output: The document's name, and its row, if the filing makes several documents; else blank.
        author: Who states it; like the date (``2022-05-20``), also written into the general properties.
    """

    input_name: str
    input_digest: str
    sources_digest: str
    template: str
    template_version: str
    layout: str
    template_digest: str
    program: str
    state: str = FINAL
    report: str = ""

    output: str = ""
    author: str = ""
    date: str = ""

    def is_of_another_filing(self, other: Stamp) -> bool:
        """Whether it is of another filing, or a volume with no report in common; False if a stamp names no report."""
        if not (self.report and other.report):
            return False
        if self.state == other.state == VOLUME:
            return set(self.report.split(_LISTED)).isdisjoint(other.report.split(_LISTED))
        names = filing_name(self.input_name), filing_name(other.input_name)
        return names[0] != names[1] or self.report != other.report

    def is_of(self, submission: Submission) -> bool:
        """Whether it was made of this filing in its present state."""
        return self.input_digest in (submission.digest, _digest_of(submission))

    @property
    def whose(self) -> str:
        """What it was made of, in the words of messages."""
        if self.state == VOLUME:
            first, *others = self.report.split(_LISTED)
            return f"别的报告的汇编（{first}{'等' if others else ''}）"
        return f"由另一份填报「{self.input_name}」生成的（{self.report}）"

    def properties(self) -> dict[str, str]:
        """The stamp as custom properties of an Office file; empty fields are left out."""
        values = {name: getattr(self, key) for key, name in _NAMES.items()}
        return {PREFIX + name: value for name, value in values.items() if value}

    @classmethod
    def read(cls, properties: Mapping[str, str]) -> Stamp | None:
        """The stamp in a file's custom properties; None if they have no input digest."""
        if f"{PREFIX}填报摘要" not in properties:
            return None
        return cls(**{key: properties.get(PREFIX + name, "") for key, name in _NAMES.items()})


def _digest_of(submission: Submission) -> str:
    return digest_of_facts(submission.tree, submission.template) if submission.tree is not None else ""


def stamp_of(
    submission: Submission, state: str = FINAL, report: str = "", layout: Path | None = None, output: str = ""
) -> Stamp:
    """The stamp of a report of this name, made of this submission with this layout (None: the template's only one).

    Raises ``OSError`` if a file of the template is gone since it was loaded.
    """
    form = submission.template
    layout_name = (layout or form.layout).relative_to(form.folder).as_posix()
    return Stamp(
        input_name=shown(filing_name(Path(submission.file).name)),
        input_digest=_digest_of(submission),
        sources_digest=digest_of_sources(submission.sources),
        template=form.id,
        template_version=form.version,
        layout=layout_name,
        template_digest=digest_of_template(form.folder, layout_name),
        program=__version__,
        state=state,
        report=report,
        output=output,
        author=_stated(submission, "作者"),
        date=_stated(submission, "日期"),
    )


def _stated(submission: Submission, key: str) -> str:
    """A document property that the filing states; blank if the template names no field for it."""
    name, _ = submission.template.properties.get(key, ("", None))
    fact = submission.fact(name)
    if fact is None or fact.value is None:
        return ""
    return fact.value.isoformat() if isinstance(fact.value, date) else fact.text


# Right after the declaration of the encoding, where a meta element for the generator belongs.
_PAGE_PLACE: Final = '<meta charset="utf-8">\n'
_PAGE_STAMP: Final = re.compile(rb'<meta name="generator" content="jixiao ([0-9a-f]{64}) ([A-Za-z0-9+/=]+)">\n')


def stamped_page(html: str, stamp: Stamp) -> bytes:
    """The page with its stamp and a digest of its content."""
    said = b64encode(json.dumps(stamp.properties(), ensure_ascii=False).encode("utf-8", "surrogatepass"))
    page = html.encode("utf-8", "replace")
    digest = sha256(said + b"\n" + page).hexdigest()
    line = f'<meta name="generator" content="jixiao {digest} {said.decode()}">\n'.encode()
    return page.replace(_PAGE_PLACE.encode(), _PAGE_PLACE.encode() + line, 1)


def read_page(data: bytes) -> tuple[Stamp, bool] | None:
    """The stamp of a page, and whether the page is unchanged; None if this program did not write it."""
    line = _PAGE_STAMP.search(data)
    if line is None:
        return None
    try:
        stamp = Stamp.read(json.loads(b64decode(line[2], validate=True)))
    except (ValueError, TypeError):
        return None
    page = data[: line.start()] + data[line.end() :]
    digest = sha256(line[2] + b"\n" + page).hexdigest().encode()
    return (stamp, digest == line[1]) if stamp is not None else None


def stamp_of_volume(stamps: Sequence[Stamp]) -> Stamp:
    """The stamp of a volume made of reports with these stamps, in this order."""
    templates = sorted({(one.template, one.template_version, one.layout, one.template_digest) for one in stamps})
    names, versions, layouts, digests = zip(*templates, strict=True)
    parts = "\n".join(f"{one.input_digest} {one.sources_digest}" for one in stamps)
    return Stamp(
        input_name="",
        input_digest=sha256(parts.encode()).hexdigest(),
        sources_digest="",
        template=_LISTED.join(names),
        template_version=_LISTED.join(versions),
        layout=_LISTED.join(layouts),
        template_digest=_LISTED.join(digests),
        program=__version__,
        state=VOLUME,
        report=_LISTED.join(dict.fromkeys(one.report.replace(_LISTED, "") for one in stamps if one.report)),
    )


def templates_of(stamp: Stamp) -> list[Stamp]:
    """The stamp once for each of its templates: one for a report, one or more for a volume."""
    lists = (stamp.template, stamp.layout, stamp.template_digest)
    split = zip(*(text.split(_LISTED) for text in lists), strict=False)
    return [stamp._replace(template=name, layout=layout, template_digest=digest) for name, layout, digest in split]


def digest_of_sources(sources: Iterable[tuple[str, str]]) -> str:
    """One digest over names and SHA-256 digests of files; blank if there are none."""
    lines = sorted(f"{digest} {name}\n" for name, digest in sources)
    return sha256("".join(lines).encode()).hexdigest() if lines else ""


def digest_of_template(folder: Path, layout: str) -> str:
    """One digest over a template's fields, indicators, checks and layout, not its tests; ``OSError`` if one is gone."""
    there = [name for name in (MANIFEST, FIELDS, INDICATORS, CHECKS, layout) if (folder / name).is_file()]
    stats = [(folder / name).stat() for name in there]
    return _digest(folder, tuple(there), tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats))


@lru_cache(maxsize=_CACHED)
def _digest(folder: Path, names: tuple[str, ...], _stats: tuple[tuple[int, int, int], ...]) -> str:
    return digest_of_sources((name, sha256((folder / name).read_bytes()).hexdigest()) for name in names)


TEXT_DIGEST: Final = f"{PREFIX}正文摘要"
FILE_DIGEST: Final = f"{PREFIX}文件摘要"
_IS_WORD: Final = "wordprocessingml.document.main+xml"
# Parts that office programs add without changing the others.
_BESIDE: Final = frozenset({opc.CONTENT_TYPES, "_rels/.rels", opc.CUSTOM_PROPERTIES, "docProps/app.xml"})
_THUMBNAIL: Final = "docProps/thumbnail."


def stamped(data: bytes, stamp: Stamp, sources: Iterable[tuple[str, str]] = ()) -> bytes:
    """A Word file or workbook that this program just made, with its stamp; ``sources`` go into its record."""
    return stamped_parts(opc.own_package(data), stamp, sources)


def stamped_parts(entries: dict[str, opc.Entry], stamp: Stamp, sources: Iterable[tuple[str, str]] = ()) -> bytes:
    """``stamped`` for a package in memory, whose parts it changes."""
    opc.state_people(entries, stamp.author, stamp.date)
    properties = stamp.properties()
    texts: Sequence[str] = ()
    if is_word(entries):
        texts = read_texts(entries)
        properties[TEXT_DIGEST] = digest_of_texts(texts, stamp.state)
    write_record(entries, texts, sources)
    properties[FILE_DIGEST] = digest_of_parts(entries, properties)
    opc.write_properties(entries, properties, PREFIX)
    return opc.write_package(entries)


def is_word(entries: Mapping[str, opc.Entry]) -> bool:
    """Whether a package is a Word file."""
    return _IS_WORD in entries[opc.CONTENT_TYPES].text()


def digest_of_texts(texts: Iterable[str], state: str = FINAL) -> str:
    """SHA-256 over a report's lines and state, so that changing a draft's properties does not make it final."""
    lines = texts if state == FINAL else (state, *texts)
    return sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()


def digest_of_parts(entries: Mapping[str, opc.Entry], properties: Mapping[str, str]) -> str:
    """SHA-256 over the own properties (not in 0.1.0), and all parts but those that office programs add."""
    own = {name: text for name, text in properties.items() if name.startswith(PREFIX) and name != FILE_DIGEST}
    is_old = own.get(f"{PREFIX}程序版本") == "0.1.0"
    said = "".join(f"{name}\0{opc.unescaped(opc.escaped(own[name]))}\0" for name in sorted(own))
    whole = sha256(said.encode() if not is_old else b"")
    for name in sorted(entries):
        if name not in _BESIDE and not name.startswith(_THUMBNAIL):
            data = entries[name].data()
            whole.update(f"{name}\0{len(data)}\0".encode())
            whole.update(data)
    return whole.hexdigest()
