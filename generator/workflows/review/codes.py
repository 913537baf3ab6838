"""Codes of the review page: JX871 to JX879."""

from generator.base.diagnostics import Code

NO_PAGE = Code(
    "JX871",
    "原有的文件不是审核页",
    "「{file}」已经存在，不是审核页。它没有被覆盖，新的没有写出。",
    "换一个文件名（-o），确实不要它时加 --force。",
)
