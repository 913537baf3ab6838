"""What a command line names, as inputs."""

import errno
import os
from pathlib import Path

import pytest

from generator.base.diagnostics import FileProblem
from generator.workflows.jobs import find_inputs, orphan_reviews


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("乙.yaml", "甲.yml", "说明.txt", ".隐藏.yaml", "下级/丙.YAML", ".git/丁.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("模板: 无\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def names(files: list[Path]) -> list[str]:
    return [file.name for file in files]


def test_a_folder_means_the_yaml_files_in_it_and_below(folder: Path) -> None:
    assert names(find_inputs([str(folder)])) == ["丙.YAML", "乙.yaml", "甲.yml"]
    assert names(find_inputs(["."])) == ["丙.YAML", "乙.yaml", "甲.yml"]


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege there")
def test_a_broken_link_is_not_passed_over(folder: Path) -> None:
    """Reading it tells what is wrong; a link to a folder is no filing."""
    (folder / "断.yaml").symlink_to("没有.yaml")
    (folder / "夹.yaml").symlink_to("下级")
    assert names(find_inputs(["."])) == ["丙.YAML", "乙.yaml", "断.yaml", "甲.yml"]


def test_a_folder_that_cannot_be_listed_stands_for_what_is_in_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading it tells why, and the others are read."""
    listed = os.scandir

    def scandir(path: str) -> object:
        if Path(path).name in ("下级", ".git"):
            raise PermissionError(errno.EACCES, "denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", scandir)
    assert names(find_inputs([str(folder)])) == ["乙.yaml", "甲.yml", "下级"]


def test_a_pattern_is_resolved_where_the_shell_does_not(folder: Path) -> None:
    assert names(find_inputs(["*.yaml"])) == ["乙.yaml"]
    assert names(find_inputs([str(folder / "**" / "*")])) == ["丙.YAML", "乙.yaml", "甲.yml"]


def test_each_file_once_in_the_order_named(folder: Path) -> None:
    assert names(find_inputs(["甲.yml", str(folder), "./甲.yml"])) == ["甲.yml", "丙.YAML", "乙.yaml"]


@pytest.mark.usefixtures("folder")
def test_a_file_is_taken_whatever_its_ending() -> None:
    assert names(find_inputs(["说明.txt"])) == ["说明.txt"]


def test_everything_that_is_not_there_is_named(folder: Path) -> None:
    (folder / "空").mkdir()
    with pytest.raises(FileProblem) as caught:
        find_inputs(["没有.yaml", "空", "甲.yml", "无*.yaml"])
    assert [(one.code, one.span.file) for one in caught.value.findings] == [
        ("JX821", "没有.yaml"),
        ("JX822", "空"),
        ("JX821", "无*.yaml"),
    ]


def test_a_file_with_signs_of_a_pattern_in_its_name(folder: Path) -> None:
    (folder / "[一].yaml").write_text("模板: 无\n", encoding="utf-8")
    assert names(find_inputs(["[一].yaml"])) == ["[一].yaml"]


def test_a_review_without_its_filing_is_told(folder: Path) -> None:
    """One that was left behind when its filing got another name; beside a single file only if that is alone."""
    for name in ("乙.复核.yaml", "丁.复核.yaml", "丁.答复.yaml", "下级/戊.复核.yaml", "稿/己.复核.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("轮次: []\n", encoding="utf-8")
    told = [(one.code, Path(one.span.file).name) for one in orphan_reviews(find_inputs(["."]))]
    assert told == [("JX676", name) for name in ("戊.复核.yaml", "丁.复核.yaml", "丁.答复.yaml")]
    assert orphan_reviews(map(Path, ["乙.yaml", "没有.yaml", f"{'长' * 300}/丙.yaml", "-"])) == []
    assert [Path(one.span.file).name for one in orphan_reviews([Path("下级/丙.YAML")])] == ["戊.复核.yaml"]
