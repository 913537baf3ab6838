"""Where templates are looked for, and what is said when there is none."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from generator.base.diagnostics import FileProblem, Finding, Refused, Span
from generator.template.files import find_template, known_templates
from generator.template.load import load_template


def put(place: Path, name: str) -> Path:
    """A folder with a manifest, which is all that finding looks at."""
    folder = place / name
    folder.mkdir(parents=True)
    (folder / "template.yaml").write_text("名称: 甲\n", "utf-8")
    return folder


def refused(name: str, start: Path, asked: Path | None = None, span: Span | None = None) -> Finding:
    with pytest.raises(Refused) as caught:
        find_template(name, start, asked, span)
    assert len(caught.value.findings) == 1
    finding = caught.value.findings[0]
    assert finding.code == "JX701"
    assert finding.path == "模板"
    assert f"找不到模板「{name}」" in finding.message
    return finding


def test_the_nearest_folder_upward_from_the_input_wins(tmp_path: Path) -> None:
    outer, inner = put(tmp_path / "templates", "某市"), put(tmp_path / "a" / "templates", "某市")
    assert find_template("某市", tmp_path / "a" / "b" / "c" / "x.yaml") == inner
    assert find_template("某市", tmp_path / "a" / "x.yaml") == inner
    assert find_template("某市", tmp_path / "x.yaml") == outer


def test_a_folder_without_this_template_does_not_end_the_search(tmp_path: Path) -> None:
    outer = put(tmp_path / "templates", "某市")
    put(tmp_path / "a" / "templates", "别市")
    assert find_template("某市", tmp_path / "a" / "x.yaml") == outer


def test_own_templates_go_before_shipped_ones(tmp_path: Path) -> None:
    own = put(tmp_path / "templates", "meizhou")
    assert find_template("meizhou", tmp_path / "x.yaml") == own


def test_shipped_templates_are_found_from_anywhere(tmp_path: Path, root: Path) -> None:
    assert find_template("meizhou", tmp_path / "x.yaml") == root / "templates" / "meizhou"


def test_the_folder_asked_for_is_the_only_one(tmp_path: Path) -> None:
    put(tmp_path / "templates", "某市")
    asked = put(tmp_path / "elsewhere", "别市").parent
    assert find_template("别市", tmp_path / "x.yaml", asked) == asked / "别市"
    refused("某市", tmp_path / "x.yaml", asked)
    refused("meizhou", tmp_path / "x.yaml", asked)


def test_the_input_may_be_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = put(tmp_path / "templates", "某市")
    (tmp_path / "inputs").mkdir()
    monkeypatch.chdir(tmp_path / "inputs")
    assert find_template("某市", Path("x.yaml")) == folder


def test_a_folder_without_a_manifest_is_no_template(tmp_path: Path) -> None:
    (tmp_path / "templates" / "空").mkdir(parents=True)
    put(tmp_path / "templates", "某市")
    assert known_templates([tmp_path / "templates"]) == ["某市"]
    with pytest.raises(Refused, match="JX703"):
        find_template("空", tmp_path / "x.yaml", tmp_path / "templates")


def test_near_misses_are_named(tmp_path: Path) -> None:
    put(tmp_path / "templates", "某市")
    finding = refused("meizou", tmp_path / "x.yaml", span=Span("x.yaml", 2, 5, 6))
    assert finding.hint == "是否为「meizhou」？"
    assert finding.span == Span("x.yaml", 2, 5, 6)


def test_without_a_near_miss_all_are_named(tmp_path: Path) -> None:
    for name in ("丙市", "甲市", "乙市"):
        put(tmp_path / "t", name)
    finding = refused("xyz", tmp_path / "x.yaml", tmp_path / "t")
    assert finding.hint == "可用的有：丙市、乙市、甲市。"
    assert finding.span == Span(str(tmp_path / "x.yaml"))


def test_an_absent_folder_of_templates(tmp_path: Path) -> None:
    with pytest.raises(FileProblem) as problem:
        find_template("甲", tmp_path / "x.yaml", tmp_path / "none")
    assert [finding.code for finding in problem.value.findings] == ["JX711"]


@pytest.mark.parametrize(
    "name",
    [
        "../某市",
        "./某市",
        "某市/",
        "a/../某市",
        "..",
        ".",
        "",
        "/",
        "*",
        "**",
        "?市",
        "[某]市",
        "某市\x00",
        "甲" * 300,
        "..\\某市",
        "C:某市",
    ],
)
def test_a_name_is_never_a_path_or_a_pattern(tmp_path: Path, name: str) -> None:
    put(tmp_path / "templates", "某市")
    put(tmp_path, "某市")
    (tmp_path / "templates" / "a").mkdir()
    refused(name, tmp_path / "x.yaml", tmp_path / "templates")
    refused(name, tmp_path / "templates" / "x.yaml")


def test_an_absolute_path_is_no_name(tmp_path: Path) -> None:
    refused(str(put(tmp_path / "elsewhere", "某市")), tmp_path / "x.yaml")


def test_the_shipped_templates_load(root: Path) -> None:
    for folder in sorted((root / "templates").glob("*/")):
        assert load_template(folder).id == folder.name


def test_a_copied_template_keeps_its_own_name(workplace: Path) -> None:
    shutil.copytree(workplace / "templates" / "meizhou", workplace / "templates" / "另市")
    assert load_template(find_template("另市", workplace / "inputs" / "x.yaml")).id == "另市"


def test_one_without_its_main_file_is_told_and_no_other_used(tmp_path: Path) -> None:
    (tmp_path / "templates" / "meizhou").mkdir(parents=True)
    with pytest.raises(Refused, match=r"JX703.*template\.yaml"):
        find_template("meizhou", tmp_path / "x.yaml")
