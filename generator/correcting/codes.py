"""Codes of mending texts: JX831 to JX839."""

from generator.base.diagnostics import Code

CHANGED_MEANWHILE = Code(
    "JX831",
    "填报文件在此期间改动过",
    "列出改动以后，「{file}」又被改动过，没有写入。",
    "再运行一次这条命令。",
)
