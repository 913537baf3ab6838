"""The part 附件 of an input: which files come behind the report, and what can be wrong with how they are named."""

from __future__ import annotations

import errno
from hashlib import sha256
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding
from generator.submission.model import Submission
from generator.template.load import load_template
from tests.small_template import Small, small

FIELDS = "部门: {类型: 文字, 标签: 部门}\n"


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, FIELDS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The input's folder, with two Word files, one of them below it, and some that are none."""
    place = tmp_path / "填报"
    (place / "材料").mkdir(parents=True)
    for name in ("资金表.docx", "材料/说明.DOCX", "~$资金表.docx", "旧表.doc", "无扩展名"):
        (place / name).write_bytes(name.encode())
    (tmp_path / "别处.docx").write_bytes(b"x")
    return place


def accepted(form: Small, folder: Path, text: str) -> tuple[Submission, list[Finding]]:
    return form.accept(f"部门: 甲局\n{text}", folder)


def faults(form: Small, folder: Path, text: str) -> list[tuple[str, int, int, str]]:
    submission, findings = accepted(form, folder, text)
    assert submission.attachments == ()
    return [(one.code, one.span.line, one.span.column, f"{one.message} {one.hint}") for one in findings]


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("附件2：资金表", "资金表"),
        ("附件1资金表", "资金表"),
        ("附件一、资金表", "资金表"),
        ("附件：资金表", "资金表"),
        ("附件一览表", "附件一览表"),
        ("附件2024年度资金表", "附件2024年度资金表"),
        ("附件12个项目", "附件12个项目"),
        ("附件1", "附件1"),
    ],
)
def test_the_label_is_printed_once(form: Small, folder: Path, typed: str, printed: str) -> None:
    submission, _ = accepted(form, folder, f"附件:\n- {{文件: 资金表.docx, 标题: {typed}}}\n")
    assert [one.title for one in submission.attachments] == [printed]


def test_names_and_titles(form: Small, folder: Path) -> None:
    text = "附件:\n- 资金表.docx\n- {文件: 材料/说明.DOCX, 标题: 情况说明}\n- {文件: '材料\\说明.DOCX'}\n"
    submission, findings = accepted(form, folder, text)
    assert findings == []
    assert [(one.name, one.title, one.path) for one in submission.attachments] == [
        ("资金表.docx", "资金表", "附件[1]"),
        ("材料/说明.DOCX", "情况说明", "附件[2]"),
        ("材料\\说明.DOCX", "说明", "附件[3]"),
    ]
    assert submission.attachments[0].data == "资金表.docx".encode()
    assert [(one.span.line, one.span.column) for one in submission.attachments] == [(4, 3), (5, 8), (6, 8)]


def test_they_are_part_of_the_input(form: Small, folder: Path) -> None:
    submission, _ = accepted(form, folder, "附件: [资金表.docx]\n")
    assert submission.sources == (("资金表.docx", sha256("资金表.docx".encode()).hexdigest()),)


@pytest.mark.parametrize("text", ["", "附件:\n", "附件: []\n"])
def test_there_need_not_be_any(form: Small, folder: Path, text: str) -> None:
    submission, findings = accepted(form, folder, text)
    assert (submission.attachments, findings) == ((), [])


def test_a_single_name_will_do(form: Small, folder: Path) -> None:
    submission, findings = accepted(form, folder, "附件: 资金表.docx\n")
    assert [one.name for one in submission.attachments] == ["资金表.docx"]
    assert findings == []


@pytest.mark.parametrize(
    "name",
    ["../别处.docx", "材料/../../别处.docx", "/etc/别处.docx", "C:\\别处.docx", "\\\\机器\\别处.docx", "/别处.docx"],
)
def test_names_stay_inside_the_folder(form: Small, folder: Path, name: str) -> None:
    assert [found[:3] for found in faults(form, folder, f"附件:\n- '{name}'\n")] == [("JX227", 4, 3)]


def test_links_do_not_lead_out(form: Small, folder: Path) -> None:
    (folder / "连.docx").symlink_to(folder.parent / "别处.docx")
    (folder / "圈.docx").symlink_to(folder / "圈.docx")
    assert [found[0] for found in faults(form, folder, "附件: [连.docx, 圈.docx]\n")] == ["JX227", "JX228"]


def test_a_missing_file_with_near_misses(form: Small, folder: Path) -> None:
    code, line, column, said = faults(form, folder, "附件:\n- 资金表格.docx\n")[0]
    assert (code, line, column) == ("JX228", 4, 3)
    assert said == "找不到 Word 文件「资金表格.docx」。 是否为「资金表.docx」？"
    assert "材料/说明.DOCX" in faults(form, folder, "附件: [材料/说名.docx]\n")[0][3]
    assert "核对文件名" in faults(form, folder, "附件: [没有的/说明.docx]\n")[0][3]


@pytest.mark.parametrize(("name", "kind"), [("旧表.doc", ".doc"), ("无扩展名", "没有扩展名的文件")])
def test_other_formats(form: Small, folder: Path, name: str, kind: str) -> None:
    code, *_, said = faults(form, folder, f"附件: [{name}]\n")[0]
    assert code == "JX229"
    assert kind in said
    assert "另存为" in said


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("附件: {资金表: 1}\n", 3),
        ("附件:\n- [资金表.docx]\n", 4),
        ("附件:\n-\n", 4),
        ("附件:\n- {标题: 甲}\n", 4),
        ("附件:\n- {文件: 资金表.docx, 标题: [甲]}\n", 4),
        ("附件:\n" + "- 资金表.docx\n" * 101, 4),
    ],
)
def test_shapes(form: Small, folder: Path, text: str, line: int) -> None:
    found = faults(form, folder, text)
    assert [(code, at) for code, at, *_ in found] == [("JX226", line)]


def test_misspelt_keys(form: Small, folder: Path) -> None:
    submission, findings = accepted(form, folder, "附件: [{文件: 资金表.docx, 题目: 甲}]\n")
    assert [(one.code, one.path) for one in findings] == [("JX201", "附件[1].题目")]
    assert [one.title for one in submission.attachments] == ["资金表"]
    submission, findings = accepted(form, folder, "附近: [资金表.docx]\n")
    assert [(one.code, one.hint) for one in findings] == [("JX201", "是否为「附件」？")]


def test_files_too_large_or_closed(form: Small, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "大.docx").open("wb") as stream:
        stream.truncate(50_000_001)
    assert "超过 50 MB" in faults(form, folder, "附件: [大.docx]\n")[0][3]

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "")

    monkeypatch.setattr(Path, "open", closed)
    found = faults(form, folder, "附件: [资金表.docx]\n")
    assert [(code, "没有权限" in said) for code, *_, said in found] == [("JX224", True)]


def test_a_field_of_that_name_wins(tmp_path: Path, folder: Path) -> None:
    form = small(tmp_path / "另", FIELDS + "附件: {类型: 文字, 标签: 附件}\n")
    submission, findings = accepted(form, folder, "附件: 见纸质材料\n")
    assert (submission.attachments, findings) == ((), [])
    assert load_template(form.folder / "templates" / "小").fields["附件"].label == "附件"
