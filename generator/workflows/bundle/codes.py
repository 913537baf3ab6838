"""Codes of handing in: JX641 to JX649."""

from generator.base.diagnostics import Code

NOT_OURS = Code(
    "JX641",
    "原有的压缩包不能覆盖",
    "「{file}」已经存在，{why}。它没有被覆盖，新的没有写出。",
    "用 -o 写到别处；或加 --backup，先把它留作「{backup}」；确实不要它时加 --force。",
)
TOO_LARGE = Code(
    "JX642",
    "报送材料太大",
    "要打包的文件共 {size}，超过了 {most}。",
    "最大的是：{largest}。压缩扫描件，或只留标题、另行报送原件。",
)
ITSELF = Code(
    "JX643",
    "要写的文件就是佐证文件",
    "「{file}」既是佐证文件，又是要写的压缩包。",
    "用 -o 换一个文件名。",
)
CHANGED = Code(
    "JX644",
    "打包时文件有变动",
    "「{file}」在打包的时候被改动了。",
    "等扫描、复制或同步结束，再打包一次。",
)
