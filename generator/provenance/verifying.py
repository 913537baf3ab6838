"""Whether a report still is what its input, its template and this program would make of it."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.errors import JixiaoError, Refused
from generator.provenance.condition import Condition, condition_of
from generator.provenance.finished import open_finished
from generator.provenance.guard import read_bytes
from generator.provenance.locating import (
    changed_sources,
    digest_of_file,
    find_input,
    find_parts,
    find_stamped_template,
    is_beside,
)
from generator.provenance.stamp import DRAFT, REDLINE, VOLUME, templates_of
from generator.version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from generator.provenance.comparing import Edit
    from generator.provenance.finished import Finished
    from generator.provenance.stamp import Stamp
    from generator.word.read.lines import Line

    Printer = Callable[[Path, Path | None], bytes]

__all__ = ["State", "Verdict", "verify"]


class State(Enum):
    """What can be said of a report, as people are told; the name is what programs are told."""

    CURRENT = "现行（与填报、模板一致）"
    DRAFT = "草稿"
    REDLINE = "修订稿，不是正式的报告"
    EDITED = "人工改动过"
    ALTERED = "被改动过或另存过"
    RESAVED = "文字未改，文件被另存过"
    INPUT_CHANGED = "填报已变"
    SOURCES_CHANGED = "填报所附的文件已变"
    TEMPLATE_CHANGED = "模板已变"
    OTHER_PROGRAM = "程序版本不同"
    INPUT_NOT_FOUND = "没有找到填报"
    TEMPLATE_NOT_FOUND = "没有找到模板"
    FOREIGN = "不是本程序写的"


_STATES = {
    Condition.EDITED: State.EDITED,
    Condition.ALTERED: State.ALTERED,
    Condition.RESAVED: State.RESAVED,
    Condition.FOREIGN: State.FOREIGN,
}


class Verdict(Struct, frozen=True):
    """What was found about one file.

    Attributes:
        file: The file.
        states: Everything that can be said of it, the gravest first.
        stamp: What it tells of its making; None where this program did not write it.
        input: Its input as it is now, of a volume the folder of its inputs; None where it was not found.
        template: The folder of its template; None where it was not found.
        sources: Which tables, attachments and evidence of the input have changed or gone.
        edits: What was changed in its text.
        is_compared: Whether the edits tell what was written before.
    """

    file: Path
    states: tuple[State, ...]
    stamp: Stamp | None = None
    input: Path | None = None
    template: Path | None = None
    sources: tuple[str, ...] = ()
    edits: tuple[Edit, ...] = ()
    is_compared: bool = False

    @property
    def is_current(self) -> bool:
        """Whether nothing at all has changed."""
        return self.states == (State.CURRENT,)


def verify(file: Path, print_again: Printer, given: Path | None = None, templates: Path | None = None) -> Verdict:
    """What became of a report, and of what it was made of, since it was written.

    Args:
        file: The Word file or workbook.
        print_again: Makes the report of an input once more, with the folder of templates; called only where the text
            was edited, to tell what was written before.
        given: Its input; looked for by the name that the report tells where absent.
        templates: The folder of templates; looked for upward from the input, or from the report, where absent.

    Raises:
        FileProblem: The file, the input or the folder that was asked for cannot be read.
    """
    data = read_bytes(file)
    try:
        finished = open_finished(data, str(file))
    except Refused:
        return Verdict(file, (State.FOREIGN,))
    stamp = finished.stamp
    if stamp is None:
        return Verdict(file, (State.FOREIGN,))
    if stamp.state == VOLUME:
        return _verify_volume(file, finished, stamp, given, templates)
    if given is not None:
        read_bytes(given)  # what was asked for must be there
    source = given or find_input(file, stamp)
    template, same_template = find_stamped_template(stamp, source or file, templates)
    listed = finished.record.sources if finished.record is not None else ()
    changed = changed_sources(source.parent, listed) if source is not None else ()
    written = _written(finished, source, templates, print_again)
    condition, edits = condition_of(finished, written)
    found = [
        (State.DRAFT, stamp.state == DRAFT),
        (State.REDLINE, stamp.state == REDLINE),
        (_STATES.get(condition, State.CURRENT), condition is not Condition.OWN),
        (State.INPUT_NOT_FOUND, source is None),
        (State.INPUT_CHANGED, source is not None and digest_of_file(source) != stamp.input_digest),
        (State.SOURCES_CHANGED, bool(changed)),
        (State.TEMPLATE_NOT_FOUND, template is None),
        (State.TEMPLATE_CHANGED, template is not None and not same_template),
        (State.OTHER_PROGRAM, stamp.program != __version__),
    ]
    states = tuple(state for state, holds in found if holds) or (State.CURRENT,)
    return Verdict(file, states, stamp, source, template, changed, edits, written is not None)


def _verify_volume(file: Path, finished: Finished, stamp: Stamp, given: Path | None, templates: Path | None) -> Verdict:
    """The same for a volume: of every input that went into it, and all of their templates."""
    listed = finished.record.sources if finished.record is not None else ()
    folder = find_parts(file, listed, given)
    changed = changed_sources(folder, listed) if folder is not None else ()
    found = [find_stamped_template(one, (folder or file.parent) / "-", templates) for one in templates_of(stamp)]
    condition, edits = condition_of(finished)
    gone = [name for name in changed if folder is None or not is_beside(name, folder)]
    states = [
        (_STATES.get(condition, State.CURRENT), condition is not Condition.OWN),
        (State.INPUT_NOT_FOUND, folder is None or bool(gone)),
        (State.INPUT_CHANGED, len(changed) > len(gone)),
        (State.TEMPLATE_NOT_FOUND, any(template is None for template, _ in found)),
        (State.TEMPLATE_CHANGED, any(template is not None and not same for template, same in found)),
        (State.OTHER_PROGRAM, stamp.program != __version__),
    ]
    told = tuple(state for state, holds in states if holds) or (State.CURRENT,)
    return Verdict(file, told, stamp, folder, found[0][0] if found else None, changed, edits)


def _written(
    finished: Finished, source: Path | None, templates: Path | None, print_again: Printer
) -> Sequence[Line] | None:
    """The lines as they were written, where the input still makes them; None else, or where nothing was edited."""
    if source is None or condition_of(finished)[0] is not Condition.EDITED:
        return None
    try:
        again = open_finished(print_again(source, templates), str(source)).lines
    except JixiaoError:
        return None
    return again if finished.is_the_text([line.text for line in again]) else None
