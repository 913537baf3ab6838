"""Codes of starting a new input: JX811 to JX819."""

from generator.base.diagnostics import Code

EXISTS = Code(
    "JX811",
    "新文件的位置已有文件",
    "「{file}」已经存在，没有改动它。",
    "换一个文件名；确实不要原来那个文件的，先把它移走或删除。",
)
NO_YEAR = Code(
    "JX812",
    "不知道新的年度",
    "上年的填报文件里没有写明「{name}」，无法推定新的年度。",
    "用 --year 写明，如「--year 2022」。",
)
