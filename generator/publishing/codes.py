"""Codes of writing: JX601 to JX609."""

from generator.base.diagnostics import Code

CANNOT_WRITE = Code(
    "JX601",
    "文件无法写入",
    "「{file}」无法写入：{why}。原有的文件没有改动。",
    "换一个可以写入的文件夹（如 -o 桌面上的文件夹），或关闭正在打开它的 Word、WPS 后再试。",
)

OTHER_KIND = Code(
    "JX602",
    "文件的扩展名不对",
    "「{file}」不能写：这里只写成 {ending} 文件。",
    "把文件名改为以 {ending} 结尾，或只写文件夹。",
)

DRAFT_NAME = Code(
    "JX603",
    "正式的文件不能用草稿的名称",
    "「{file}」以「{mark}」结尾，这是草稿的名称，正式的文件不写成这样。",
    "换一个名称；要的是草稿时加 --draft。",
)
