"""jixiao new: an untouched skeleton lacks exactly what is required, and one filled with the examples passes."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from generator import check
from generator.base.diagnostics import FileProblem, Refused, Severity
from generator.formula.parser import names_in
from generator.template.load import load_template
from generator.template.model import Field, Indicator, Template
from generator.workflows.new import start
from generator.yamlfile.build import Mapping, Node, Scalar
from generator.yamlfile.edit import as_key, as_value
from generator.yamlfile.source import read_yaml

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(manifest.parent for manifest in (ROOT / "templates").glob("*/template.yaml"))
every_template = pytest.mark.parametrize("folder", TEMPLATES, ids=lambda folder: folder.name)


def required(fields: dict[str, Field]) -> Iterator[str]:
    """What an empty input lacks: every required fact, of a table the whole."""
    for field in fields.values():
        if field.formula is not None or not field.required:
            continue
        if field.kind == "组":
            yield from required(dict(field.members))
        else:
            yield field.path


def judged(indicator: Indicator) -> Iterator[str]:
    """What an empty entry of an indicator lacks."""
    if indicator.score is not None and "自评分" in {name.path[0] for name in names_in(indicator.score.root)}:
        yield f"指标.{indicator.name}"
    for item in indicator.items:
        if item.score is None:
            yield f"指标.{indicator.name}.要点.{item.name}"


def all_required(template: Template) -> list[str]:
    leaves = [node for node in template.all_indicators() if node.is_scored]
    return [*required(dict(template.fields)), *(path for leaf in leaves for path in judged(leaf))]


@every_template
def test_an_untouched_skeleton_lacks_exactly_what_is_required(folder: Path, tmp_path: Path) -> None:
    started = start(folder.name, tmp_path / "填报.yaml", templates=folder.parent)
    findings = check(started.path, templates=folder.parent)
    wanted = all_required(load_template(folder))
    assert sorted(finding.path for finding in findings) == sorted(wanted)
    assert {finding.code for finding in findings} <= {"JX202", "JX221", "JX222"}
    assert len(started.missing) == len(wanted)
    assert not started.findings


@every_template
def test_every_gap_has_its_label_and_the_line_of_its_key(folder: Path, tmp_path: Path) -> None:
    started = start(folder.name, tmp_path / "填报.yaml", templates=folder.parent)
    lines = started.path.read_text(encoding="utf-8").splitlines()
    assert started.missing
    for fact in started.missing:
        assert fact.label
        assert lines[fact.span.line - 1].strip() == f"{fact.path.rpartition('.')[2]}:"


def filled(text: str, root: Mapping, template: Template) -> str:
    """The skeleton as someone fills it in who follows the examples: rows uncommented, blanks filled."""
    lines = text.splitlines()
    for line, value in blanks(root, dict(template.fields), template):
        lines[line - 1] += f" {value}"
    # A row's lines are the indented comments that follow its table's key.
    return "\n".join(uncommented(lines)) + "\n"


def uncommented(lines: list[str]) -> Iterator[str]:
    row = ""
    for line in lines:
        begins = re.match(r"( *)# - ", line)
        row = begins[1] if begins else row if row and line.startswith(f"{row}#   ") else ""
        yield line.replace("# ", "", 1) if row else line


def blanks(root: Mapping, fields: dict[str, Field], template: Template) -> Iterator[tuple[int, str]]:
    for entry in root.entries:
        field = fields.get(entry.key.text)
        if field is not None and isinstance(entry.value, Mapping):
            yield from blanks(entry.value, dict(field.members), template)
        elif field is not None and field.kind != "表":
            assert field.example
            yield entry.key.span.line, as_value(field.example)
        elif entry.key.text == "指标":
            yield from judgements(entry.value, template)


def judgements(node: Node, template: Template) -> Iterator[tuple[int, str]]:
    assert isinstance(node, Mapping)
    leaves = {leaf.name: leaf for leaf in template.all_indicators() if leaf.is_scored}
    assert [key.text for key in node.keys()] == list(leaves)
    for entry in node.entries:
        for line, key in blank_keys(entry.value):
            yield line, {"自评分": "0.5", "结论": "符合", "佐证": "[材料一, 材料二]"}.get(key, "写明情况")


def blank_keys(node: Node) -> Iterator[tuple[int, str]]:
    assert isinstance(node, Mapping)
    for entry in node.entries:
        if isinstance(entry.value, Scalar):
            yield entry.key.span.line, entry.key.text
        else:
            yield from blank_keys(entry.value)


@every_template
def test_filling_in_every_example_makes_it_pass(folder: Path, tmp_path: Path) -> None:
    started = start(folder.name, tmp_path / "填报.yaml", templates=folder.parent)
    root = read_yaml(started.path).root
    assert root is not None
    text = filled(started.path.read_text(encoding="utf-8"), root, load_template(folder))
    started.path.write_text(text, encoding="utf-8")
    found = check(started.path, templates=folder.parent)
    # How a bureau divides the points of a group among its rows, no example can say.
    errors = [f for f in found if f.severity is Severity.ERROR and f.code != "JX273"]
    assert errors == []
    assert "# - " not in text


@every_template
def test_says_above_each_key_what_belongs_there(folder: Path, tmp_path: Path) -> None:
    text = start(folder.name, tmp_path / "填报.yaml", templates=folder.parent).path.read_text(encoding="utf-8")
    template = load_template(folder)
    for field in template.fields.values():
        # A group that may be left out as a whole is commented out.
        assert (f"\n{field.name}:" in text or f"\n# {field.name}:" in text) == field.is_filled_in
        if field.is_filled_in:
            assert f"\n# {field.label}" in text
    for leaf in (node for node in template.all_indicators() if node.is_scored):
        assert f"\n  {leaf.name}:\n" in text
        assert f"# 评分标准：{leaf.fixed_standard}\n" in text


def test_the_file_is_utf8_with_lf(tmp_path: Path) -> None:
    data = start("meizhou", tmp_path / "填报.yaml").path.read_bytes()
    assert b"\r" not in data
    assert data.startswith(b"# yaml-language-server: $schema=")
    assert data.endswith(b"\n")
    assert not data.endswith(b"\n\n")


def test_the_year_is_filled_in_where_it_is_given(tmp_path: Path) -> None:
    started = start("meizhou", tmp_path / "填报.yaml", 2022)
    assert "\n年度: 2022\n" in started.path.read_text(encoding="utf-8")
    assert "年度" not in {fact.path for fact in started.missing}


def test_names_the_schema_of_a_template_above_it(workplace: Path) -> None:
    started = start("meizhou", workplace / "inputs" / "新" / "填报.yaml")
    assert started.schema is None
    first = started.path.read_text(encoding="utf-8").splitlines()[0]
    assert first.endswith("$schema=../../templates/meizhou/fields.schema.json")
    assert sorted(path.name for path in started.path.parent.iterdir()) == ["填报.yaml"]


def test_copies_the_schema_of_a_template_from_elsewhere(tmp_path: Path) -> None:
    started = start("meizhou", tmp_path / "填报.yaml")
    assert started.schema == tmp_path / "meizhou.schema.json"
    assert started.schema.read_bytes() == (ROOT / "templates" / "meizhou" / "fields.schema.json").read_bytes()
    assert started.path.read_text(encoding="utf-8").splitlines()[0].endswith("$schema=meizhou.schema.json")


def test_copies_a_schema_whose_way_an_editor_cannot_follow(workplace: Path) -> None:
    (workplace / "templates" / "meizhou").rename(workplace / "templates" / "某 市")
    started = start("某 市", workplace / "填报.yaml")
    assert started.schema == workplace / "某_市.schema.json"
    assert started.path.read_text(encoding="utf-8").splitlines()[0].endswith("$schema=某_市.schema.json")


def test_makes_the_schema_that_a_template_lacks(workplace: Path) -> None:
    (workplace / "templates" / "meizhou" / "fields.schema.json").unlink()
    assert start("meizhou", workplace / "填报.yaml").schema == workplace / "meizhou.schema.json"


@pytest.mark.parametrize("make", [lambda path: path.write_text("原有"), Path.mkdir, lambda path: path.symlink_to("无")])
def test_never_writes_over_what_is_there(make: object, tmp_path: Path) -> None:
    output = tmp_path / "填报.yaml"
    make(output)  # type: ignore[operator]
    with pytest.raises(FileProblem) as caught:
        start("meizhou", output)
    (finding,) = caught.value.findings
    assert finding.code == "JX811"
    assert [path.name for path in tmp_path.iterdir()] == ["填报.yaml"]
    assert output.is_symlink() or output.is_dir() or output.read_text() == "原有"


def test_an_unknown_template_is_refused_with_near_misses(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        start("meizho", tmp_path / "填报.yaml")
    assert "「meizhou」" in caught.value.findings[0].hint
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def odd(workplace: Path) -> Path:
    """A template with every shape that the shipped ones do not have."""
    folder = workplace / "templates" / "怪"
    shutil.copytree(workplace / "templates" / "jiangmen", folder)
    (folder / "checks.yaml").unlink()
    manifest = (folder / "template.yaml").read_text("utf-8")
    own = [line for line in manifest.splitlines() if not line.startswith("属性:")]  # they name fields of jiangmen
    (folder / "template.yaml").write_text("\n".join(own), encoding="utf-8")
    (folder / "fields.yaml").write_text(ODD_FIELDS, encoding="utf-8")
    (folder / "indicators.yaml").write_text(ODD_INDICATORS, encoding="utf-8")
    return workplace


ODD_FIELDS = """
名称: {类型: 文字, 标签: "名称：含\\n换行", 示例: "是: 否 # 不是注释"}
"键: 一": {类型: 文字, 标签: 键里有冒号, 示例: '"引号"'}
"- 键": {类型: 是否, 标签: 键像列表, 示例: 是}
选填组:
  类型: 组
  标签: 整组选填
  必填: 否
  字段:
    数: {类型: 整数, 单位: 个, 标签: 组内必填, 示例: 3 个}
表中表:
  类型: 表
  标签: 表中有表和组
  说明: 一行说明
  列:
    名: {类型: 文字, 标签: 名, 说明: 列的说明, 示例: 甲}
    无例: {类型: 文字, 标签: 没有示例, 必填: 否}
    组: {类型: 组, 标签: 组, 字段: {数: {类型: 整数, 标签: 数, 示例: 3}, 倍: {类型: 整数, 标签: 倍, 公式: 2}}}
    表: {类型: 表, 标签: 表, 列: {数: {类型: 整数, 标签: 数, 示例: 4}, 倍: {类型: 整数, 标签: 倍, 公式: 2}}}
    倍: {类型: 整数, 标签: 倍, 公式: 2}
"""
ODD_INDICATORS = """
指标:
- 名称: 单独一项
  分值: 5
  得分: 自评分
- 名称: 有要点
  分值: 5
  要点:
  - {名称: 自评的要点, 分值: 3, 得分: 自评分}
  - {名称: 计算的要点, 分值: 1, 得分: 分值}
  - {名称: 结论的要点, 分值: 1, 结论: {好: 100%, 不好: 50%}}
"""


def test_odd_shapes_are_written_so_that_they_read_back(odd: Path) -> None:
    started = start("怪", odd / "填报.yaml")
    text = started.path.read_text(encoding="utf-8")
    assert {fact.path for fact in started.missing} >= {"名称", "键: 一", "- 键", "表中表", "指标.单独一项.自评分"}
    assert not started.findings
    assert "\n# 选填组:\n#   # 组内必填 · 整数（个） · 必填 · 例：3 个\n#   数:\n" in text
    assert "好得 1 分、不好得 0.5 分" in text
    # Uncommented whole, the group and the row read as well.
    rows = (
        "\n".join(uncommented(text.splitlines())).replace("\n# 选填组:", "\n选填组:").replace("\n#   数:", "\n  数: 3")
    )
    started.path.write_text(rows, encoding="utf-8")
    found = {finding.path for finding in check(started.path)}
    assert not found & {"选填组", "选填组.数", "表中表"}
    assert "表中表[1].名" not in found
    root = read_yaml(started.path).root
    assert root is not None
    table = root.get("表中表")
    assert table is not None


@pytest.mark.parametrize(
    "text", ["甲", "98", "-4.75%", "是: 否", "#", "", "~", '"', "{{ 年度 }}", "两\n行", "尾 ", "- 甲", "a #b"]
)
def test_a_text_as_a_value_reads_back(text: str, tmp_path: Path) -> None:
    file = tmp_path / "试.yaml"
    file.write_text(f"{as_key(text or '空')}: {as_value(text)}\n", encoding="utf-8")
    source = read_yaml(file)
    assert source.root is not None
    assert not source.findings
    (entry,) = source.root.entries
    assert isinstance(entry.value, Scalar)
    assert (entry.key.text, entry.value.text, entry.value.is_blank) == (text or "空", text, False)
