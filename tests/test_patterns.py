"""Patterns that are compiled late, or by an earlier process, behave like those that are compiled at once."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import keeping, patterns
from generator.patterns import keeping_patterns, regex


def test_it_is_a_pattern_like_any_other() -> None:
    late, now = regex(r"(?P<n>\d+)B", re.IGNORECASE), re.compile(r"(?P<n>\d+)B", re.IGNORECASE)
    for text in ("a12b", "12", ""):
        assert [found.span() for found in late.finditer(text)] == [found.span() for found in now.finditer(text)]
    assert (late.pattern, late.flags, late.groupindex) == (now.pattern, now.flags, now.groupindex)


def test_a_faulty_one_fails_when_it_is_used() -> None:
    late = regex("(")
    with pytest.raises(re.error):
        late.search("x")


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The user's cache folder, empty, and a process that has compiled nothing yet."""
    monkeypatch.delenv("JIXIAO_NO_CACHE")
    monkeypatch.setenv("LOCALAPPDATA" if os.name == "nt" else "XDG_CACHE_HOME", str(tmp_path / "cache"))
    _forget()
    yield tmp_path / "cache" / "jixiao"
    monkeypatch.undo()
    _forget()


def _forget() -> None:
    """As if the next process began."""
    patterns._known.cache_clear()
    patterns._compiled.cache_clear()


SAMPLES: list[tuple[str, int]] = [
    (r"(?P<a>\d+)(?P<b>[家个])?", 0),
    (r"^第[ ]?\d{1,3}[ ]?页$", re.MULTILINE),
    (r"(?<=[，。])\s+(?=\S)|《[^》]*》", 0),
    (r"x.y", re.DOTALL | re.IGNORECASE),
    ("[\ud800-\udfff]", 0),
    (r"[\w.]+", re.ASCII),
]


@pytest.mark.parametrize(
    ("text", "flags"), SAMPLES, ids=[text.encode("unicode_escape").decode() for text, _ in SAMPLES]
)
def test_the_next_process_finds_it_compiled(
    text: str, flags: int, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample = "12家，第 3 页\n《某 办法》 x\nY 第3页"
    with keeping_patterns():
        regex(text, flags).search(sample)
    assert len(list(cache.iterdir())) == 1
    _forget()
    monkeypatch.setattr(patterns, "_made", lambda *_: pytest.fail("compiled again"))
    late, now = regex(text, flags), re.compile(text, flags)
    assert [found.span() for found in late.finditer(sample)] == [found.span() for found in now.finditer(sample)]
    assert (late.pattern, late.flags, late.groups, late.groupindex) == (
        now.pattern,
        now.flags,
        now.groups,
        now.groupindex,
    )


def test_bytes_are_searched_as_well(cache: Path) -> None:
    for _ in range(2):
        with keeping_patterns():
            assert [found[1] for found in regex(rb"<w:(\w+)").finditer(b"<w:p><w:r>")] == [b"p", b"r"]
        _forget()
    assert list(cache.iterdir())


def test_nothing_new_is_not_written_again(cache: Path) -> None:
    with keeping_patterns():
        regex("甲").search("甲")
    (file,) = cache.iterdir()
    before = file.stat().st_mtime_ns
    with keeping_patterns():
        regex("甲").search("甲")
    assert file.stat().st_mtime_ns == before


def test_what_another_process_kept_meanwhile_stays(cache: Path) -> None:
    regex("甲").search("甲")
    mine = patterns._known()
    _forget()
    with keeping_patterns():
        regex("乙").search("乙")
    _forget()
    patterns._known()[1].update(mine[1])
    with keeping_patterns():
        pass
    assert {text for text, _ in patterns._kept()} >= {"甲", "乙"}
    assert list(cache.iterdir())


@pytest.mark.parametrize("kept", [[], {("甲", 0): (32, [99999], 0, {}, ())}, {("甲", 0): (32,)}, {("甲", 0): None}])
@pytest.mark.usefixtures("cache")
def test_what_is_no_pattern_is_passed_over(kept: object) -> None:
    keeping.keep(patterns._place(), kept)
    assert regex("甲").search("乙甲") is not None
    assert regex("甲").search("乙") is None


@pytest.mark.parametrize("missing", [ImportError, AttributeError, TypeError])
@pytest.mark.usefixtures("cache")
def test_a_python_that_compiles_otherwise_only_takes_longer(
    missing: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def otherwise(*_: object) -> None:
        raise missing

    monkeypatch.setattr(patterns, "_made", otherwise)
    with keeping_patterns():
        assert regex(r"(\d)家").findall("3家") == ["3"]


@pytest.mark.usefixtures("cache")
def test_a_program_whose_files_cannot_be_looked_at_compiles(monkeypatch: pytest.MonkeyPatch) -> None:
    def hidden(*_: object) -> str:
        raise OSError

    monkeypatch.setattr(patterns, "key_of", hidden)
    with keeping_patterns():
        assert regex("丙").search("甲丙") is not None
