"""Codes of mending texts: JX831 to JX839."""

from generator.base.diagnostics import Code

CHANGED_MEANWHILE = Code(
    "JX831",
    "填报文件在此期间改动过",
    "列出改动以后，「{file}」又被改动过，没有写入。",
    "再运行一次这条命令。",
)
NO_LIBRARY = Code(
    "JX832",
    "没有安装改正文字的程序库",
    "没有安装 autocorrect-py，--fix-text 不能用；检查和生成不需要它。",
    '安装：pip install "jixiao[text]"。',
)
