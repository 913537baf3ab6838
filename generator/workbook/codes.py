"""Codes of the workbook: JX611 to JX619."""

from generator.diagnostics import Code

NO_FORM = Code(
    "JX611",
    "没有评分表可写",
    "模板「{template}」没有评分表，没有可以写进工作簿的得分。",
    "只有写了 indicators.yaml 的模板才能用 --format xlsx；生成报告请用 jixiao render。",
)
