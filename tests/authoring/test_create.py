"""jixiao template new: a complete template, whole or not at all."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openxml_audit import OpenXmlValidator

from generator.authoring.cases import run_cases
from generator.authoring.check import check_template
from generator.authoring.generate import create_template, templates_folder
from generator.base.diagnostics import FileProblem, Refused
from generator.cli import main
from generator.template.load import load_template

pytestmark = pytest.mark.slow

Change = Callable[[str, str, str], None]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["template", *arguments])


def test_works_at_once_in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = run("new", "某市", "--title", "某市报告：自评")
    assert made.exit_code == 0, made.output
    assert "名称：某市报告：自评\n" in made.output
    folder = tmp_path / "templates" / "某市"
    assert {str(file.relative_to(folder).as_posix()) for file in folder.rglob("*") if file.is_file()} == {
        "template.yaml",
        "fields.yaml",
        "indicators.yaml",
        "checks.yaml",
        "fields.schema.json",
        "报告.docx",
        "tests/示例.yaml",
        "tests/示例填报.yaml",
    }
    assert load_template(folder).title == "某市报告：自评"
    assert run("check", "某市").output == "没有发现问题。\n"
    tested = run("test", "某市")
    assert tested.exit_code == 0
    assert tested.output.endswith("个用例，0 处不符。\n")
    assert CliRunner().invoke(main, ["check", "templates/某市/tests/示例填报.yaml"]).exit_code == 0
    assert [file.name for file in folder.parent.iterdir()] == ["某市"]


def test_the_cases_hold(city: Path) -> None:
    results = run_cases(city).results
    assert len(results) == 6
    assert [result.differences for result in results if result.differences] == []


def test_the_layout_is_sound(city: Path) -> None:
    assert OpenXmlValidator().validate(str(city / "报告.docx")).errors == []


def test_names_no_city(city: Path) -> None:
    from generator.word.read.document import text_of_file

    texts = [file.read_text(encoding="utf-8") for file in city.rglob("*.yaml")]
    texts.append("\n".join(text_of_file(city / "报告.docx")))
    assert [text for text in texts if "梅州" in text or "江门" in text] == []


def test_the_bonus_in_the_comments_works(city: Path, change: Change) -> None:
    text = (city / "indicators.yaml").read_text(encoding="utf-8")
    head, _, bonus = text.partition("# - 名称: 工作受表彰")
    lines = ("# - 名称: 工作受表彰" + bonus).splitlines()
    (city / "indicators.yaml").write_text(head + "\n".join(line[2:] for line in lines) + "\n", encoding="utf-8")
    with (city / "fields.yaml").open("a", encoding="utf-8") as file:
        file.write("表彰: {类型: 表, 标签: 表彰, 必填: 否, 列: {事项: {类型: 文字, 标签: 事项, 示例: 通报表扬}}}\n")
    change("template.yaml", "满分: 100 ", "满分: 105 ")
    assert run("schema", "某市").exit_code == 0
    (case,) = check_template(city)  # of the same examples, and two commendations
    assert (case.code, "总分：预期 98.85，实际 100.85" in case.message) == ("JX764", True)
    assert run("preview", "某市", "-o", "看").exit_code == 0
    printed = run("text", "看/预览.docx").output
    assert "工作受表彰（加分项）" in printed


def test_goes_to_the_templates_above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "inputs").mkdir()
    monkeypatch.chdir(tmp_path / "inputs")
    assert templates_folder(Path.cwd()) == tmp_path / "templates"
    assert run("new", "某县").exit_code == 0
    assert (tmp_path / "templates" / "某县" / "template.yaml").is_file()


def test_goes_where_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = run("new", "某县", "--templates", "别处")
    assert made.exit_code == 0
    assert "jixiao template check 某县 --templates 别处" in made.output
    assert run("check", "某县", "--templates", "别处").exit_code == 0


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "名称是空的"),
        (" ", "名称是空的"),
        ("某 市", "不能用的字符"),
        ("../某市", "不能用的字符"),
        (".某市", "不能用的字符"),
        ("-某市", "不能用的字符"),
        ("某/市", "不能用的字符"),
        ("某:市", "不能用的字符"),
        ("市" * 41, "超过 40 个字"),
        ("con", "系统保留的名称"),
        ("NUL", "系统保留的名称"),
    ],
)
def test_bad_names_are_refused(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(Refused) as refused:
        create_template(name, tmp_path / "templates")
    (finding,) = refused.value.findings
    assert finding.code == "JX757"
    assert why in finding.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch, lambda path: path.symlink_to("无")])
def test_never_writes_over_what_is_there(tmp_path: Path, make: Callable[[Path], None]) -> None:
    (tmp_path / "templates").mkdir()
    make(tmp_path / "templates" / "某市")
    with pytest.raises(FileProblem) as refused:
        create_template("某市", tmp_path / "templates")
    assert refused.value.findings[0].code == "JX758"
    assert [file.name for file in (tmp_path / "templates").iterdir()] == ["某市"]


def test_leaves_nothing_behind_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space")

    monkeypatch.setattr(Path, "rename", full)
    with pytest.raises(FileProblem) as refused:
        create_template("某市", tmp_path / "templates")
    (finding,) = refused.value.findings
    assert finding.code == "JX601"
    assert finding.span.file == str(tmp_path / "templates" / "某市")
    assert list(tmp_path.iterdir()) == []


def test_names_the_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "templates").write_text("一个文件")
    with pytest.raises(FileProblem) as refused:
        create_template("某市", tmp_path / "templates")
    (finding,) = refused.value.findings
    assert finding.code == "JX601"
    assert str(tmp_path / "templates" / "某市") in finding.message
    assert ".jixiao" not in finding.message
    assert (tmp_path / "templates").read_text() == "一个文件"


def test_an_existing_one_ends_with_3(city: Path) -> None:
    result = run("new", "某市")
    assert result.exit_code == 3
    assert "已经存在，没有改动它" in result.output
    assert check_template(city) == ()


def test_the_cap_in_the_comments_works(city: Path, change: Change) -> None:
    """A total capped by the rate of execution, and the sum before the cap by a name of its own."""
    line = next(
        line for line in (city / "template.yaml").read_text(encoding="utf-8").splitlines() if "以执行率封顶" in line
    )
    cap = line.partition("以执行率封顶的写：")[2]
    change("template.yaml", line, f"  总分: {cap}")
    change("报告.docx!document", "{{ 收入.合计 }}", "{{ 收入.合计 }}（封顶前{{ 评分.合计 }}分，{{ 评分.总分 }}分）")
    cases = "填报: 示例填报.yaml\n用例:\n- {名称: 封顶, 得分: {总分: 97.5}, 文字: [封顶前98.85分，97.5分]}\n"
    (city / "tests" / "示例.yaml").write_text(cases, encoding="utf-8")
    assert check_template(city) == ()


def test_one_faulty_template_hides_no_other(city: Path, change: Change) -> None:
    run("new", "另一市")
    change("fields.yaml", "类型: 年份", "类型: 年分")
    listed = run("list")
    assert listed.exit_code == 0
    assert "某市" in listed.output
    assert "（有错误，见 jixiao template check 某市）" in listed.output
    assert "templates/另一市" in listed.output.replace("\\", "/")
    tested = run("test", "--templates", str(city.parent))
    assert tested.exit_code == 1
    assert "JX707" in tested.output
    assert "通过  另一市  示例填报的得分" in tested.output
    assert tested.output.endswith("共 6 个用例，1 处不符。\n")


def test_a_template_is_copied_with_the_inputs_of_its_cases(tmp_path: Path) -> None:
    meizhou = Path(__file__).parents[2] / "templates" / "meizhou"
    form = create_template("某市", tmp_path / "templates", source=meizhou)
    tests = form.folder / "tests"
    assert "模板: 某市\n" in (tests / "meizhou-gxj-2021.yaml").read_text(encoding="utf-8")
    assert not any("../inputs" in file.read_text(encoding="utf-8") for file in tests.iterdir())
    assert run_cases(form.folder).failures == 0
