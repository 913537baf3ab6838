"""``python -m generator``: the command line, also when it is interrupted while it is loaded."""

from __future__ import annotations

import sys

import pytest

from generator.__main__ import run


def test_runs_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["jixiao", "--version"])
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 0
    assert capsys.readouterr().out.startswith("jixiao ")


def test_an_interruption_ends_calmly(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("generator.cli.main", interrupted)
    with pytest.raises(SystemExit) as left:
        run()
    assert left.value.code == 130
