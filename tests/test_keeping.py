"""What is kept for the next process: found again only where nothing has changed, never trusted blindly."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import keeping, pipeline
from generator.errors import Refused
from generator.keeping import keep, key_of, recall
from generator.word.compiling import building
from generator.word.layout import Layout

POSIX = os.name == "posix"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's cache folder, empty."""
    monkeypatch.delenv("JIXIAO_NO_CACHE")
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "jixiao"


def test_what_was_kept_is_found_again(cache: Path) -> None:
    assert recall(key_of("a")) is None
    keep(key_of("a"), {"x": (1, "二")})
    assert recall(key_of("a")) == {"x": (1, "二")}
    assert recall(key_of("b")) is None
    assert len(list(cache.iterdir())) == 1


def test_it_can_be_switched_off(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(key_of("a"), 1)
    monkeypatch.setenv("JIXIAO_NO_CACHE", "1")
    keep(key_of("b"), 1)
    assert recall(key_of("a")) is None
    assert len(list(cache.iterdir())) == 1


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:-1],
        lambda data: data[:40] + b"?" + data[41:],
        lambda _: marshal.dumps("a stranger's"),
    ],
)
def test_a_damaged_or_foreign_entry_is_passed_over(cache: Path, damage: Callable[[bytes], bytes]) -> None:
    keep(key_of("a"), "a text that is long enough")
    (file,) = cache.iterdir()
    file.write_bytes(damage(file.read_bytes()))
    assert recall(key_of("a")) is None


@pytest.mark.skipif(not POSIX, reason="Windows has folders for each user instead")
def test_a_folder_that_others_may_write_to_is_left_alone(cache: Path) -> None:
    keep(key_of("a"), 1)
    assert cache.stat().st_mode & 0o777 == 0o700
    cache.chmod(0o777)
    assert recall(key_of("a")) is None
    keep(key_of("b"), 1)
    assert len(list(cache.iterdir())) == 1


@pytest.mark.skipif(not POSIX, reason="links need rights on Windows")
def test_a_link_to_another_folder_is_left_alone(cache: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    cache.parent.mkdir()
    cache.symlink_to(other)
    keep(key_of("a"), 1)
    assert not list(other.iterdir())


def test_where_nothing_can_be_kept_everything_still_works(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("a file where the folder should be", "utf-8")
    keep(key_of("a"), 1)
    assert recall(key_of("a")) is None


def test_only_the_latest_are_kept(cache: Path) -> None:
    for number in range(keeping._MOST + 5):
        keep(key_of(number), number)
    assert len(list(cache.iterdir())) == keeping._MOST
    assert recall(key_of(keeping._MOST + 4)) == keeping._MOST + 4


@pytest.mark.usefixtures("cache")
def test_another_program_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of("a")
    keep(before, 1)
    monkeypatch.setattr(keeping, "_program", lambda: ("another",))
    assert key_of("a") != before
    assert recall(key_of("a")) is None


def _fresh_process(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "generator", *arguments], check=True, capture_output=True)


def test_the_next_process_prints_the_same_report_without_compiling(
    cache: Path, meizhou: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What reads what was kept needs a few patterns that making it did not.
    for name in ("零", "一"):
        _fresh_process("render", str(meizhou), "-o", str(tmp_path / f"{name}.docx"))
    kept = {file: file.stat().st_mtime_ns for file in cache.iterdir()}
    assert kept
    _fresh_process("render", str(meizhou), "-o", str(tmp_path / "二.docx"))
    assert {file: file.stat().st_mtime_ns for file in cache.iterdir()} == kept
    monkeypatch.setenv("JIXIAO_NO_CACHE", "1")
    _fresh_process("render", str(meizhou), "-o", str(tmp_path / "三.docx"))
    assert (tmp_path / "一.docx").read_bytes() == (tmp_path / "二.docx").read_bytes()
    assert (tmp_path / "三.docx").read_bytes() == (tmp_path / "二.docx").read_bytes()


def test_a_layout_found_again_explains_what_is_wrong_with_its_values(
    cache: Path, meizhou: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = pipeline.assess(meizhou).submission.template

    def refused() -> tuple[str, ...]:
        monkeypatch.setattr(building, "_CACHE", type(building._CACHE)())
        layout = Layout.open(form.layout, filters=dict.fromkeys(form.forms, str))
        with pytest.raises(Refused) as caught:
            layout.render({})
        return tuple(map(str, caught.value.findings))

    first = refused()
    assert first
    assert list(cache.iterdir())
    monkeypatch.setattr(building, "_kept", lambda _built: pytest.fail("compiled again"))
    assert refused() == first
