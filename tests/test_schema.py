"""fields.schema.json of every shipped template: current, accepts the shipped inputs, refuses structural faults."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from generator.template.load import load_template
from generator.template.schema import SCHEMA_FILE, schema_text
from generator.yamlfile.build import Mapping, Node, Scalar
from generator.yamlfile.source import read_yaml

ROOT = Path(__file__).parents[1]
TEMPLATES = sorted(manifest.parent for manifest in (ROOT / "templates").glob("*/template.yaml"))
INPUTS = sorted((ROOT / "inputs").glob("*.yaml"))


def as_editors_see(node: Node) -> Any:
    """The tree as an editor reads it (YAML 1.2 core: no dates): plain scalars may be numbers or nothing."""
    if isinstance(node, Mapping):
        return {entry.key.text: as_editors_see(entry.value) for entry in node.entries}
    if not isinstance(node, Scalar):
        return [as_editors_see(item) for item in node.items]
    if node.is_blank:
        return None
    try:
        return node.text if node.quoted else json.loads(node.text)
    except ValueError:
        return node.text


def validator(template: str) -> jsonschema.Draft7Validator:
    schema = json.loads((ROOT / "templates" / template / SCHEMA_FILE).read_text(encoding="utf-8"))
    jsonschema.Draft7Validator.check_schema(schema)
    return jsonschema.Draft7Validator(schema)


def data_of(file: Path) -> Any:
    root = read_yaml(file).root
    assert root is not None
    return as_editors_see(root)


@pytest.mark.parametrize("folder", TEMPLATES, ids=lambda folder: folder.name)
def test_is_current(folder: Path, golden: Callable[[Path, str], None]) -> None:
    golden(folder / SCHEMA_FILE, schema_text(load_template(folder)))


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.name)
def test_accepts_the_shipped_input(file: Path) -> None:
    data = data_of(file)
    assert [error.message for error in validator(data["模板"]).iter_errors(data)] == []


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.name)
def test_input_names_its_schema(file: Path) -> None:
    first = file.read_text(encoding="utf-8").splitlines()[0]
    prefix = "# yaml-language-server: $schema="
    assert first.startswith(prefix)
    assert (file.parent / first.removeprefix(prefix)).resolve().is_file()


def refused(change: Callable[[dict[str, Any]], None]) -> list[str]:
    data = data_of(ROOT / "inputs" / "meizhou-gxj-2021.yaml")
    change(data)
    return ["/".join(str(step) for step in error.absolute_path) for error in validator("meizhou").iter_errors(data)]


def put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        *way, last = path.split("/")
        for step in way:
            place = place[int(step) if step.isdecimal() else step]
        place[last] = value

    return change


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("采购/计画", "1 元", "采购"),
        ("年渡", 2021, ""),
        ("采购/计划", 349177, "采购/计划"),
        ("采购/计划", "349177", "采购/计划"),
        ("采购/计划", "349177 圆", "采购/计划"),
        ("采购", ["一"], "采购"),
        ("专项资金", "一", "专项资金"),
        ("满意度/数值", "96.69", "满意度/数值"),
        ("年度", "二〇二一", "年度"),
        ("年度", None, "年度"),
        ("资产/盘点日期", "去年底", "资产/盘点日期"),
        ("重点工作/0/进展", "做完了", "重点工作/0/进展"),
        ("指标/采购合规性/要点/采购制度/结论", "还行", "指标/采购合规性/要点/采购制度/结论"),
        ("指标/结转结余律", {}, "指标"),
        ("指标/数据质量/得分", 2, "指标/数据质量"),
        ("模板", "meizho", "模板"),
        ("指标/数据质量/佐证", [["甲"]], "指标/数据质量/佐证/0"),
        ("指标/数据质量/佐证", {"标提": "甲"}, "指标/数据质量/佐证"),
        ("指标/数据质量/佐证", [{"标题": ["甲"]}], "指标/数据质量/佐证/0/标题"),
    ],
)
def test_refuses(path: str, value: object, place: str) -> None:
    assert place in refused(put(path, value))


@pytest.mark.parametrize(
    "value",
    [
        None,
        "甲",
        2021,
        ["甲", "佐证/甲.pdf", {"标题": "乙", "文件": "佐证/乙.pdf"}, {"文件": "丙.pdf"}],
        {"标题": "乙", "文件": "佐证/乙.pdf"},
        {"标题": None, "文件": None},
    ],
    ids=str,
)
def test_accepts_evidence_in_all_its_forms(value: object) -> None:
    assert refused(put("指标/数据质量/佐证", value)) == []
    assert refused(put("指标/采购合规性/要点/采购制度/佐证", value)) == []


def test_refuses_a_missing_field() -> None:
    def drop(data: dict[str, Any]) -> None:
        del data["采购"]["计划"]

    assert refused(drop) == ["采购"]
