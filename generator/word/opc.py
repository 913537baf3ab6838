"""Open Packaging: opens Word files (zips of parts and relationships) defensively and writes them deterministically.

Parts are found and added by text search: every report passes through here, and parsing trees would cost too much.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from itertools import chain
from pathlib import Path
from typing import Any, Final, NamedTuple

from generator.base.diagnostics import FileProblem, Refused, Span, why_not
from generator.base.files import OLE, is_locked, read_regular
from generator.word import codes

CONTENT_TYPES: Final = "[Content_Types].xml"
_MOST_ENTRIES: Final = 4_000
_MOST_BYTES: Final = 256 * 1024 * 1024
_MOST_RATIO: Final = 400
_SMALL: Final = 1024 * 1024
# A document type declaration in every encoding that XML allows (EBCDIC included).
_DECLARATIONS: Final = tuple(
    "<!DOCTYPE".encode(encoding) for encoding in ("ascii", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp037")
)
_XML: Final = (".xml", ".rels", ".vml")
# Signs of dialects of Open XML that Word writes only on request, or never.
_STRICT: Final = b"http://purl.oclc.org/ooxml/"
_WORD, _PREFIX = b"/wordprocessingml/2006/main", b"xmlns:w="
_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_DESCRIPTOR: Final = 24  # longest data descriptor after an entry
_UTF8: Final = 0x800
_VERSION: Final = 20
_FIRST_DAY: Final = 0x21  # 1980-01-01, the earliest a zip can say
# Deflate's fastest level: a third of the default's time on this markup, for a tenth more bytes.
_LEVEL: Final = 1
# A part of up to this many characters stays uncompressed in memory; a report of some hundred pages fits.
_MOST_HELD: Final = 1 << 21
BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, RuntimeError, EOFError, ValueError, LookupError, OSError,
)  # fmt: skip
"""What zipfile raises on packages that are damaged, encrypted (RuntimeError) or lack the entry (LookupError)."""
DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
RELATIONS: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_NO_RELATIONS: Final = f'{DECLARATION}<Relationships xmlns="{PACKAGE}"></Relationships>'
_OUTSIDE: Final = ' TargetMode="External"'
_RELATION: Final = r"<(?:\w+:)?Relationship\s([^>]*)>"
_ATTRIBUTE: Final = r"(\w+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
_REFUSED: Final = "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"


class Packed(NamedTuple):
    """A file's bytes in a zip: deflated (``method`` 8) or stored (0)."""

    raw: bytes
    size: int
    crc: int
    method: int


class Entry:
    """One file of a package; encodes, deflates and inflates lazily, and only once."""

    __slots__ = ("_content", "_packed", "name")

    def __init__(self, name: str, content: bytes | str | None, packed: Packed | None = None) -> None:
        self.name = name
        self._content = content
        self._packed = packed

    def data(self) -> bytes:
        """Its content."""
        if isinstance(self._content, str):
            self._content = self._content.encode()
        if self._content is not None:
            return self._content
        raw, size, _, method = self.packed()
        data = raw if method == zipfile.ZIP_STORED else zlib.decompress(raw, -15)
        if size <= _SMALL:
            self._content = data
        return data

    def text(self) -> str:
        """Its content, decoded as UTF-8; raises ``ValueError`` if it is not."""
        return self._content if isinstance(self._content, str) else self.data().decode("utf-8-sig")

    def packed(self) -> Packed:
        """Its bytes for a zip."""
        if self._packed is None:
            self._packed = _deflated((self.data(),))
        return self._packed


def too_large(entries: Mapping[str, Entry]) -> tuple[int, int] | None:
    """The number of files and their total size if they exceed what ``open_package`` accepts; None otherwise."""
    sizes = [entry.packed().size for entry in entries.values()]
    return (len(sizes), sum(sizes)) if len(sizes) > _MOST_ENTRIES or sum(sizes) > _MOST_BYTES else None


def pack_stream(name: str, chunks: Iterator[str], check: Callable[[int], None]) -> Entry:
    """An entry of streamed text; a long one is deflated as it comes, so that it is never in memory as a whole.

    ``check`` is called with the number of characters so far at each chunk, and may raise to stop.
    """

    def checked() -> Iterator[str]:
        size = 0
        for chunk in chunks:
            size += len(chunk)
            check(size)
            yield chunk

    pieces: list[str] = []
    coming = checked()
    for chunk in coming:
        pieces.append(chunk)
        if sum(map(len, pieces)) > _MOST_HELD:
            return Entry(name, None, _deflated(map(str.encode, chain(pieces, coming))))
    return Entry(name, "".join(pieces))


def _deflated(pieces: Iterable[bytes]) -> Packed:
    deflate = zlib.compressobj(_LEVEL, zlib.DEFLATED, -15)
    raw: list[bytes] = []
    size = crc = 0
    for data in pieces:
        size += len(data)
        crc = zlib.crc32(data, crc)
        raw.append(deflate.compress(data))
    raw.append(deflate.flush())
    return Packed(b"".join(raw), size, crc, zipfile.ZIP_DEFLATED)


def read_file(path: Path) -> bytes:
    """The bytes of a Word file.

    Raises:
        FileProblem: It cannot be read.
    """
    try:
        return read_regular(path)
    except OSError as error:
        raise FileProblem([codes.UNREADABLE.at(Span(str(path)), why=why_not(error))]) from error


def open_package(data: bytes, span: Span) -> dict[str, Entry]:
    """The entries of a Word file by name, still deflated.

    Raises:
        Refused: It is no zip, or one that no Word program writes: too many entries, too large, bad names, DTDs.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            what = _unsafe(infos)
            if what:
                raise Refused([codes.UNSAFE.at(span, what=what, mend="请换用由 Word 保存的文件。")])
            if all(info.filename != CONTENT_TYPES for info in infos):
                raise Refused([codes.NOT_WORD.at(span, why=f"缺少 {CONTENT_TYPES}")])
            return {info.filename: _entry(archive, info, data, span) for info in infos}
    except BROKEN as error:
        if is_locked(data):
            why = "它加了打开密码，去掉密码才能读"
        else:
            why = "它是旧的格式（.doc）" if data.startswith(OLE) else "压缩包损坏，或根本不是压缩包"
        raise Refused([codes.NOT_WORD.at(span, why=why)]) from error


def _unsafe(infos: list[zipfile.ZipInfo]) -> str:
    total = sum(info.file_size for info in infos)
    packed = max(1, sum(info.compress_size for info in infos))
    if len(infos) > _MOST_ENTRIES:
        return f"压缩包里有 {len(infos)} 个文件，超过 {_MOST_ENTRIES} 个"
    if total > _MOST_BYTES:
        return f"解开后有 {total // _SMALL} MB，超过 {_MOST_BYTES // _SMALL} MB"
    if total > _SMALL and total / packed > _MOST_RATIO:
        return f"压缩比超过 {_MOST_RATIO} 倍，像是压缩炸弹"
    seen: set[str] = set()
    for name in (info.filename for info in infos):
        bad = name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/") or "\0" in name
        if bad or name.lower() in seen:
            return f"压缩包里的文件名「{name}」{'不合规矩' if bad else '重复'}"
        seen.add(name.lower())
    return ""


def _entry(archive: zipfile.ZipFile, info: zipfile.ZipInfo, data: bytes, span: Span) -> Entry:
    """One entry; reads it whole, which verifies its size and checksum."""
    if info.flag_bits & 1:
        raise Refused([codes.NOT_WORD.at(span, why="文件有密码保护")])
    content = archive.read(info)
    if len(content) != info.file_size:
        raise ValueError(info.filename)
    is_xml = info.filename.lower().endswith(_XML)
    # Also in parts that are carried along unread: whoever opens the report reads them.
    if is_xml and any(declaration in content for declaration in _DECLARATIONS):
        what = f"部件 {info.filename} 里有文档类型声明（DTD）"
        raise Refused([codes.UNSAFE.at(span, what=what, mend="请换用由 Word 保存的文件。")])
    if is_xml and (_STRICT in content or (_WORD in content and _PREFIX not in content)):
        from generator.word.xml import normalize_dialect  # noqa: PLC0415 - lxml; Word itself writes no other dialects

        return Entry(info.filename, normalize_dialect(content))
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return Entry(info.filename, content)
    # zipfile accepts a stream that is cut off after its content; other programs do not.
    entry = _raw_entry(info, data)
    if entry.data() != content:
        raise ValueError(info.filename)
    return entry


def is_bare(data: bytes) -> bool:
    """Whether a zip holds its parts and nothing before, between or behind them."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
            size, start = struct.unpack_from("<2I", data, len(data) - _END.size + 12)
            at = 0
            for info in infos:
                if not at <= info.header_offset <= at + _DESCRIPTOR:
                    return False
                at = _content_start(info, data) + info.compress_size
            return data[:4] == b"PK\3\4" and at <= start <= at + _DESCRIPTOR and start + size + _END.size == len(data)
    except BROKEN:
        return False


def own_package(data: bytes) -> dict[str, Entry]:
    """The entries of a package that this program just made, without checks and without inflating."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {info.filename: _raw_entry(info, data) for info in archive.infolist()}


def _raw_entry(info: zipfile.ZipInfo, data: bytes) -> Entry:
    start = _content_start(info, data)
    raw = data[start : start + info.compress_size]
    return Entry(info.filename, None, Packed(raw, info.file_size, info.CRC, info.compress_type))


def _content_start(info: zipfile.ZipInfo, data: bytes) -> int:
    name_length, extra_length = struct.unpack_from("<2H", data, info.header_offset + 26)
    return int(info.header_offset + _LOCAL.size + name_length + extra_length)


def write_package(entries: Mapping[str, Entry] | Iterable[Entry]) -> bytes:
    """A zip of the entries: content types first, then sorted by name, with fixed dates."""
    listed = entries.values() if hasattr(entries, "values") else entries
    ordered = sorted(listed, key=lambda entry: (entry.name != CONTENT_TYPES, entry.name))
    body: list[bytes] = []
    directory: list[bytes] = []
    offset = 0
    for entry in ordered:
        name = entry.name.encode()
        raw, size, crc, method = entry.packed()
        common = (_VERSION, _UTF8, method, 0, _FIRST_DAY, crc, len(raw), size, len(name), 0)
        body += (_LOCAL.pack(b"PK\3\4", *common), name, raw)
        directory += (_CENTRAL.pack(b"PK\1\2", _VERSION, *common, 0, 0, 0, 0, offset), name)
        offset += _LOCAL.size + len(name) + len(raw)
    listing = b"".join(directory)
    end = _END.pack(b"PK\5\6", 0, 0, len(ordered), len(ordered), len(listing), offset, 0)
    return b"".join((*body, listing, end))


def escaped(text: str) -> str:
    """Escapes a text for XML elements and attributes; characters that XML cannot hold become �."""
    text = re.sub(_REFUSED, "\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def unescaped(text: str) -> str:
    """Replaces entities in a text from XML."""
    if "&" not in text:
        return text
    from html import unescape  # noqa: PLC0415 - few texts need it

    return unescape(text)


def relations_of(part: str) -> str:
    """The name of a part's ``.rels`` file; that of the package for ``""``."""
    folder, _, file = part.rpartition("/")
    return f"{folder}/_rels/{file}.rels".lstrip("/")


def relations_in(entries: Mapping[str, Entry], part: str) -> Iterator[dict[str, str]]:
    """The attributes of each relationship of a part."""
    name = relations_of(part)
    for relation in re.findall(_RELATION, entries[name].text()) if name in entries else ():
        yield {key: double or single for key, double, single in re.findall(_ATTRIBUTE, relation)}


def target_of(part: str, relation: Any) -> str:
    """The name of the part that a relationship of this part, by its attributes, leads to."""
    target = posixpath.join("/", part.rpartition("/")[0], str(relation.get("Target", "")))
    return posixpath.normpath(target).lstrip("/")


def targets(entries: Mapping[str, Entry], part: str, kind: str) -> list[str]:
    """The existing parts that the relationships of that kind lead to."""
    wanted = (one for one in relations_in(entries, part) if one.get("Type", "").endswith(kind))
    return [name for name in (target_of(part, one) for one in wanted) if name in entries]


def main_part(entries: Mapping[str, Entry]) -> str:
    """The name of the part with the text, or with the workbook.

    Raises:
        ValueError: There is none.
    """
    found = targets(entries, "", "/officeDocument")
    if not found:
        raise ValueError("没有正文部件")
    return found[0]


def add_part(  # noqa: PLR0913, PLR0917 - what a part needs
    entries: dict[str, Entry], name: str, text: str, kind: str, holder: str, relation: str, key: str
) -> None:
    """Adds or replaces an XML part, with its content type and the relationship that leads to it.

    ``kind`` is ``""`` for the default content type of .xml; ``holder``, whose relationship it is, ``""`` for the
    package.
    """
    entries[name] = Entry(name, text)
    if kind:
        add_types(entries, {name: kind})
    if name not in targets(entries, holder, relation):
        add_relations(entries, holder, [(key, relation, f"/{name}")])


def add_relations(entries: dict[str, Entry], holder: str, relations: Iterable[tuple[str, str, str]]) -> None:
    """Adds relationships (id, type, target) to a part; a target without a leading slash is external."""
    file = relations_of(holder)
    text = entries[file].text() if file in entries else _NO_RELATIONS
    made = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{escaped(target)}"{"" if target[:1] == "/" else _OUTSIDE}/>'
        for key, kind, target in relations
    )
    entries[file] = Entry(file, appended(text, made, as_root=True))


def add_types(entries: dict[str, Entry], kinds: Mapping[str, str]) -> None:
    """Declares the content types of parts that have none yet."""
    types = entries[CONTENT_TYPES].text()
    made = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>'
        for name, kind in kinds.items()
        if f'PartName="/{name}"' not in types
    )
    entries[CONTENT_TYPES] = Entry(CONTENT_TYPES, appended(types, made, as_root=True))


def appended(text: str, added: str, *, as_root: bool = False) -> str:
    """XML with elements added at the end of its root, if asked with the prefix of the root.

    Raises:
        ValueError: It has no root.
    """
    opened = re.sub(r"<([\w:]+)\b([^<>]*)/>\s*$", r"<\1\2></\1>", text)
    end = opened.rindex("</")
    prefix, sign, _ = opened[end + 2 :].partition(":")
    added = added.replace("<", f"<{prefix}:") if as_root and sign else added
    return opened[:end] + added + opened[end:]


CUSTOM_PROPERTIES: Final = "docProps/custom.xml"
_KIND: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_SPACE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
# The identity of all user-defined properties, and their first number.
_IDENTITY: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST: Final = 2
# Compiled when first used: few layouts have properties.
_PROPERTY: Final = r"(?s)<(?:\w+:)?property\b([^>]*)>(.*?)</(?:\w+:)?property\s*>"
_NAME: Final = r"\bname\s*=\s*(?:\"([^\"]*)\"|'([^']*)')"
_VALUE: Final = r"<((?:\w+:)?\w+)\b[^>]*>([^<]*)</\1\s*>"
_PID: Final = r"\bpid\s*=\s*[\"']\d+[\"']"
_SPACES: Final = r"\bxmlns:\w+\s*=\s*(?:\"[^\"]*\"|'[^']*')"
_CORE: Final = "/metadata/core-properties"
_KIND_CORE: Final = "application/vnd.openxmlformats-package.core-properties+xml"
_RELATION_CORE: Final = f"{PACKAGE}{_CORE}"
_NO_PROPERTIES: Final = (
    f'<cp:coreProperties xmlns:cp="{_RELATION_CORE.replace("relationships/", "")}"></cp:coreProperties>'
)
_DC: Final = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
_DCTERMS: Final = 'xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
_EXTENDED: Final = "/extended-properties"
_OF_PEOPLE: Final = (
    r"(?s)<((?:\w+:)?(?:creator|lastModifiedBy|created|modified|lastPrinted|revision"
    r"|Company|Manager|Template|HyperlinkBase|TotalTime|Application|AppVersion))\b[^>]*?(?:/>|>.*?</\1\s*>)"
)


def read_properties(entries: Mapping[str, Entry]) -> dict[str, str]:
    """The custom properties that are text, by name.

    Raises:
        ValueError: The part is not text.
    """
    return {name: value for name, value, _ in _properties(entries) if value is not None}


def write_properties(entries: dict[str, Entry], properties: Mapping[str, str], prefix: str) -> None:
    """Sets custom properties; the layout's own stay behind them, except those with this prefix.

    Raises:
        ValueError: The package's own parts are not as they should be.
    """
    kept = [xml for name, _, xml in _properties(entries) if name not in properties and not name.startswith(prefix)]
    numbered = [
        f'<property fmtid="{_IDENTITY}" pid="{number}" name="{escaped(name)}">'
        f"<vt:lpwstr>{escaped(value)}</vt:lpwstr></property>"
        for number, (name, value) in enumerate(properties.items(), _FIRST)
    ]
    free = _FIRST + len(numbered)
    numbered += [re.sub(_PID, f'pid="{number}"', xml, count=1) for number, xml in enumerate(kept, free)]
    place = next(iter(targets(entries, "", "/custom-properties")), CUSTOM_PROPERTIES)
    # Other programs may use other prefixes.
    declared = dict.fromkeys(re.findall(_SPACES, entries[place].text())) if kept else {}
    others = "".join(f" {declaration}" for declaration in declared if "xmlns:vt=" not in declaration)
    spaces = f'xmlns="{_SPACE}" xmlns:vt="{_VALUES}"{others}'
    text = f"{DECLARATION}<Properties {spaces}>{''.join(numbered)}</Properties>"
    add_part(entries, place, text, _KIND, "", f"{RELATIONS}/custom-properties", "rIdProvenance")


def state_people(entries: dict[str, Entry], author: str, date: str) -> None:
    """Replaces the layout's authors, dates and programs in the core properties by the report's author and date.

    The title, the subject and the like stay. A blank author or date is left out; a date is ``2022-05-20``.

    Raises:
        ValueError: The parts are not text.
    """
    for kind in (_CORE, _EXTENDED):
        for name in targets(entries, "", kind):
            text = entries[name].text()
            cleared = re.sub(_OF_PEOPLE, "", text)
            if cleared != text:
                entries[name] = Entry(name, cleared)
    stated = f"<dc:creator {_DC}>{escaped(author)}</dc:creator>" if author else ""
    for tag in ("created", "modified") if date else ():
        stated += f'<dcterms:{tag} {_DCTERMS} xsi:type="dcterms:W3CDTF">{date}T00:00:00Z</dcterms:{tag}>'
    if stated:
        place = next(iter(targets(entries, "", _CORE)), "docProps/core.xml")
        core = entries[place].text() if place in entries else f"{DECLARATION}{_NO_PROPERTIES}"
        add_part(entries, place, appended(core, stated), _KIND_CORE, "", _RELATION_CORE, "rIdCore")


def _properties(entries: Mapping[str, Entry]) -> Iterator[tuple[str, str | None, str]]:
    """Each property's name, text (if it is text) and markup."""
    for place in targets(entries, "", "/custom-properties"):
        for match in re.finditer(_PROPERTY, entries[place].text()):
            name = re.search(_NAME, match[1])
            value = re.search(_VALUE, match[2])
            if name is not None:
                yield unescaped(name[1] or name[2]), None if value is None else unescaped(value[2]), match[0]
