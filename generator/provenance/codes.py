"""Codes of written files, JX601 to JX625, and of what LibreOffice is needed for, JX760 to JX762 and JX769."""

from __future__ import annotations

from generator.base.diagnostics import Code, info, warning

EDITED = Code(
    "JX621",
    "原有的文件改动过",
    "「{file}」在写出以后，{what}。它没有被覆盖，新的没有写出。",
    "{pull}要留着它，加 --backup（先把它留作「{backup}」）；不要这些改动，加 --force；或用 -o 写到别处。",
)
FOREIGN = Code(
    "JX622",
    "原有的文件不是本程序写的",
    "「{file}」已经存在，里面没有本程序的来源记录：它是别的程序或早先的版本写的。它没有被覆盖，新的没有写出。",
    "用 -o 写到别处；或加 --backup，先把它留作「{backup}」；确实不要它时加 --force。",
)
OTHER_FILING = Code(
    "JX624",
    "原有的报告是另一份填报的",
    "「{file}」是{whose}。它没有被覆盖，新的没有写出。",
    "用 -o 写到别处；或加 --backup，先把它留作「{backup}」；确实不要它时加 --force。",
)
ITSELF = Code(
    "JX625",
    "要写的文件是填报所用的文件",
    "「{file}」是生成报告要用的文件，不能把结果写成它（--force 也不能）。",
    "用 -o 换一个文件名。",
)
UNREADABLE = Code(
    "JX623", "文件无法读取", "「{file}」无法读取：{why}。", "请核对文件名，或关闭正在打开它的 Word、WPS 后再试。"
)

CANNOT_WRITE = Code(
    "JX601",
    "文件无法写入",
    "「{file}」无法写入：{why}。原有的文件没有改动。",
    "换一个可以写入的文件夹（如 -o 桌面上的文件夹），或关闭正在打开它的 Word、WPS 后再试。",
)

NO_ROOM = Code(
    "JX606",
    "临时文件无法写入",
    "放临时文件的文件夹「{folder}」无法写入：{why}。原有的文件没有改动。",
    "清理磁盘，或用环境变量 TMPDIR（Windows 为 TEMP）指定一个有空位的文件夹后再试。",
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

NEEDS_FOLDER = Code(
    "JX604",
    "几份文件要写到文件夹",
    "这个模板有几份输出，不能写到一个文件「{file}」。",
    "-o 只写文件夹；几份文件放在其中以填报命名的文件夹里。",
)

LEFT_OVER = warning(
    "JX605",
    "文件夹里有上一次留下的文件",
    "「{folder}」里还有由同一份填报生成、这一次没有生成的：{files}。",
    "用不着的删去，以免和新的一起报送；填报里改了名称或删了一行，常会这样。",
)


NO_OFFICE = info(
    "JX760",
    "没有找到 LibreOffice",
    "没有找到 LibreOffice，只有 Word 文件，没有 PDF。",
    "安装后再试。Debian、Ubuntu：sudo apt-get install libreoffice-writer-nogui poppler-utils fonts-noto-cjk；"
    "Windows、macOS：从 libreoffice.org 下载。",
)
NO_PDF = warning(
    "JX761",
    "没有转出 PDF",
    "LibreOffice 没有转出 PDF：{why}。只有 Word 文件。",
    "用 Word 或 WPS 打开 Word 文件查看；关闭别的 LibreOffice 窗口后可再试一次。",
)
NO_PICTURES = info(
    "JX762",
    "没有转出页面图片",
    "没有转出页面图片：{why}。PDF 已经写好。",
    "安装 poppler-utils（Debian、Ubuntu：sudo apt-get install poppler-utils），或直接看 PDF。",
)
MISSING_FONTS = warning(
    "JX769",
    "PDF 里换了字体",
    "这台电脑没有{missing}，PDF 里用的是{instead}。",
    "PDF 的字体和分页因此与 Word 文件不同。正式使用的 PDF，请在装有这些字体的电脑上转换，或在 Word、WPS 里导出。",
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
