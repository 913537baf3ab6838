"""Codes of what LibreOffice is needed for: JX760 to JX762, JX769."""

from generator.base.diagnostics import Code, Severity

NO_OFFICE = Code(
    "JX760",
    "没有找到 LibreOffice",
    "没有找到 LibreOffice，只有 Word 文件，没有 PDF。",
    "安装后再试。Debian、Ubuntu：sudo apt-get install libreoffice-writer-nogui poppler-utils fonts-noto-cjk；"
    "Windows、macOS：从 libreoffice.org 下载。",
    Severity.INFO,
)
NO_PDF = Code(
    "JX761",
    "没有转出 PDF",
    "LibreOffice 没有转出 PDF：{why}。只有 Word 文件。",
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
MISSING_FONTS = Code(
    "JX769",
    "PDF 里换了字体",
    "这台电脑没有{missing}，PDF 里用的是{instead}。",
    "PDF 的字体和分页因此与 Word 文件不同。正式使用的 PDF，请在装有这些字体的电脑上转换，或在 Word、WPS 里导出。",
    Severity.WARNING,
)


NO_FORM = Code(
    "JX611",
    "没有评分表可写",
    "模板「{template}」没有评分表，没有可以写进工作簿的得分。",
    "只有写了 indicators.yaml 的模板才能用 --format xlsx；生成报告请用 jixiao render。",
)

NOT_KEPT = Code(
    "JX613",
    "填报表里放不下",
    "「{name}」的值写进填报表再读出来就变了样，没有写。",
    "一格最多 32,000 字：太长的分成几段。表里名称是「合计」「其中」一类的行会被当作合计行，换一个名称。",
)
CANNOT_ANNOTATE = Code(
    "JX614",
    "批注写不进去",
    "「{file}」里已有的批注或图形不是程序认得的写法，没有写入批注。",
    "用 Excel 或 WPS 打开后另存一次再试；问题照屏幕上列出的改。",
)
CHANGED_MEANWHILE = Code(
    "JX615",
    "文件在检查时被改动",
    "「{file}」在检查的同时被改动，没有写入批注。",
    "在 Excel 或 WPS 里保存并关闭它，再检查一次。",
)
