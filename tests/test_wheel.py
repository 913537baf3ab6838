"""The wheel, built from the sdist, works in an empty folder: templates, layouts and starters travel in it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import click
import pytest

from generator.cli import main
from tests.every_command import COMMANDS, FILING, try_all

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder into which a freshly built wheel is unpacked, without what it depends on."""
    built, target = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    # Without naming what to build, the wheel is built from the sdist.
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(built), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = built.glob("jixiao-*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(target)
    return target


@pytest.fixture
def environment(installed: Path) -> dict[str, str]:
    # Before the checkout on the path: it is the wheel that answers.
    return {**os.environ, "PYTHONPATH": str(installed)}


def test_it_renders_in_an_empty_folder(installed: Path, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / FILING).write_bytes((ROOT / "inputs" / FILING).read_bytes())
    program = f"import generator, jixiao; print(generator.__file__, jixiao.render({FILING!r}).total)"
    shown = subprocess.run(
        [sys.executable, "-P", "-c", program], cwd=tmp_path, env=environment, check=True, capture_output=True, text=True
    )
    file, total = shown.stdout.split()
    assert Path(file).is_relative_to(installed)
    assert total == "102.34"
    assert (installed / "jixiao" / "py.typed").is_file()


@pytest.mark.slow
def test_every_command_runs_in_an_empty_folder(environment: dict[str, str], tmp_path: Path) -> None:
    assert try_all([sys.executable, "-P", "-m", "jixiao"], tmp_path, environment) == []


def test_every_command_is_among_those_that_are_tried() -> None:
    def names(group: click.Group, above: str = "") -> set[str]:
        found = set()
        for word in group.list_commands(click.Context(group)):
            command = group.get_command(click.Context(group), word)
            found |= names(command, f"{word} ") if isinstance(command, click.Group) else {f"{above}{word}"}
        return found

    # A page that waits for a browser: tests/web opens it.
    untried = {name for name in names(main) if not any(f"{one} ".startswith(f"{name} ") for one in COMMANDS)}
    assert untried <= {"open"}
