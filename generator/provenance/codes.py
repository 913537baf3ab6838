"""Codes of provenance: JX621 to JX629."""

from generator.base.diagnostics import Code

__all__: list[str] = []

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
UNREADABLE = Code(
    "JX623",
    "文件无法读取",
    "「{file}」无法读取：{why}。",
    "请核对文件名，或关闭正在打开它的 Word、WPS 后再试。",
)
