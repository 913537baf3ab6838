"""Files as git has them, in repositories made for the test."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from generator.base.diagnostics import FileProblem
from generator.base.files import find_program
from generator.workflows.diff.compare import compare
from generator.workflows.diff.side import as_revision, open_side

FILE = Path("inputs") / "meizhou-gxj-2021.yaml"
ONE = ("进展: 推进中", "进展: 已完成")
ROWS = "项目,金额,自评分\n第五届创新创业大赛活动经费,{}万元,98\n阿里云创新中心项目,175万元,96\n"

Git = Callable[..., None]


@pytest.fixture
def git(workplace: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """A repository of the workplace with nothing in it, and the way to talk to it."""
    if shutil.which("git") is None:
        pytest.skip("git is missing (Debian: apt-get install git)")
    monkeypatch.chdir(workplace)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")

    def run(*arguments: str) -> None:
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=workplace, check=True, capture_output=True)

    run("init", "-q")
    return run


@pytest.fixture
def corrected(git: Git, workplace: Path) -> Path:
    """The Meizhou input committed as it is, and one task finished since."""
    git("add", "inputs")
    git("commit", "-q", "-m", "一")
    text = (workplace / FILE).read_text("utf-8")
    (workplace / FILE).write_text(text.replace(*ONE, 1), "utf-8")
    return workplace


@pytest.mark.parametrize(
    ("argument", "parts"),
    [
        ("HEAD~1:inputs/x.yaml", ("HEAD~1", "inputs/x.yaml")),
        ("@:x.yaml", ("@", "x.yaml")),
        ("v1.0:填报/某局.yaml", ("v1.0", "填报/某局.yaml")),
        ("inputs/x.yaml", None),
        (r"C:\填报\某局.yaml", None),
        ("c:/x.yaml", None),
        ("--output=y:x.yaml", None),
        ("HEAD:", None),
        ("", None),
    ],
)
def test_what_names_a_revision(argument: str, parts: tuple[str, str] | None) -> None:
    found = as_revision(argument)
    assert (found and (found.revision, found.path)) == parts


def test_a_file_whose_name_has_a_colon_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("HEAD:x.yaml").write_text("", "utf-8")
    assert as_revision("HEAD:x.yaml") is None


@pytest.mark.parametrize("argument", [f"HEAD:{FILE.as_posix()}", "@:{whole}"])
def test_an_input_is_read_from_a_revision(corrected: Path, argument: str) -> None:
    whole = (corrected / FILE).as_posix()
    with open_side(argument.format(whole=whole)) as old, open_side(str(FILE)) as new:
        found = compare(old, new)
    assert [(one.path, one.old, one.new) for one in found.facts] == [("重点工作[3].进展", "推进中", "已完成")]
    assert found.total.score == ("102.34", "102.62")
    assert found.facts[0].old_span is not None
    assert found.facts[0].old_span.file == argument.format(whole=whole)


def test_from_a_folder_below_names_are_found_as_people_see_them(
    corrected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(corrected / "inputs")
    with open_side(f"HEAD:{FILE.name}") as side:
        assert side.assessment is not None
        assert side.findings
    with open_side(f"HEAD:{FILE.as_posix()}") as side:
        assert side.assessment is not None


def test_a_file_that_is_gone_from_the_disk_is_still_in_git(corrected: Path) -> None:
    (corrected / FILE).unlink()
    with open_side(f"HEAD:{FILE.as_posix()}") as side:
        assert side.assessment is not None


def test_nothing_in_the_repository_changes(corrected: Path, git: Git) -> None:
    def state() -> dict[str, bytes]:
        return {str(file): file.read_bytes() for file in (corrected / ".git").rglob("*") if file.is_file()}

    before = state()
    with open_side(f"HEAD:{FILE.as_posix()}"):
        pass
    assert state() == before
    git("status")


@pytest.mark.parametrize(
    ("argument", "why"),
    [
        ("HEAD~7:inputs/meizhou-gxj-2021.yaml", "没有这个版本"),
        ("没有的版本:inputs/meizhou-gxj-2021.yaml", "没有这个版本"),
        ("HEAD:inputs/没有.yaml", "没有这个文件"),
        ("HEAD:../inputs/没有.yaml", "读不到"),
    ],
)
@pytest.mark.usefixtures("corrected")
def test_a_revision_that_is_not_there_is_told(argument: str, why: str) -> None:
    with pytest.raises(FileProblem) as caught, open_side(argument):
        pass
    (finding,) = caught.value.findings
    assert finding.code == "JX842"
    assert why in finding.message
    assert finding.span.file == argument


def test_outside_of_a_repository_that_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(FileProblem, match="不在 git 仓库里"), open_side("HEAD:x.yaml"):
        pass
    with pytest.raises(FileProblem, match="没有「"), open_side(f"HEAD:{tmp_path.as_posix()}/无/x.yaml"):
        pass


@pytest.mark.usefixtures("corrected")
def test_where_git_is_missing_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(FileProblem, match="没有找到 git") as caught, open_side(f"HEAD:{FILE.as_posix()}"):
        pass
    assert caught.value.findings[0].code == "JX841"


def test_where_git_does_not_answer_that_is_told(corrected: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("git", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(FileProblem, match="没有按时答复"), open_side(f"HEAD:{FILE.as_posix()}"):
        pass
    assert corrected.is_dir()


@pytest.fixture
def with_table(git: Git, workplace: Path) -> Path:
    """An input whose table is a file beside it; both committed, and both other now."""
    file = workplace / FILE
    text = file.read_text("utf-8")
    start, end = text.index("专项资金:\n"), text.index("# 三公经费和日常公用经费")
    file.write_text(f"{text[:start]}专项资金: {{来源: 表/资金.csv}}\n\n{text[end:]}", "utf-8")
    (file.parent / "表").mkdir()
    (file.parent / "表" / "资金.csv").write_text(ROWS.format(125), "utf-8")
    git("add", "inputs/meizhou-gxj-2021.yaml")
    git("commit", "-q", "-m", "没有表")
    git("add", "inputs")
    git("commit", "-q", "-m", "有表")
    (file.parent / "表" / "资金.csv").write_text(ROWS.format(225), "utf-8")
    return workplace


@pytest.mark.usefixtures("with_table")
def test_a_table_beside_the_input_is_read_from_the_same_revision() -> None:
    with open_side(f"HEAD:{FILE.as_posix()}") as old, open_side(str(FILE)) as new:
        found = compare(old, new)
        assert [(one.path, one.old, one.new) for one in found.facts] == [("专项资金[1].金额", "125万元", "225万元")]
        assert found.remarks == ()
        assert found.facts[0].old_span is not None
        assert str(found.facts[0].old_span) == "表/资金.csv:2:2"


@pytest.mark.usefixtures("with_table")
def test_a_table_that_the_revision_does_not_have_is_read_from_the_disk_and_that_is_said() -> None:
    with open_side(f"HEAD~1:{FILE.as_posix()}") as old, open_side(str(FILE)) as new:
        found = compare(old, new)
    assert found.facts == ()
    assert found.remarks == ("「表/资金.csv」在 HEAD~1 里没有，用的是磁盘上现在的文件",)


def test_a_name_that_leads_out_of_the_folder_is_not_followed(with_table: Path, git: Git) -> None:
    text = (with_table / FILE).read_text("utf-8")
    (with_table / "外面.csv").write_text(ROWS.format(1), "utf-8")
    (with_table / FILE).write_text(text.replace("表/资金.csv", "../外面.csv"), "utf-8")
    git("add", ".")
    git("commit", "-q", "-m", "外面")
    with open_side(f"HEAD:{FILE.as_posix()}") as side:
        assert side.assessment is None
        assert "外面.csv" in str([one.message for one in side.findings])
        assert side.remarks == ()


def test_a_template_that_is_not_there_is_a_finding_all_the_same(with_table: Path, git: Git) -> None:
    text = (with_table / FILE).read_text("utf-8")
    for name, wrong in (
        ("无模板", text.replace("模板: meizhou", "模版: meizhou")),
        ("错模板", text.replace("模板: meizhou", "模板: meizou")),
    ):
        (with_table / "inputs" / f"{name}.yaml").write_text(wrong, "utf-8")
        git("add", ".")
        git("commit", "-q", "-m", name)
        with open_side(f"HEAD:inputs/{name}.yaml") as side:
            assert side.assessment is None
            assert side.template is None
            assert side.root is not None
            assert {one.code for one in side.findings} & {"JX701", "JX702"}


def test_a_program_in_the_working_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in (tmp_path / "soffice", tmp_path / "bin" / "soffice.exe"):
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(b"")
        file.chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{tmp_path / 'bin'}")
    assert find_program("soffice") == str(tmp_path / "bin" / "soffice.exe")
