"""Codes of the page to fill in: JX891 to JX897."""

from __future__ import annotations

from generator.base.diagnostics import Code

NO_WEB = Code(
    "JX891",
    "没有安装网页填报的程序库",
    "没有安装 starlette 和 uvicorn，jixiao open 不能用；其他命令不需要它们。",
    '安装：pip install "jixiao[web]"。也可以用 jixiao new 模板 填报.xlsx 在 Excel、WPS 里填。',
)
CHANGED_ON_DISK = Code(
    "JX892",
    "填报文件在别处改动过",
    "「{file}」在打开以后又被改动过（另一个窗口、编辑器或同步盘），没有保存。",
    "看两份有什么不同，再选用哪一份；没有选定以前，两份都不会丢。",
)
MOVED_ON = Code(
    "JX893",
    "这份填报在另一个标签页里改过",
    "同一份工作稿在另一个标签页里改过，这一页上的不是最新的，刚才的改动没有记下。",
    "重新载入这一页，再填一次。",
)
CANNOT_WRITE_SO = Code(
    "JX894",
    "这一处不能写进填报文件",
    "填报文件里「{where}」附近的写法程序改不了，没有写入。",
    "用「文本」直接改填报文件，或用编辑器改好后重新载入。",
)
NOT_SAVED = Code(
    "JX895",
    "有没有保存的改动",
    "生成文件用的是磁盘上的填报，「{file}」有没有保存的改动。",
    "先保存。",
)
BAD_UPLOAD = Code(
    "JX896",
    "文件不能放进来",
    "「{file}」没有放进填报的文件夹：{why}。",
    "佐证用 PDF、Word、Excel、图片等文件，每个不超过 {most}，名称里不要有路径。",
)
NO_FILING = Code(
    "JX897",
    "没有这份填报",
    "文件夹「{folder}」里没有名为「{file}」的填报文件。",
    "回到列表，选一份；新建的名称以 .yaml 结尾，不带路径。",
)
