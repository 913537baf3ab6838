"""The command ``jixiao``: parses arguments, calls the pipeline, prints; modules are loaded when commands run."""

from __future__ import annotations

from typing import Final

import click

from generator.base import __version__
from generator.cli.chinese import ChineseGroup

COMMANDS: Final = {
    "audit": (
        "audit",
        "审核报送来的自评材料：读 Word、Excel 里的自评表和填报文件，检查、复算得分，写复核底稿、复核意见和汇总。",
    ),
    "bundle": ("deliver", "把要报送的材料打成一个压缩包：报告、评分表、按指标编号的佐证、佐证材料清单和校验码。"),
    "check": ("score", "只检查，列出发现的问题；有错误时退出码为 1。"),
    "convert": ("filing", "在 YAML 和填报表（Excel）之间转换，或把几个人填的填报表合成一份。"),
    "diff": (
        "compare",
        "比较两份填报：哪些事实变了，得分和总分因此怎样变，哪些问题消失或新出现，报告里哪些文字随之变化。",
    ),
    "explain": ("score", "解释一个得分或计算数的来历：公式、代入的数字、每个数字在填报文件的哪一行。"),
    "new": ("filing", "新建一个填报文件：由模板生成带说明的空表，或从上年的填报文件结转。"),
    "open": ("page", "在浏览器里填报：列出文件夹里的填报，新建、结转，逐项填写，边填边检查，看报告，存盘，生成文件。"),
    "pull": ("filing", "把在 Word 里对报告的改动取回填报文件：先列出每一处，问过以后写入。"),
    "render": ("render", "生成报告，并列出总分、等级和发现的问题。"),
    "review": (
        "deliver",
        "写一个审核页（网页，一个文件，不联网）：报告全文、评分、发现的问题；点任何一个数字看它的来历。",
    ),
    "score": ("score", "只计算得分，列出评分表，或写成 Excel 评分表。"),
    "template": ("template", "模板维护：新建、检查、预览、查看字段、运行测试用例等。"),
    "verify": (
        "compare",
        "核对写出的报告、汇编（.docx）、表格（.xlsx）和公开的网页（.html），或一个文件夹里的各份：填报、模板、程序变了没有，改动在哪里。",
    ),
    "volume": ("deliver", "把多份报告汇编成一册：封面、目录、得分排名，然后每份报告从单数页起。"),
}
"""Each command's module in this package, and its short help, so that ``jixiao --help`` loads no modules."""


@click.group(cls=ChineseGroup, lazy=COMMANDS, context_settings={"max_content_width": 100})
@click.version_option(__version__, prog_name="jixiao", message="%(prog)s %(version)s", help="显示版本。")
def main() -> None:
    """由一个填报文件（YAML）生成部门整体支出绩效自评报告（Word），分数和表格由程序计算。

    退出码：0 成功；1 填报或模板有错误；2 命令写法不对；3 文件无法读写；70 程序自身的错误；130 中途停下。
    """
