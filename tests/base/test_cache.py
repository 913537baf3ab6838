"""The cache on disk: entries are found again only where nothing has changed, and never trusted blindly."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from generator import pipeline
from generator.base import cache
from generator.base.cache import key_of, load, store
from generator.base.diagnostics import Refused
from generator.word import layout as layouts
from generator.word.layout import Layout
from tests.cache_folder import use_cache_below

POSIX = os.name == "posix"
posix_only = pytest.mark.skipif(not POSIX, reason="needs what POSIX files have")


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the entries of an empty cache."""
    environment: dict[str, str] = {}
    folder = use_cache_below(tmp_path, environment)
    monkeypatch.delenv("JIXIAO_NO_CACHE", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return folder


def secret_of(tmp_path: Path) -> Path:
    return next(tmp_path.rglob("cache.key"))


def only(entries: Path) -> Path:
    (file,) = entries.iterdir()
    return file


def test_a_value_is_found_again(entries: Path) -> None:
    assert load(key_of("a")) is None
    store(key_of("a"), {"x": (1, "二")})
    assert load(key_of("a")) == {"x": [1, "二"]}
    assert load(key_of("a"), dict[str, tuple[int, str]]) == {"x": (1, "二")}
    assert load(key_of("b")) is None
    assert len(list(entries.iterdir())) == 1


def test_an_entry_of_another_type_is_passed_over(entries: Path) -> None:
    store(key_of("a"), ["a"])
    assert load(key_of("a"), dict[str, str]) is None
    assert only(entries)


def test_it_can_be_switched_off(entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(key_of("a"), 1)
    monkeypatch.setenv("JIXIAO_NO_CACHE", "1")
    store(key_of("b"), 1)
    assert load(key_of("a")) is None
    assert only(entries)


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda data: data[:-1],
        lambda data: data[:40] + b"?" + data[41:],
        lambda data: bytes(32) + data[32:],
        lambda _: marshal.dumps("a stranger's"),
    ],
)
def test_a_damaged_or_poisoned_entry_is_passed_over(entries: Path, damage: Callable[[bytes], bytes]) -> None:
    store(key_of("a"), "a text that is long enough to be damaged")
    file = only(entries)
    file.write_bytes(damage(file.read_bytes()))
    assert load(key_of("a")) is None


def test_an_entry_under_the_name_of_another_is_passed_over(entries: Path) -> None:
    store(key_of("a"), 1)
    only(entries).rename(entries / f"{key_of('b')}.entry")
    assert load(key_of("b")) is None


def test_entries_of_another_user_are_passed_over(entries: Path, tmp_path: Path) -> None:
    store(key_of("a"), 1)
    secret = secret_of(tmp_path)
    assert entries not in secret.parents
    secret.write_bytes(bytes(32))
    assert load(key_of("a")) is None
    store(key_of("a"), 2)
    assert load(key_of("a")) == 2
    assert secret.read_bytes() == bytes(32)


@posix_only
def test_only_the_user_can_read_the_key(entries: Path, tmp_path: Path) -> None:
    store(key_of("a"), 1)
    secret = secret_of(tmp_path)
    before = secret.read_bytes()
    assert secret.stat().st_mode & 0o777 == 0o600
    secret.chmod(0o644)
    assert load(key_of("a")) is None, "a key that others may know seals nothing"
    assert secret.read_bytes() != before
    assert secret.stat().st_mode & 0o777 == 0o600
    assert only(entries)


@pytest.mark.parametrize("content", [b"", b"short", bytes(100)])
def test_a_key_that_is_none_is_replaced(entries: Path, tmp_path: Path, content: bytes) -> None:
    store(key_of("a"), 1)
    secret_of(tmp_path).write_bytes(content)
    store(key_of("a"), 2)
    assert load(key_of("a")) == 2
    assert only(entries)


@posix_only
@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
def test_what_is_no_file_is_not_read_and_stays(entries: Path, tmp_path: Path, what: str) -> None:
    store(key_of("a"), 1)
    for file in (only(entries), secret_of(tmp_path)):
        data = file.read_bytes()
        file.unlink()
        match what:
            case "link":
                (tmp_path / file.name).write_bytes(data)
                file.symlink_to(tmp_path / file.name)
            case "pipe":
                os.mkfifo(file, 0o600)
            case _:
                file.mkdir()
        assert load(key_of("a")) is None
        store(key_of("b"), 1)
        assert file.is_symlink() == (what == "link")
        assert os.path.lexists(file)


def test_a_huge_file_is_not_read(entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store(key_of("a"), "文" * 1000)
    assert load(key_of("a"))
    monkeypatch.setattr(cache, "_MOST_BYTES", 1000)
    assert load(key_of("a")) is None
    store(key_of("b"), "文" * 1000)
    assert only(entries)


@posix_only
def test_a_folder_that_others_may_write_to_is_left_alone(entries: Path) -> None:
    store(key_of("a"), 1)
    assert entries.stat().st_mode & 0o777 == 0o700
    for folder in (entries, entries.parent):
        folder.chmod(0o777)
        assert load(key_of("a")) is None
        store(key_of("b"), 1)
        assert only(entries)
        folder.chmod(0o700)


@posix_only
def test_a_link_to_another_folder_is_left_alone(entries: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir(mode=0o700)
    entries.parent.mkdir(mode=0o700, parents=True)
    entries.symlink_to(other)
    store(key_of("a"), 1)
    assert not list(other.iterdir())


def test_a_file_in_the_place_of_the_folder_is_left_alone(entries: Path) -> None:
    entries.parent.parent.mkdir(parents=True)
    entries.parent.write_text("a file where the folder should be", "utf-8")
    store(key_of("a"), 1)
    assert load(key_of("a")) is None


@posix_only
def test_a_folder_that_cannot_be_written_to_is_read(entries: Path) -> None:
    store(key_of("a"), 1)
    entries.chmod(0o500)
    try:
        store(key_of("b"), 1)
        assert load(key_of("a")) == 1
    finally:
        entries.chmod(0o700)


@posix_only
def test_a_relative_folder_is_ignored(entries: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", "cache")
    monkeypatch.setenv("XDG_STATE_HOME", "./state")
    store(key_of("a"), 1)
    assert load(key_of("a")) == 1
    assert not list((tmp_path / "work").iterdir())
    assert home in secret_of(tmp_path).parents
    assert not entries.exists()


def test_what_was_used_last_stays_and_foreign_files_all(entries: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_MOST_ENTRIES", 4)
    store(key_of("first"), 1)
    foreign = [entries / name for name in ("notes.txt", "notes.entry", f"{'0' * 64}.entry~")]
    for file in foreign:
        file.write_text("not an entry", "utf-8")
        os.utime(file, (0, 0))
    store(key_of("in use"), 2)
    for number in range(9):
        store(key_of(number), number)
        assert load(key_of("in use")) == 2
    assert len(list(entries.iterdir())) == 4 + len(foreign)
    assert all(file.exists() for file in foreign)
    assert load(key_of(8)) == 8
    assert load(key_of("first")) is None


@pytest.mark.usefixtures("entries")
def test_another_program_finds_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key_of("a")
    store(before, 1)
    monkeypatch.setattr(cache, "_program", lambda: ("another",))
    assert key_of("a") != before
    assert load(key_of("a")) is None


@pytest.mark.parametrize("container", ["program.zip", ""])
def test_a_program_without_source_files_is_known_by_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, container: str
) -> None:
    class Spec:
        origin = str(tmp_path / (container or "gone") / "generator" / "__init__.pyc")

    program = tmp_path / (container or "program.exe")
    program.write_bytes(b"one")
    if not container:
        monkeypatch.setattr(sys, "executable", str(program))
    monkeypatch.setattr(cache, "find_spec", lambda _: Spec)
    before = cache._state("generator")
    program.write_bytes(b"another")
    assert cache._state("generator") != before


def _fresh_process(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "generator", *arguments], check=True, capture_output=True)


def test_the_next_process_prints_the_same_report_without_compiling(
    entries: Path, meizhou: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _fresh_process("render", str(meizhou), "-o", str(tmp_path / "一.docx"))
    stored = {file: file.stat().st_ino for file in entries.iterdir()}
    assert stored
    _fresh_process("render", str(meizhou), "-o", str(tmp_path / "二.docx"))
    assert {file: file.stat().st_ino for file in entries.iterdir()} == stored  # none was written anew
    monkeypatch.setenv("JIXIAO_NO_CACHE", "1")
    _fresh_process("render", str(meizhou), "-o", str(tmp_path / "三.docx"))
    assert (tmp_path / "一.docx").read_bytes() == (tmp_path / "二.docx").read_bytes()
    assert (tmp_path / "三.docx").read_bytes() == (tmp_path / "二.docx").read_bytes()


def test_a_layout_found_again_explains_what_is_wrong_with_its_values(
    entries: Path, meizhou: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = pipeline.assess(meizhou).submission.template

    def refused() -> tuple[str, ...]:
        layouts._build.cache_clear()
        layout = Layout.open(form.layout, filters=dict.fromkeys(form.formats, str))
        with pytest.raises(Refused) as caught:
            layout.render({})
        return tuple(map(str, caught.value.findings))

    first = refused()
    assert first
    assert list(entries.iterdir())
    monkeypatch.setattr(cache, "store", lambda *_of: pytest.fail("compiled again"))
    assert refused() == first
