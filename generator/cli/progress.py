"""How far a run of many reports has come: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from generator.workflows.batch.result import Outcome


_EVERY_SECONDS = 30


def followed(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """The outcomes, while what is done, how fast it goes and what time is left is told on the error stream."""
    return _bar(outcomes, total) if sys.stderr.isatty() else _lines(outcomes, total)


def _bar(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    began = time.monotonic()
    bad = done = 0

    def told(_: object) -> str:
        rate = done / max(time.monotonic() - began, 1e-3)
        return f"{rate:.1f} 份/秒" + (f"，{bad} 份没有生成" if bad else "")

    with click.progressbar(
        length=total, label="生成", file=sys.stderr, show_pos=True, item_show_func=told, width=30
    ) as bar:
        for outcome in outcomes:
            done += 1
            bad += not outcome.status.is_good
            bar.update(1, outcome)
            yield outcome


def _lines(outcomes: Iterable[Outcome], total: int) -> Iterator[Outcome]:
    """Each report that is not there as soon as that is known; how far it is, every half a minute."""
    began = said = time.monotonic()
    for done, outcome in enumerate(outcomes, 1):
        if not outcome.status.is_good:
            click.echo(f"{outcome.status.value}  {outcome.input}", err=True)
        now = time.monotonic()
        if now - said >= _EVERY_SECONDS:
            said = now
            rate = done / (now - began)
            click.echo(f"已做 {done}/{total} 份，{rate:.1f} 份/秒，约余 {(total - done) / rate:.0f} 秒", err=True)
        yield outcome
