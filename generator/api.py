"""The Python API behind ``generator.render``: reports from files, bytes or dictionaries, as files or bytes."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from functools import partial
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any, Final

from msgspec.structs import asdict, replace

from generator import pipeline
from generator.base.amount import round_half_up
from generator.base.diagnostics import Finding, Refused, Span, in_order, tally
from generator.base.formats import plain
from generator.provenance.write import Existing
from generator.submission.accept import read_data
from generator.submission.filing import Values, as_tree
from generator.workflows.batch import make_pdf
from generator.yamlfile.build import Scalar
from generator.yamlfile.edit import KeyPath
from generator.yamlfile.source import Source

_RATE_PLACES: Final = 4


class Result(pipeline.Rendered, frozen=True):
    """A report with its scores and findings; notebooks display it.

    Attributes:
        data: The bytes of the report; of a filing with several documents those of the first one.
        pdf: The bytes of its PDF; empty where none was asked for or made.
        remarks: Findings about the files, such as fonts that the PDF lacks.
    """

    data: bytes = b""
    pdf: bytes = b""
    remarks: tuple[Finding, ...] = ()

    @property
    def total(self) -> Decimal | None:
        """The total as the report prints it; None without a scoring form, or where a draft lacks facts for it."""
        total = self.assessment.scorecard.total
        return Decimal(total.score.text) if total is not None and total.score.is_known else None

    @property
    def rate(self) -> Decimal | None:
        """The total as a share of the full mark, to four places."""
        total = self.assessment.scorecard.total
        return round_half_up(total.rate, _RATE_PLACES) if total is not None and total.score.is_known else None

    @property
    def rating(self) -> str:
        """The rating; empty if there is none."""
        total = self.assessment.scorecard.total
        return total.rating if total is not None else ""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything that was found, about the filing and about the files."""
        return in_order([*self.assessment.findings, *self.remarks])

    def to_dict(self) -> dict[str, object]:
        """The scores as ``jixiao score --format json`` gives them, with the path and the findings."""
        scores = self.assessment.scorecard.as_dict()
        return {"path": str(self.path), **scores, "findings": [one.as_dict() for one in self.findings]}

    def __repr__(self) -> str:
        return f"<{self.path.name}：{self._score()}，{tally(self.findings) or '没有发现问题'}>"

    def _score(self) -> str:
        total = self.assessment.scorecard.total
        if total is None:
            return "没有评分表"
        return f"{total.score.text} / {plain(total.full)}{f'，{total.rating}' if total.rating else ''}"

    def _repr_html_(self) -> str:
        cells = ((one.code, one.severity.word, str(one.span), one.path, one.message) for one in self.findings)
        rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in cells)
        heads = "".join(f"<th>{head}</th>" for head in ("代码", "程度", "位置", "字段", "问题"))
        table = f"<table><tr>{heads}</tr>{rows}</table>" if rows else "<p>没有发现问题。</p>"
        return f"<p><b>{escape(self.path.name)}</b>　{escape(self._score())}</p>{table}"


def render(  # noqa: PLR0913 - each has its default
    given: str | Path | bytes | Mapping[str, Any],
    output: Path | None = None,
    templates: Path | None = None,
    *,
    draft: bool = False,
    pdf: bool = False,
    write: bool = True,
    name: str = "填报.yaml",
    only: Sequence[str] = (),
    backup: bool = False,
    force: bool = False,
) -> Result:
    """See ``generator.render``."""
    input_file, source = Path(given if isinstance(given, str | Path) else name), None
    if isinstance(given, bytes):
        source = read_data(given, input_file, templates)
    elif isinstance(given, Mapping):
        # It has no lines, so findings name its values by their paths.
        values: Values = {path: Scalar(text, Span(name), quoted=bool(text)) for path, text in _texts(given, ())}
        data = json.dumps([[list(path), value.text] for path, value in values.items()], ensure_ascii=False).encode()
        source = Source(name, sha256(data).hexdigest(), "", as_tree(values, Span(name)), ())
    with ExitStack() as stack:
        if not write:
            output = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="jixiao-")))
        existing = Existing.REPLACE if force else Existing.BACK_UP if backup else Existing.KEEP
        prepare: Callable[..., pipeline.Prepared] = partial(pipeline.prepare, only=only)
        if draft:
            from generator.workflows.draft import prepare_draft as prepare  # noqa: PLC0415 - python-docx; few are drafts

        made = pipeline.publish(prepare(input_file, output, templates, source=source), existing)
        word = next((file for file in made.files or (made.path,) if file.suffix.lower() == ".docx"), None)
        file = word or made.files[0]
        result = Result(**asdict(made), data=file.read_bytes())
        if pdf and word is not None:
            try:
                path, remarks = make_pdf(word, existing)
            except Refused as refused:
                return replace(result, remarks=refused.findings)
            result = replace(result, pdf=path.read_bytes(), remarks=tuple(remarks))
        # The temporary folder is deleted on return, so that its paths lead nowhere.
        bare = {"path": Path(made.path.name), "files": tuple(Path(one.name) for one in made.files)}
        return result if write else replace(result, **bare)


def _texts(value: object, path: KeyPath) -> Iterator[tuple[KeyPath, str]]:
    """Every value at or below this one with its path, as one would type it; raises ``TypeError`` for other types."""
    below = value.items() if isinstance(value, Mapping) else enumerate(value) if isinstance(value, list | tuple) else ()
    if below and value:
        for step, one in below:
            yield from _texts(one, (*path, step))
    elif not value and isinstance(value, Mapping | list | tuple | None):
        yield path, ""
    elif isinstance(value, bool):
        yield path, "是" if value else "否"
    elif isinstance(value, float | Decimal):
        yield path, format(Decimal(repr(value)) if isinstance(value, float) else value, "f")
    elif isinstance(value, str | int | date):
        yield path, str(value)
    else:
        raise TypeError(f"{'.'.join(map(str, path))}: a filing has no {type(value).__name__}")
