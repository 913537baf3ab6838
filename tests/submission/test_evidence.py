"""What an indicator rests on: titles, files beside the input, and what can be wrong with how they are named."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

import pytest

from generator.base.diagnostics import Finding, Refused
from generator.submission.accept import accept
from generator.submission.attachments import list_evidence, with_evidence
from generator.submission.model import Evidence, Submission
from generator.yamlfile.source import parse_yaml
from tests.small_template import Small, small

INDICATORS = """\
- 名称: 管理
  分值: 10
  下级:
  - {名称: 制度, 分值: 4, 得分: 自评分}
  - 名称: 公开
    分值: 6
    要点:
    - {名称: 目标公开, 分值: 3}
    - {名称: 报告公开, 分值: 3}
"""
REST = """\
  公开:
    要点:
      目标公开: {结论: 符合}
      报告公开: {结论: 符合}
"""


@pytest.fixture
def form(tmp_path: Path) -> Small:
    return small(tmp_path, "", INDICATORS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The input's folder, with files of evidence in it, below it and, out of reach, above it."""
    place = tmp_path / "填报"
    (place / "佐证").mkdir(parents=True)
    for name in ("佐证/制度汇编.pdf", "佐证/scan.JPG", "台账.xlsx", "批复 .pdf"):
        (place / name).write_bytes(name.encode())
    (place / "佐证" / "空.pdf").write_bytes(b"")
    (tmp_path / "别处.pdf").write_bytes(b"x")
    return place


def accepted(form: Small, folder: Path, evidence: str, rest: str = REST) -> tuple[Submission, list[Finding]]:
    """An input whose first indicator has this evidence, from line 5 on."""
    text = f"模板: 小\n指标:\n  制度:\n    自评分: 4\n    佐证: {evidence}\n{rest}"
    source = parse_yaml(text.encode(), "填报.yaml")
    assert source.root is not None, source.findings
    return accept(source, source.root, form.template, folder)


def materials(form: Small, folder: Path, evidence: str) -> tuple[Evidence, ...]:
    submission, findings = accepted(form, folder, evidence)
    assert findings == []
    return submission.entries["制度"].evidence.materials


def faults(form: Small, folder: Path, evidence: str) -> list[tuple[str, int, int, str]]:
    return [(f.code, f.span.line, f.span.column, f.path) for f in accepted(form, folder, evidence)[1]]


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ("制度汇编", [("制度汇编", "", "指标.制度.佐证")]),
        ("佐证/制度汇编.pdf", [("制度汇编", "佐证/制度汇编.pdf", "指标.制度.佐证")]),
        ("'佐证\\scan.JPG'", [("scan", "佐证\\scan.JPG", "指标.制度.佐证")]),
        ("{标题: 现场照片, 文件: 佐证/scan.JPG}", [("现场照片", "佐证/scan.JPG", "指标.制度.佐证")]),
        ("{标题: 现场照片}", [("现场照片", "", "指标.制度.佐证")]),
        ("{标题: 现场照片, 文件: }", [("现场照片", "", "指标.制度.佐证")]),
        ("{文件: 台账.xlsx, 标题: }", [("台账", "台账.xlsx", "指标.制度.佐证")]),
        (
            "[决算报表, {文件: 台账.xlsx}, 佐证/制度汇编.pdf]",
            [
                ("决算报表", "", "指标.制度.佐证[1]"),
                ("台账", "台账.xlsx", "指标.制度.佐证[2]"),
                ("制度汇编", "佐证/制度汇编.pdf", "指标.制度.佐证[3]"),
            ],
        ),
        ("2021", [("2021", "", "指标.制度.佐证")]),
        ("2021/2022年报表", [("2021/2022年报表", "", "指标.制度.佐证")]),
        ("第3.5章", [("第3.5章", "", "指标.制度.佐证")]),
        ("批复 .pdf", [("批复", "批复 .pdf", "指标.制度.佐证")]),
        (".pdf", [(".pdf", "", "指标.制度.佐证")]),
        ("[决算报表, ]", [("决算报表", "", "指标.制度.佐证[1]")]),
        ("[]", []),
        ("{}", []),
        ("{标题: , 文件: }", []),
        ("", []),
        ('" "', []),
    ],
)
def test_titles_and_files(form: Small, folder: Path, evidence: str, expected: list[tuple[str, str, str]]) -> None:
    found = materials(form, folder, evidence)
    assert [(one.title, one.name, one.path) for one in found] == expected
    assert all(one.file is not None and one.file.is_file() for one in found if one.name)
    assert all(one.file is None for one in found if not one.name)


def test_titles_are_a_fact_that_texts_can_print(form: Small, folder: Path) -> None:
    submission, _ = accepted(form, folder, "[决算报表, {标题: 台账, 文件: 台账.xlsx}, 佐证/制度汇编.pdf]")
    fact = submission.entries["制度"].evidence
    assert (fact.path, fact.value, fact.text) == (
        "指标.制度.佐证",
        ("决算报表", "台账", "制度汇编"),
        "决算报表、台账、制度汇编",
    )
    assert [span.column for span in fact.spans] == [10, 21, 39]
    assert [one.titled for one in submission.entries["制度"].evidence.materials] == [True, True, False]
    blank, _ = accepted(form, folder, "")
    assert (blank.entries["制度"].evidence.value, blank.entries["制度"].evidence.span.line) == (None, 4)


def test_the_place_of_the_title_is_not_that_of_the_file(form: Small, folder: Path) -> None:
    (one,) = materials(form, folder, "{标题: 现场照片, 文件: 佐证/scan.JPG}")
    assert (one.span.column, one.named.column) == (14, 24)
    (one,) = materials(form, folder, "佐证/scan.JPG")
    assert (one.span.column, one.named.column) == (9, 9)


def test_points_have_evidence_of_their_own(form: Small, folder: Path) -> None:
    rest = """\
  公开:
    佐证: 公开目录
    要点:
      目标公开: {结论: 符合, 佐证: [网页截图, 佐证/scan.JPG]}
      报告公开: {结论: 符合, 佐证: 公开目录}
"""
    submission, findings = accepted(form, folder, "制度汇编", rest)
    assert findings == []
    entry = submission.entries["公开"]
    assert [one.path for one in entry.all_materials()] == [
        "指标.公开.佐证",
        "指标.公开.要点.目标公开.佐证[1]",
        "指标.公开.要点.目标公开.佐证[2]",
        "指标.公开.要点.报告公开.佐证",
    ]
    assert entry.items["目标公开"].evidence.value == ("网页截图", "scan")


@pytest.mark.parametrize(
    "name",
    [
        "../别处.pdf",
        "佐证/../../别处.pdf",
        "/etc/别处.pdf",
        "C:\\别处.pdf",
        "\\\\机器\\别处.pdf",
        "佐证\\..\\..\\别处.pdf",
    ],
)
def test_names_stay_inside_the_folder(form: Small, folder: Path, name: str) -> None:
    assert faults(form, folder, f"'{name}'") == [("JX262", 5, 9, "指标.制度.佐证")]
    submission, _ = accepted(form, folder, f"[{{标题: 甲, 文件: '{name}'}}]")
    assert submission.entries["制度"].evidence.materials == ()


def test_links_do_not_lead_out(form: Small, folder: Path) -> None:
    (folder / "连.pdf").symlink_to(folder.parent / "别处.pdf")
    (folder / "外").symlink_to(folder.parent)
    (folder / "圈.pdf").symlink_to(folder / "圈.pdf")
    (folder / "内.pdf").symlink_to(folder / "佐证" / "制度汇编.pdf")
    codes = [code for code, *_ in faults(form, folder, "[连.pdf, 外/别处.pdf, 圈.pdf, 内.pdf]")]
    assert codes == ["JX262", "JX262", "JX263"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes among its files")
def test_a_pipe_is_no_file(form: Small, folder: Path) -> None:
    os.mkfifo(folder / "管.pdf")
    assert [code for code, *_ in faults(form, folder, "管.pdf")] == ["JX263"]
    assert [code for code, *_ in faults(form, folder, "{文件: 佐证}")] == ["JX263"]


def test_a_missing_file_keeps_its_title_and_names_its_near_misses(form: Small, folder: Path) -> None:
    submission, (finding,) = accepted(form, folder, "[决算报表, 佐证/制度会编.pdf]")
    assert (finding.code, finding.severity, finding.path) == ("JX263", "warning", "指标.制度.佐证[2]")
    assert finding.hint == "是否为「佐证/制度汇编.pdf」「佐证/空.pdf」？"
    assert submission.entries["制度"].evidence.value == ("决算报表", "制度会编")
    assert submission.entries["制度"].evidence.materials[1].file is None


def test_a_missing_file_is_told_where_it_is_named(form: Small, folder: Path) -> None:
    assert faults(form, folder, "{标题: 现场照片, 文件: 照片.jpg}") == [("JX263", 5, 24, "指标.制度.佐证.文件")]


def test_a_file_without_anything_in_it(form: Small, folder: Path) -> None:
    submission, (finding,) = accepted(form, folder, "佐证/空.pdf")
    assert (finding.code, finding.severity) == ("JX264", "warning")
    assert submission.entries["制度"].evidence.materials[0].file is not None


@pytest.mark.parametrize(
    ("evidence", "expected"),
    [
        ("[[决算报表]]", [("JX261", 5, 10, "指标.制度.佐证[1]")]),
        ("{标题: [甲]}", [("JX261", 5, 9, "指标.制度.佐证")]),
        ("{标题: 甲, 文件: [台账.xlsx]}", [("JX261", 5, 9, "指标.制度.佐证")]),
        ("{名称: 甲}", [("JX201", 5, 10, "指标.制度.佐证.名称")]),
        ("{文件: 台账.xlsx, 标提: 甲}", [("JX201", 5, 23, "指标.制度.佐证.标提")]),
        (f"[{'甲, ' * 200}乙]", [("JX261", 5, 9, "指标.制度.佐证")]),
    ],
)
def test_shapes(form: Small, folder: Path, evidence: str, expected: list[tuple[str, int, int, str]]) -> None:
    assert faults(form, folder, evidence) == expected


def test_the_list_is_in_the_forms_order_and_joins_what_has_one_title(form: Small, folder: Path) -> None:
    rest = """\
  公开:
    要点:
      目标公开: {结论: 符合, 佐证: {标题: 截图, 文件: 佐证/scan.JPG}}
      报告公开: {结论: 符合, 佐证: [{标题: 截图, 文件: 台账.xlsx}, 目录]}
"""
    submission, _ = accepted(form, folder, "[目录, 台账.xlsx]", rest)
    lines = list_evidence(submission)
    assert [(line.number, line.place, line.indicator, line.title) for line in lines] == [
        (1, 1, "制度", "目录"),
        (2, 1, "制度", "台账"),
        (3, 2, "公开", "截图"),
        (4, 2, "公开", "目录"),
    ]
    assert [[one.name for one in line.files] for line in lines] == [
        [],
        ["台账.xlsx"],
        ["佐证/scan.JPG", "台账.xlsx"],
        [],
    ]


def test_files_are_read_only_where_their_digests_are_asked_for(
    form: Small, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    form.accept("")  # the template is read for the first time
    with monkeypatch.context() as closed:
        closed.setattr(Path, "open", lambda *_: pytest.fail("it was read"))
        submission, _ = accepted(form, folder, "[台账.xlsx, 佐证/制度汇编.pdf, '佐证\\制度汇编.pdf', 甲.pdf]")
    assert submission.sources == ()
    digest = sha256("佐证/制度汇编.pdf".encode()).hexdigest()
    assert with_evidence(submission).sources == (
        ("佐证/制度汇编.pdf", digest),
        ("佐证\\制度汇编.pdf", digest),
        ("台账.xlsx", sha256("台账.xlsx".encode()).hexdigest()),
    )


def test_files_that_cannot_be_read(form: Small, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    submission, _ = accepted(form, folder, "[台账.xlsx, {标题: 照片, 文件: 佐证/scan.JPG}]")

    def closed(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "open", closed)
    with pytest.raises(Refused) as refused:
        with_evidence(submission)
    assert [(one.code, one.span.column, one.path) for one in refused.value.findings] == [
        ("JX265", 10, "指标.制度.佐证[1]"),
        ("JX265", 32, "指标.制度.佐证[2]"),
    ]
    assert "没有权限" in refused.value.findings[0].message
