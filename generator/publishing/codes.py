"""Codes of writing: JX601 to JX609."""

from generator.diagnostics import Code

CANNOT_WRITE = Code(
    "JX601",
    "文件无法写入",
    "「{file}」无法写入：{why}。原有的文件没有改动。",
    "换一个可以写入的文件夹（如 -o 桌面上的文件夹），或关闭正在打开它的 Word、WPS 后再试。",
)
