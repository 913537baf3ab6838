"""Codes of what template maintainers do: JX751 to JX769."""

from generator.diagnostics import Code, Severity

NO_CASES = Code(
    "JX751",
    "模板没有测试用例",
    "模板「{template}」没有测试用例。",
    "在模板的 tests 文件夹里写 .yaml 文件，每个用例有名称、填报和预期。",
)
BAD_PATH = Code(
    "JX752",
    "改动的位置不存在",
    "用例「{case}」要改的「{place}」在填报中不存在。",
    "写成「重点工作[3].进展」这样的路径。",
)
NO_INPUT = Code(
    "JX753",
    "用例没有填报",
    "用例「{case}」没有写明用哪个填报文件。",
    "在文件开头写「填报: 文件」，或在用例里写。",
)
NO_CASES_YET = Code(
    "JX754",
    "模板还没有测试用例",
    "模板「{template}」没有测试用例，评分办法改动后无从核对。",
    "在模板的 tests 文件夹里写 .yaml 文件，每个用例有名称、填报和预期；jixiao template new 做出的模板里有样子。",
    Severity.WARNING,
)
OLD_SCHEMA = Code(
    "JX755",
    "字段表不是最新的",
    "「{file}」{what}，编辑器的提示会与模板不符。",
    "运行「jixiao template schema {template}」。",
    Severity.WARNING,
)
EXAMPLE = Code(
    "JX756",
    "示例填不进去",
    "用各字段的示例试填时，这里有问题：{message}",
    "改这个字段的「示例」，使它照抄就能填；或核对用到它的公式。",
    Severity.WARNING,
)
BAD_NAME = Code(
    "JX757",
    "模板的名称不可用",
    "「{name}」不能作模板的名称：{why}。",
    "用汉字、字母、数字、下划线和连字符，如「某市」「mou-shi」。",
)
EXISTS = Code(
    "JX758",
    "模板已经存在",
    "「{folder}」已经存在，没有改动它。",
    "换一个名称；确实不要原来那个的，先把它移走或删除。",
)
OTHER_TEMPLATE = Code(
    "JX759",
    "填报用的是别的模板",
    "这个填报文件用的是模板「{actual}」，不是「{wanted}」。",
    "换一个「模板: {wanted}」的填报文件，或不写 --input，用示例预览。",
)
NO_OFFICE = Code(
    "JX760",
    "没有找到 LibreOffice",
    "没有找到 LibreOffice，只写出了 Word 文件，没有 PDF 和页面图片。",
    "安装后再预览。Debian、Ubuntu：sudo apt-get install libreoffice-writer-nogui poppler-utils fonts-noto-cjk；"
    "Windows、macOS：从 libreoffice.org 下载。",
    Severity.INFO,
)
NO_PDF = Code(
    "JX761",
    "没有转出 PDF",
    "LibreOffice 没有转出 PDF：{why}。Word 文件已经写好。",
    "用 Word 或 WPS 打开 Word 文件查看；关闭别的 LibreOffice 窗口后可再试一次。",
    Severity.WARNING,
)
NO_PICTURES = Code(
    "JX762",
    "没有转出页面图片",
    "没有转出页面图片：{why}。PDF 已经写好。",
    "安装 poppler-utils（Debian、Ubuntu：sudo apt-get install poppler-utils），或直接看 PDF。",
    Severity.INFO,
)
NOTHING_EXPECTED = Code(
    "JX763",
    "用例没有预期",
    "用例「{case}」没有写预期的结果，通过与否说明不了什么。",
    "写上「得分」「计算」「等级」「文字」「没有」「问题」中的至少一项。",
)
