"""Codes of checks: JX411 to JX449."""

from generator.diagnostics import Code, Severity

ABOVE_WEIGHT = Code(
    "JX411",
    "得分超过分值",
    "指标「{name}」算出的得分是 {score}，超过了分值 {weight}：{figures}。",
    "核对公式所用的填报数；模板维护人员可在公式中用「限(得分, 0, 分值)」。",
)
STATED_FIELD = Code(
    "JX412",
    "填报数与计算数不一致",
    "「{name}」填的是 {stated}，由明细计算是 {computed}（{formula} = {figures}）。",
    "核对「{name}」和它的各项明细；这一项可以不填，由程序计算。",
)
STATED_SCORE = Code(
    "JX413",
    "自评分与计算得分不一致",
    "{place}写的是 {stated} 分，按评分办法计算「{name}」得 {computed} 分。",
    "核对评分所依据的事实和这里写的得分。",
)
NO_REASON = Code(
    "JX414",
    "扣分没有说明原因",
    "指标「{name}」得 {score} 分，没有得满分 {weight}，没有说明原因。",
    "在「指标.{name}.原因」写明扣分的主要原因。",
    Severity.WARNING,
)
RULE = Code("JX415", "勾稽关系不成立", "{message}", "{mend}")
