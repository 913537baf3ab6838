"""Codes of the workbook: JX611 to JX619."""

from generator.base.diagnostics import Code

NO_ROOM = Code(
    "JX612",
    "工作簿没有写成",
    "写工作簿时不能使用临时文件：放临时文件的磁盘满了，或不能写入。原有的文件没有改动。",
    "清理磁盘，或用环境变量 TMPDIR（Windows 为 TEMP）指定一个有空位的文件夹后再试。",
)
NO_FORM = Code(
    "JX611",
    "没有评分表可写",
    "模板「{template}」没有评分表，没有可以写进工作簿的得分。",
    "只有写了 indicators.yaml 的模板才能用 --format xlsx；生成报告请用 jixiao render。",
)
