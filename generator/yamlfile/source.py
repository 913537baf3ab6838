"""Read a YAML file, or its bytes, into a located tree with all problems found."""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from generator.base.diagnostics import MOST_FOUND, FileProblem, Finding, Span, in_order, nearest, why_not
from generator.base.files import read_regular
from generator.yamlfile import codes
from generator.yamlfile.build import Built, Mapping, Scalar, Sequence, build
from generator.yamlfile.recover import Mended, mend, repair
from generator.yamlfile.text import (
    MOST_BYTES,
    MOST_LINES,
    MOST_REPORTED,
    Page,
    decode,
    forbidden_characters,
    without_forbidden,
)

# How far a tab may have been meant to indent; the first width that makes the file readable is taken.
_TAB_WIDTHS = (2, 4, 8, 6, 10, 12)
_MOST_NAMES = 2_000
_MOST_REPAIRS, _LONG = 40, 5_000
_INDENTATION_TROUBLES = frozenset({codes.BAD_LEVEL.number, codes.COLON_IN_VALUE.number, codes.INDENTATION.number})
_ADVICE = {
    errno.ENOENT: "请检查文件名和所在文件夹；文件名里有空格时，请用引号括起来。",
    errno.EISDIR: "请给出文件夹里的某个 .yaml 文件。",
    errno.ENODEV: "请先存成 .yaml 文件，再给出这个文件。",
    **dict.fromkeys((errno.EACCES, errno.EPERM), "请确认文件没有被其他程序独占，并且您有权读取它。"),
}


class Source(Struct, frozen=True):
    """A file as read: its SHA-256, its text, its tree and all problems, in the order of the file.

    The text is empty if it could not be decoded, or is no YAML. The tree is None if unusable; with findings (of YAML,
    all errors) it lacks the refused parts or has them mended, so that the rest can be checked. ``refused`` are the
    paths of values that a finding keeps out of the tree.
    """

    file: str
    digest: str
    text: str
    root: Mapping | None
    findings: tuple[Finding, ...]
    refused: frozenset[str] = frozenset()


def read_yaml(path: Path | str, shown_as: str | None = None) -> Source:
    """The tree of a YAML file, with all its problems; findings call it ``shown_as``, or by its path.

    Raises:
        FileProblem: The file cannot be read: missing, a folder, a pipe or a device, no permission.
    """
    file = shown_as or os.fspath(path)
    return parse_yaml(read_file(path, file, MOST_BYTES), file)


def read_file(path: Path | str, file: str, most: int) -> bytes:
    """The bytes of an input, at most ``most + 1``, which findings call ``file``; raises as ``read_yaml``."""
    try:
        # One byte over the limit is enough; an endless file must not fill the memory.
        return read_regular(Path(path), most + 1)
    except (OSError, ValueError) as error:
        advice = _ADVICE.get(getattr(error, "errno", 0), "请确认文件没有损坏，所在的磁盘或网络位置可以访问。")
        if isinstance(error, FileNotFoundError):
            # Windows hides what a name ends with.
            ending = Path(path).suffix or ".yaml"
            with suppress(OSError):
                names = sorted(other.stem for other in Path(path).parent.iterdir() if other.suffix == ending)
                close = [f"「{stem}{ending}」" for stem in nearest(Path(path).stem, names[:_MOST_NAMES])]
                advice = f"是否为{''.join(close)}？" if close else advice
        problem = codes.CANNOT_OPEN.at(Span(file), file=file, reason=why_not(error), advice=advice)
        raise FileProblem([problem]) from error


def parse_yaml(data: bytes, file: str) -> Source:
    """The tree of a YAML file's bytes, with all its problems; never raises."""
    digest = hashlib.sha256(data).hexdigest()
    text, problem = decode(data, file)
    if problem:
        return Source(file, digest, "", None, (problem,))
    page = Page.of(file, text)
    if len(page.lines) > MOST_LINES:
        return Source(file, digest, "", None, (codes.TOO_LARGE.at(Span(file), limit=f"{MOST_LINES:,} 行"),))
    characters = forbidden_characters(page)
    if len(characters) >= MOST_REPORTED:
        return Source(file, digest, text, None, in_order(characters))
    if characters:
        page = without_forbidden(page)
    built, slips = _read(page)
    findings = [*slips, *built.findings, *([built.failure] if built.failure else [])]
    root = built.root if isinstance(built.root, Mapping) else None
    if root is None and not findings:
        findings.append(_not_a_mapping(page, built))
    # The second document was not read, so nothing may be reported as missing.
    is_cut_off = any(finding.code == codes.SECOND_DOCUMENT.number for finding in findings)
    found = in_order([*characters, *findings])
    # Limits the findings of a file that is wrong from top to bottom.
    is_cut_off |= len(found) >= MOST_FOUND
    return Source(file, digest, text, None if is_cut_off else root, found[:MOST_FOUND])


def _read(page: Page) -> tuple[Built, list[Finding]]:
    """The tree of the page; if parsing fails or the result cannot be meant, that of the mended page."""
    findings: list[Finding] = []
    built = build(page)
    # Each repair parses the whole page again.
    most = _MOST_REPAIRS if len(page.lines) < _LONG else 1
    for _ in range(most):
        page, built, mended = _mended(page, built)
        findings += mended.findings if mended is not None else ()
        if built.failure is None:
            break
        repaired, found = repair(page, built.failure)
        # After guessing indentation, problems with it may come from the guess.
        is_guess = mended is not None and mended.moved
        if (
            found is not None
            and not (is_guess and found.code in _INDENTATION_TROUBLES)
            and (found.code, found.span.line) not in {(f.code, f.span.line) for f in findings}
        ):
            findings.append(found)
        if repaired is None:
            return Built(None, built.findings, None, built.doubtful), findings
        page, built = repaired, build(repaired)
    return built, findings


def _mended(page: Page, built: Built) -> tuple[Page, Built, Mended | None]:
    """The page with its slips mended, and its tree; unchanged if nothing is wrong."""
    if not built.failure and not built.doubtful:
        return page, built, None
    tried: list[tuple[Page, Built, Mended]] = []
    for width in _TAB_WIDTHS:
        mended = mend(page, width)
        tried.append((mended.page, build(mended.page) if mended.page is not page else built, mended))
        if not tried[-1][1].failure or not mended.tabs:
            break
    return next((one for one in tried if not one[1].failure), tried[0])


def _not_a_mapping(page: Page, built: Built) -> Finding:
    root = built.root
    if root is None or (isinstance(root, Scalar) and root.is_blank):
        comments = "，只有注释" if any(line.strip().startswith("#") for line in page.lines) else ""
        return codes.EMPTY.at(Span(page.file), comments=comments)
    kind = "一个列表" if isinstance(root, Sequence) else "一段文字"
    return codes.NOT_A_MAPPING.at(root.span, kind=kind)
