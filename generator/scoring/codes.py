"""Codes of scoring: JX331 to JX339."""

from generator.base.diagnostics import Code

NO_BAND = Code(
    "JX331",
    "没有一个等级的条件成立",
    "总分 {score} 不在任何一个等级之内。",
    "在 template.yaml 的「等级」末尾加一档，使任何总分都有等级。",
)
