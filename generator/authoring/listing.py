"""Every name that a layout or a text can use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.base.errors import JixiaoError
from generator.template import known_templates, load_template, template_places, walk_fields

if TYPE_CHECKING:
    from pathlib import Path

    from generator.template import Template

__all__ = ["NameLine", "TemplateLine", "list_names", "list_templates"]


class TemplateLine(Struct, frozen=True):
    """One template: its name, its title and version, its folder; ``faulty`` where it cannot be loaded."""

    name: str
    title: str
    version: str
    folder: Path
    faulty: bool = False


def list_templates(start: Path, templates: Path | None = None) -> list[TemplateLine]:
    """The templates that an input would find: one with errors hides no other.

    Args:
        start: As if the input were this file.
        templates: The folder of templates; looked for upward from ``start`` where absent.

    Raises:
        FileProblem: The folder that was asked for is none.
    """
    found: dict[str, TemplateLine] = {}
    for place in template_places(start, templates):
        for name in known_templates([place]):
            # One of the same name in a place further off is never found.
            found.setdefault(name, _line(place / name))
    return [found[name] for name in sorted(found)]


def _line(folder: Path) -> TemplateLine:
    try:
        template = load_template(folder)
    except JixiaoError:
        return TemplateLine(folder.name, "", "", folder, faulty=True)
    return TemplateLine(folder.name, template.title, template.version, template.folder)


class NameLine(Struct, frozen=True):
    """One name: what it stands for, of which kind, whether it is filled in or computed, an example."""

    name: str
    kind: str
    origin: str
    label: str
    example: str


_FORM_NAMES = (
    ("评分.总分", "数值", "总分"),
    ("评分.合计", "数值", "各一级指标得分之和；总分由它得出，如以执行率封顶"),
    ("评分.满分", "数值", "满分"),
    ("评分.得分率", "比率", "总分占满分的比率"),
    ("评分.等级", "文字", "评价等级"),
    ("指标树", "表", "评分表的各级指标：名称、级别、分值、得分、得分率、评分标准、叙述、依据、附加、下级"),
    ("二级指标", "表", "二级指标，列同指标树"),
    ("评分表", "表", "逐项评分的指标：一级、二级、三级、一级分值、二级分值、分值、评分标准、得分、依据"),
    ("佐证清单", "表", "佐证材料：序号、指标序号、指标、标题、文件名"),
)
_INDICATOR_NAMES = (("分值", "数值"), ("得分", "数值"), ("得分率", "比率"), ("取值", "数值"), ("算式", "文字"))


def list_names(template: Template) -> Iterator[NameLine]:
    """The facts, the computed values and the scores of a template, in the order of its files."""
    for field in walk_fields(template.fields):
        if field.kind == "组":
            continue
        origin = "计算" if field.formula is not None else "填报" if field.required else "选填"
        example = field.example or (f"= {field.formula.text}" if field.formula is not None else "")
        yield NameLine(field.path, field.kind, origin, field.label, example)
    if template.scoring is not None:
        for name, kind, label in _FORM_NAMES:
            yield NameLine(name, kind, "计算", label, "")
    for indicator in template.all_indicators():
        for name, kind in _INDICATOR_NAMES:
            yield NameLine(f"指标.{indicator.name}.{name}", kind, "计算", f"{indicator.name}的{name}", "")
