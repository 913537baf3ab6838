"""A template that an earlier process read is the same template, as long as nothing of it has changed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator.base import cache
from generator.base.diagnostics import Finding, Refused
from generator.template import assembling, load
from generator.template.files import Files, read_files
from generator.template.load import cache_key, load_template
from tests.cache_folder import use_cache_below
from tests.small_template import small

ROOT = Path(__file__).parents[2]
FIELDS = """\
收入: {类型: 金额, 标签: 收入, 必填: 否}
项目: {类型: 表, 标签: 项目, 必填: 否, 列: {名称: {类型: 文字, 标签: 名称}, 金额: {类型: 金额, 标签: 金额}}}
合计: {类型: 金额, 标签: 合计, 公式: 求和(项目.金额)}
"""
INDICATORS = "- {名称: 投入, 分值: 10, 取值: 合计 ÷ 收入, 得分: 分值 if 取值 ≥ 50% else 分值 × 取值}"
CHECKS = "- {名称: 收支, 条件: 合计 ≤ 收入 + 50 元, 级别: 警告, 位置: 合计, 消息: '{{ 合计 }}大于{{ 收入 }}。'}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A template of one's own, and an empty cache folder."""
    environment: dict[str, str] = {}
    use_cache_below(tmp_path, environment)
    monkeypatch.delenv("JIXIAO_NO_CACHE", raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    load._load.cache_clear()
    made = small(tmp_path, FIELDS, INDICATORS, CHECKS).folder / "templates" / "小"
    shutil.copy(ROOT / "templates" / "meizhou" / "报告.docx", made)
    yield made
    load._load.cache_clear()


def next_process() -> None:
    load._load.cache_clear()


def reads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """The folders whose files are read from now on."""
    read: list[Path] = []

    def noted(folder: Path, names: tuple[str, ...], findings: list[Finding]) -> Files:
        read.append(folder)
        return read_files(folder, names, findings)

    monkeypatch.setattr(load, "read_files", noted)
    return read


def test_the_next_process_need_not_read_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load_template(folder)
    next_process()
    read = reads(monkeypatch)
    again = load_template(folder)
    assert again == first
    assert again is not first
    assert read == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("name", ["meizhou", "hunan"])
def test_a_shipped_one_is_kept_whole(name: str) -> None:
    first = load_template(ROOT / "templates" / name)
    next_process()
    again = load_template(ROOT / "templates" / name)
    assert again == first
    assert again is not first


def test_a_copy_is_the_same_one_in_its_own_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = shutil.copytree(folder, folder.parents[1] / "别处" / folder.name)
    first = load_template(folder)
    next_process()
    read = reads(monkeypatch)
    again = load_template(other)
    assert read == []
    assert (again.folder, again.layout) == (other, other / first.layout.name)
    assert again.indicators[0].span.file == str(other / "indicators.yaml")
    assert again.indicators[0].name == first.indicators[0].name


@pytest.mark.parametrize("name", ["template.yaml", "fields.yaml", "indicators.yaml", "checks.yaml"])
def test_a_changed_file_is_read(folder: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    load_template(folder)
    next_process()
    read = reads(monkeypatch)
    file = folder / name
    file.write_text(file.read_text("utf-8") + "# 改过\n", "utf-8")
    load_template(folder)
    assert read == [folder]


def test_places_are_told_from_the_folder_where_one_works(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    here = load_template(folder).indicators[0].span.file
    monkeypatch.chdir(folder.parent)
    next_process()
    assert load_template(folder).indicators[0].span.file != here


def test_a_layout_that_is_none_any_more_is_told(folder: Path) -> None:
    layout = load_template(folder).layout
    next_process()
    layout.unlink()
    layout.mkdir()
    with pytest.raises(Refused) as refused:
        load_template(folder)
    assert layout.name in str(refused.value)


def test_a_faulty_template_is_not_kept(folder: Path) -> None:
    file = folder / "fields.yaml"
    file.write_text(file.read_text("utf-8") + "字段: 又一次\n", "utf-8")
    for _ in range(2):
        with pytest.raises(Refused):
            load_template(folder)
        next_process()


@pytest.mark.parametrize("kept", [b"", "文字", 3, [], [99], [4, 1], [0, [4]], {"": 1}, [1, "x"]])
def test_what_is_no_template_is_passed_over(folder: Path, kept: object) -> None:
    first = load_template(folder)
    names = ("template.yaml", "fields.yaml", "indicators.yaml", "checks.yaml")
    place = cache_key(folder, names)
    assert cache.load(place)
    cache.store(place, kept)
    next_process()
    assert load_template(folder) == first


def test_a_file_saved_while_it_was_read_is_not_kept_as_what_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = assembling.assemble

    def saved_meanwhile(*given: object) -> object:
        file = folder / "checks.yaml"
        file.write_text(file.read_text("utf-8") + "# 又存了一次\n", "utf-8")
        return usual(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(assembling, "assemble", saved_meanwhile)
    load_template(folder)
    assert not list(folder.parent.rglob("*.entry"))


def test_a_file_that_cannot_be_read_has_no_place(folder: Path) -> None:
    assert cache_key(folder, ("没有.yaml",)) == ""


def test_a_file_that_is_far_too_large_is_not_read_for_it(folder: Path) -> None:
    with (folder / "checks.yaml").open("r+b") as file:
        file.truncate(400 * 1024 * 1024)
    assert cache_key(folder, ("template.yaml", "checks.yaml")) == ""
    with pytest.raises(Refused) as refused:
        load_template(folder)
    assert "文件太大" in str(refused.value)
