"""What tests of more than one stage share."""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.cache_folder import use_cache_below
from tests.office import Office, open_office

# Nothing is timed: these machines are noisy. In CI the same examples every time, so that a failure can be repeated.
settings.register_profile("here", deadline=None, max_examples=30)
settings.register_profile("ci", deadline=None, max_examples=30, derandomize=True)
# For make mutants, which runs a test hundreds of times: few examples, always the same ones, no search for the smallest.
settings.register_profile(
    "mutants",
    deadline=None,
    derandomize=True,
    max_examples=25,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("ci" if os.environ.get("CI") else "here")
if "MUTANT_UNDER_TEST" in os.environ:
    settings.load_profile("mutants")
    # mutmut puts two frames of its own around every call: what just fits into Python's limit would not.
    sys.setrecursionlimit(3 * sys.getrecursionlimit())

# As the program does: thousands of tests keep more objects alive than are worth looking through all the time.
gc.set_threshold(200_000, *gc.get_threshold()[1:])

# Whoever forbids it loses a second for each process that a test starts, and the workers as much as they collect.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The cache is on, as for every user, in a folder of this run: what it finds must not depend on an earlier one.
if "PYTEST_XDIST_WORKER" not in os.environ:
    CACHE = Path(tempfile.mkdtemp(prefix="jixiao-tests-"))
    atexit.register(shutil.rmtree, CACHE, ignore_errors=True)
    use_cache_below(CACHE, os.environ)

ROOT = Path(__file__).resolve().parents[1]
MEIZHOU = ROOT / "inputs" / "meizhou-gxj-2021.yaml"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--refresh", action="store_true", help="write the golden files anew instead of comparing with them"
    )
    parser.addoption("--coverage", type=float, metavar="LEAST", help="measure it, and fail below so many per cent")


def pytest_configure(config: pytest.Config) -> None:
    # Of two workers each rewrites the assertions of half of the files, and finds those of the other half rewritten.
    if os.environ.get("PYTEST_XDIST_WORKER") == "gw1" and config.args == ["tests"]:
        found = {file.relative_to(ROOT).parts[:2] for file in Path(__file__).parent.rglob("test_*.py")}
        config.args = ["/".join(parts) for parts in sorted(found, reverse=True)]
    if config.getoption("--coverage") is not None:
        from tests.coverage_gate import measure  # needs SlipCover, which the lowest versions are tried without

        measure(config, config.getoption("--coverage"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    return (os.cpu_count() or 1) + 1  # where one waits for a browser or an office, another goes on


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: str(item.path))  # all workers must have them in one order


def pytest_collection_finish() -> None:
    gc.freeze()  # modules and tests stay, and need not be looked through again


@pytest.fixture
def root() -> Path:
    """The project's folder."""
    return ROOT


@pytest.fixture
def meizhou() -> Path:
    """The real input of Meizhou."""
    return MEIZHOU


@pytest.fixture
def workplace(tmp_path: Path) -> Path:
    """An empty folder with a copy of the shipped templates and the Meizhou input in it, free to be changed."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "inputs").mkdir()
    shutil.copy(MEIZHOU, tmp_path / "inputs" / MEIZHOU.name)
    return tmp_path


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare a text with a golden file; with --refresh, write the file instead."""

    def compare(file: Path, text: str) -> None:
        if request.config.getoption("--refresh"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8", newline="\n")
        assert file.is_file(), f"{file.name} is missing: make refresh writes it"
        assert text == file.read_text(encoding="utf-8")

    return compare


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """Convert a file with LibreOffice: the file, its new kind, the folder for it. Skipped where it is missing."""
    with open_office(tmp_path_factory.mktemp("office")) as office:
        yield office


@pytest.fixture
def to_pdf(libreoffice: Office, tmp_path: Path) -> Callable[[Path], Path]:
    """Convert a Word file with LibreOffice."""
    return lambda file: libreoffice(file, "pdf", tmp_path)
