"""Codes of volumes: JX881 to JX884."""

from generator.base.diagnostics import Code, Severity

NOTHING_TO_BIND = Code(
    "JX881",
    "没有可以汇编的报告",
    "{count} 份填报都有问题，没有可以汇编的报告。",
    "按上面列出的问题改正填报后再试。",
)
NOT_ALL = Code(
    "JX882",
    "有填报不能汇编",
    "{count} 份填报中有 {bad} 份有问题；写了 --strict，没有汇编。",
    "按上面列出的问题改正；去掉 --strict，则略去这些填报，汇编其余的。",
)
TOO_LARGE = Code(
    "JX883",
    "汇编太大",
    "{count} 份报告汇编成的文件有 {megabytes} MB、{entries} 个部件，Word 和本程序都难以打开。",
    "分成几册，如每册不超过 300 份，分别用 -o 写出。",
)
NO_PAGES = Code(
    "JX884",
    "目录没有页码",
    "目录里还没有页码：{why}。",
    "在 Word 里打开，全选（Ctrl+A）后按 F9 更新；或在装有 LibreOffice 的电脑上重新汇编。",
    Severity.INFO,
)
