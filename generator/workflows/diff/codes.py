"""Codes of comparing: JX841 to JX849."""

from generator.base.diagnostics import Code

__all__: list[str] = []

NO_GIT = Code(
    "JX841",
    "没有 git",
    "「{name}」是 git 里的版本，但这台电脑上没有找到 git。",
    "安装 git（https://git-scm.com）后再试；或改用存在磁盘上的旧文件来比较。",
)
NO_REVISION = Code(
    "JX842",
    "git 里没有这个版本的文件",
    "读不到「{name}」：{why}。",
    "写成「版本:文件」，如 HEAD~1:inputs/填报.yaml；版本可以是 HEAD、HEAD~1、标签或提交号，见 git log。",
)
NOT_BOTH = Code(
    "JX843",
    "修订稿写不出",
    "{side}「{file}」有错误，印不出报告，修订稿没有写出。",
    "修订稿要两份填报都能生成报告：先改正这些错误，或换一个能生成报告的版本来比较。",
)
