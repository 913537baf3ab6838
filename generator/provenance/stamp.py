"""What a file tells of its making: of which input, template and program it is the report."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from generator.template.folder import CHECKS, FIELDS, INDICATORS, MANIFEST
from generator.version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from generator.submission import Submission

__all__ = [
    "DRAFT",
    "FINAL",
    "PREFIX",
    "REDLINE",
    "VOLUME",
    "Stamp",
    "digest_of_sources",
    "digest_of_template",
    "stamp_of",
    "stamp_of_volume",
    "templates_of",
]

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
}
_CACHED: Final = 64
_LISTED: Final = "、"


class Stamp(NamedTuple):
    """Where a report comes from. Nothing in it tells of the machine, its user or the time.

    Attributes:
        input_name: The input's file name, without a folder.
        input_digest: SHA-256 of its bytes.
        sources_digest: SHA-256 over the tables, attachments and evidence that it names, by name and content.
        template: The template's name.
        template_version: Its version.
        layout: Its layout's file, below the template's folder.
        template_digest: SHA-256 over the files that make the template.
        program: The program's version.
        state: ``正式``, ``草稿``, ``修订稿``, or ``汇编`` of one that was made of many inputs: then no input is
            named, the templates are all that there are (``templates_of`` tells them apart), and the digests are over
            those of the reports.
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

    def properties(self) -> dict[str, str]:
        """As the custom properties of an Office file."""
        values = {name: getattr(self, key) for key, name in _NAMES.items()}
        return {PREFIX + name: value for name, value in values.items() if value}

    @classmethod
    def read(cls, properties: Mapping[str, str]) -> Stamp | None:
        """From such properties; None where they tell of no input."""
        if f"{PREFIX}填报摘要" not in properties:
            return None
        return cls(**{key: properties.get(PREFIX + name, "") for key, name in _NAMES.items()})


def stamp_of(submission: Submission, state: str = FINAL) -> Stamp:
    """The stamp of what is made of this submission now.

    Raises:
        OSError: A file of the template has gone since it was loaded.
    """
    form = submission.template
    layout = form.layout.relative_to(form.folder).as_posix()
    return Stamp(
        input_name=Path(submission.file).name,
        input_digest=submission.digest,
        sources_digest=digest_of_sources(submission.sources),
        template=form.id,
        template_version=form.version,
        layout=layout,
        template_digest=digest_of_template(form.folder, layout),
        program=__version__,
        state=state,
    )


def stamp_of_volume(stamps: Sequence[Stamp]) -> Stamp:
    """The stamp of what is made of reports with these stamps, in this order."""
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
    )


def templates_of(stamp: Stamp) -> list[Stamp]:
    """A stamp for each of the templates that a volume's tells of, which are one for a report's."""
    lists = (stamp.template, stamp.layout, stamp.template_digest)
    split = zip(*(text.split(_LISTED) for text in lists), strict=False)
    return [stamp._replace(template=name, layout=layout, template_digest=digest) for name, layout, digest in split]


def digest_of_sources(sources: Iterable[tuple[str, str]]) -> str:
    """One digest over named files, each with the SHA-256 of its bytes; blank where there are none."""
    lines = sorted(f"{digest} {name}\n" for name, digest in sources)
    return sha256("".join(lines).encode()).hexdigest() if lines else ""


def digest_of_template(folder: Path, layout: str) -> str:
    """One digest over the files that make a template: its fields, indicators, checks and its layout, not its tests.

    Raises:
        OSError: One of them cannot be read.
    """
    there = [name for name in (MANIFEST, FIELDS, INDICATORS, CHECKS, layout) if (folder / name).is_file()]
    stats = [(folder / name).stat() for name in there]
    return _digest(folder, tuple(there), tuple((stat.st_mtime_ns, stat.st_size, stat.st_ino) for stat in stats))


@lru_cache(maxsize=_CACHED)
def _digest(folder: Path, names: tuple[str, ...], _stats: tuple[tuple[int, int, int], ...]) -> str:
    return digest_of_sources((name, sha256((folder / name).read_bytes()).hexdigest()) for name in names)
