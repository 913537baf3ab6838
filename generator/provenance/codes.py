"""Codes of provenance: JX621 to JX629."""

from __future__ import annotations

from generator.base.diagnostics import Code, Severity

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

LEFT_OVER = Code(
    "JX605",
    "文件夹里有上一次留下的文件",
    "「{folder}」里还有由同一份填报生成、这一次没有生成的：{files}。",
    "用不着的删去，以免和新的一起报送；填报里改了名称或删了一行，常会这样。",
    Severity.WARNING,
)
