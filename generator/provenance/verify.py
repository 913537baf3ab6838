"""Verifies a report: whether its text, input, attached files, template or program have changed since it was written.

The input and the template are found by the names in the report's stamp.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

from msgspec import Struct

from generator.base import __version__
from generator.base.diagnostics import FileProblem, JixiaoError, Refused, Span
from generator.base.files import Absent, Outside, find_beside, read_regular
from generator.provenance import codes
from generator.provenance.finished import Edit, Finished, State, condition_of, open_finished
from generator.provenance.guard import read_bytes
from generator.provenance.stamp import (
    DRAFT,
    ENDINGS,
    REDLINE,
    VOLUME,
    Stamp,
    digest_of_template,
    filing_name,
    templates_of,
)
from generator.submission.accept import read_data, read_filing
from generator.submission.filing import FACTS_DIGEST, digest_of_source
from generator.template.files import find_template
from generator.word.codes import NOT_WORD
from generator.word.read.lines import charted_in
from generator.yamlfile.build import Scalar

Printer = Callable[[Path, Path | None, str], bytes]
"""Prints the document with this output name again, from an input and a folder of templates."""
_INPUTS = "inputs"
_SPELLED = (*ENDINGS, *map(str.upper, ENDINGS))
_MOST_LISTED = 1_000


def find_input(report: Path, stamp: Stamp, templates: Path | None = None) -> Path | None:
    """The input of a report: beside it, in an ``inputs`` folder above it, or near where ``render`` was run; else None.

    Of several with that name, YAML or workbooks, the one that the report was made of.
    """
    # The name comes from an untrusted file, so it must not be a path.
    if not stamp.input_name or re.search(r"[\\/:\0]", stamp.input_name) or stamp.input_name in {".", ".."}:
        return None
    found = []
    for file in _places(report, stamp.input_name):
        # An older stamp has the ending.
        endings = _SPELLED if filing_name(file.name) == file.name else ()
        for one in (file, *(file.with_name(file.name + ending) for ending in endings)):
            with contextlib.suppress(OSError, ValueError):
                if one.is_file():
                    found.append(one)
    same = (file for file in found if digest_of_file(file, stamp.input_digest, templates) == stamp.input_digest)
    return next(same, found[0]) if len(found) > 1 else next(iter(found), None)


def _places(report: Path, name: str) -> Iterator[Path]:
    # Relative paths first, so that messages name the input as the reader does.
    yield report.parent / name
    yield report.parent / _INPUTS / name
    above = report.resolve().parent
    for folder in above.parents:
        yield folder / _INPUTS / name
    # Usually render was run in the folder above the reports, with inputs there or one folder below.
    for folder in dict.fromkeys((Path(), above.parent)):
        yield folder / name
        with contextlib.suppress(OSError):
            listed = sorted(one for one in islice(folder.iterdir(), _MOST_LISTED) if one.is_dir())
            yield from (below / name for below in listed if not below.name.startswith("."))


def digest_of_file(path: Path, like: str = "", templates: Path | None = None) -> str | None:
    """The digest of a file's bytes, or of its facts if ``like`` is one; blank if it cannot be read.

    None if there is no template to read the facts by.
    """
    try:
        return digest_like(like, read_regular(path), path, templates)
    except OSError:
        return ""


def digest_like(like: str, data: bytes, path: Path, templates: Path | None = None) -> str | None:
    """``digest_of_file`` of bytes that belong to this file."""
    if not like.startswith(FACTS_DIGEST):
        return sha256(data).hexdigest()
    return digest_of_source(read_data(data, path, templates), path, templates)


def find_parts(
    volume: Path, sources: Sequence[tuple[str, str]], given: Path | None = None, templates: Path | None = None
) -> Path | None:
    """The folder of a volume's inputs: the given one, or the one with most of them unchanged; None if none has any.

    The same folders are searched as for a report's input; ``sources`` are paths below the folder, with digests.
    """
    folders = [given] if given is not None else [place.parent for place in _places(volume, "-")]
    found: dict[Path, tuple[int, int]] = {}
    for folder in dict.fromkeys(folders):
        if folder.is_dir():
            digests = [(_digest_beside(name, folder, digest, templates), digest) for name, digest in sources]
            # How many files are unchanged, then how many exist.
            found[folder] = sum(now == then for now, then in digests), sum(bool(now) for now, _ in digests)
    best = max(found, key=lambda folder: found[folder], default=None)
    return best if best is not None and (given is not None or any(found[best])) else None


def exists_within(name: str, folder: Path) -> bool:
    """Whether this file is in or below the folder."""
    try:
        find_beside(name, folder)
    except (Absent, Outside):
        return False
    return True


def _digest_beside(name: str, folder: Path, like: str, templates: Path | None) -> str | None:
    try:
        return digest_of_file(find_beside(name, folder), like, templates)
    except (Absent, Outside):
        return ""


def find_stamped_template(stamp: Stamp, start: Path, templates: Path | None = None) -> tuple[Path | None, bool]:
    """The folder of a report's template, or None, and whether the template is unchanged.

    Searched in ``templates``, else upward from ``start``; raises ``FileProblem`` if the given folder does not exist.
    """
    try:
        folder = find_template(stamp.template, start, templates)
    except JixiaoError:
        if templates is not None and not templates.is_dir():
            raise
        return None, False
    try:
        return folder, digest_of_template(folder, stamp.layout) == stamp.template_digest
    except OSError:
        return folder, False


class Verification(Struct, frozen=True):
    """The result of verifying one file.

    Attributes:
        states: All its states, the most serious first.
        stamp: Its stamp; None if this program did not write it.
        input: Its input, or the folder of a volume's inputs; None if not found.
        template: The folder of its template; None if not found.
        sources: Tables, attachments and evidence of the input that have changed or are gone.
        is_compared: Whether the edits hold the old text.
        oddities: Why an office program may show more than the text that was compared.
    """

    file: Path
    states: tuple[State, ...]
    stamp: Stamp | None = None
    input: Path | None = None
    template: Path | None = None
    sources: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    is_compared: bool = False
    oddities: tuple[str, ...] = ()

    @property
    def is_current(self) -> bool:
        """Whether nothing has changed."""
        return self.states == (State.CURRENT,)


def verify(
    file: Path,
    print_again: Printer,
    given: Path | None = None,
    templates: Path | None = None,
    data: bytes | None = None,
) -> Verification:
    """Whether a Word file, workbook or page, and what it was made of, has changed since it was written.

    Args:
        file: Its name, and where its input and template are searched from.
        print_again: Called for pages, and for edited texts to get the old text.
        given: Its input, or the folder of a volume's inputs; if None, searched by the name in the stamp.
        templates: The folder of templates; if None, searched upward from the input, or else from the report.
        data: The file's bytes, if already read.

    Raises:
        FileProblem: The file, the given input or the given folder cannot be read.
    """
    try:
        finished = open_finished(read_bytes(file) if data is None else data, str(file))
        condition_of(finished)
    except Refused as refused:
        why, hint = next(
            ((one.message.rstrip("。"), one.hint) for one in refused.findings), ("里面的内容损坏", NOT_WORD.hint)
        )
        if file.suffix.lower() == ".zip":
            why, hint = "这是压缩包", "先解开它，再核对解开的文件夹。"
        raise FileProblem([codes.UNREADABLE.at(Span(str(file)), hint=hint, file=file, why=why)]) from refused
    if finished.stamp is None:
        return Verification(file, (State.FOREIGN,))
    return _Check(finished, finished.stamp, print_again, templates).verdict(file, given)


class _Check(Struct, frozen=True):
    """A file to be held against what it was made of."""

    finished: Finished
    stamp: Stamp
    print_again: Printer
    templates: Path | None

    def verdict(self, file: Path, given: Path | None) -> Verification:
        """What becomes of the file; for the arguments see ``verify``."""
        # In a volume, its filings are among them.
        listed = self.finished.record.sources if self.finished.record is not None else ()
        is_volume = self.stamp.state == VOLUME
        if is_volume:
            source = folder = find_parts(file, listed, given, self.templates)
            start, stamps = (folder or file.parent) / "-", templates_of(self.stamp)
        else:
            if given is not None:
                read_bytes(given)  # raises if it cannot be read
            source = given or find_input(file, self.stamp, self.templates)
            folder = source.parent if source is not None else None
            start, stamps = source or file, [self.stamp]
        may_differ = self.finished.is_word and condition_of(self.finished)[0] in (State.EDITED, State.ALTERED)
        written = self._original(source) if may_differ and not is_volume else None
        changed = tuple(
            name
            for name, digest in listed
            if folder is not None and _digest_beside(name, folder, digest, self.templates) != digest
        )
        gone = [name for name in changed if is_volume and folder is not None and not exists_within(name, folder)]
        found = [find_stamped_template(one, start, self.templates) for one in stamps]
        template = found[0][0] if found else None
        condition, edits = condition_of(self.finished, written)
        oddities = self.finished.odd_beside(written)
        if condition is State.RESAVED and self._has_other_charts(source):
            condition, oddities = State.ALTERED, ("图表里的字或数改过",)
        if is_volume:
            inputs = [(State.INPUT_CHANGED, len(changed) > len(gone))]
        else:
            has_others = self.finished.is_page and source is not None and self._has_others(source, template)
            inputs = [
                (State.INPUT_CHANGED, source is not None and self._has_changed(source)),
                (State.SOURCES_CHANGED, bool(changed) or has_others),
            ]
        states = [
            (State.DRAFT, self.stamp.state == DRAFT),
            (State.REDLINE, self.stamp.state == REDLINE),
            (condition, condition is not State.CURRENT),
            (State.INPUT_NOT_FOUND, source is None or bool(gone)),
            *inputs,
            (State.TEMPLATE_NOT_FOUND, any(template is None for template, _ in found)),
            (State.TEMPLATE_CHANGED, any(template is not None and not same for template, same in found)),
            (State.OTHER_PROGRAM, self.stamp.program != __version__),
        ]
        held = tuple(state for state, holds in states if holds) or (State.CURRENT,)
        return Verification(file, held, self.stamp, source, template, changed, edits, written is not None, oddities)

    def _has_changed(self, source: Path) -> bool:
        """Whether the input has changed; without a template to read it by, whether it names another template."""
        now = digest_of_file(source, self.stamp.input_digest, self.templates)
        if now is not None:
            return now != self.stamp.input_digest
        root = read_filing(source, self.templates).root
        named = root.get("模板") if root is not None else None
        return not isinstance(named, Scalar) or named.text.strip() != self.stamp.template

    def _has_others(self, source: Path, template: Path | None) -> bool:
        """Whether a page, which records no sources, has others when it is printed again."""
        again = self._again(source) if template is not None else None
        now = again.stamp.sources_digest if again is not None and again.stamp is not None else ""
        return now != self.stamp.sources_digest

    def _has_other_charts(self, source: Path | None) -> bool:
        """Whether a report with its text has charts with other words or figures than its input still produces."""
        charted = charted_in(self.finished.entries)
        again = self._original(source) if charted and self.stamp.state != VOLUME else None
        return again is not None and charted != charted_in(again.entries)

    def _original(self, source: Path | None) -> Finished | None:
        """The file printed again, if its input still produces the text with which it was written."""
        again = self._again(source) if source is not None else None
        return again if again and self.finished.is_the_text([line.text for line in again.lines]) else None

    def _again(self, source: Path) -> Finished | None:
        """The file printed again from its input; None if that is impossible."""
        try:
            return open_finished(self.print_again(source, self.templates, self.stamp.output), str(source))
        except JixiaoError:
            return None
