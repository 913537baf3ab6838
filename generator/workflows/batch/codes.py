"""Codes of rendering many reports: JX821 to JX829."""

from generator.base.diagnostics import Code

NOTHING_THERE = Code(
    "JX821",
    "没有这个文件",
    "找不到「{file}」。",
    '核对路径；一次生成多份可写文件夹（如 inputs），或加引号的通配符（如 "inputs/*.yaml"）。',
)
NO_INPUT = Code(
    "JX822",
    "文件夹里没有填报文件",
    "「{file}」里没有填报文件（以 .yaml 或 .yml 结尾）。",
    "核对文件夹；用 jixiao new 可以新建一份填报文件。",
)
SAME_NAME = Code(
    "JX823",
    "两份报告同名",
    "「{other}」的报告也写成「{target}」，后一份没有写。",
    "核对两份填报的部门名称和年度；确是两份的，放在不同的文件夹里分别生成（-o）。",
)
TOO_LONG = Code(
    "JX824",
    "用时过长",
    "超过 {seconds} 秒还没有生成，已停止。",
    "单独运行 jixiao check 看它停在哪里；确需更长时间的，用 --time-limit 放宽。",
)
WORKER_DIED = Code(
    "JX825",
    "生成时程序中断",
    "生成这一份时，负责它的进程意外中断（{why}）。",
    "单独运行 jixiao render 看是否重现；可能是内存不足，或文件触发了程序的错误。",
)
INTERNAL = Code(
    "JX828",
    "程序自身的错误",
    "程序遇到了没有料到的情况：{what}。",
    "这不是填报的错误。请把填报文件和这条消息交给程序的维护人员。",
)
TOO_MUCH_MEMORY = Code(
    "JX826",
    "内存不足",
    "生成这一份用的内存超过了限度。",
    "核对填报文件是否有异常大的表格；确需更多内存的，用 --memory-limit 放宽。",
)
NO_CLUSTER = Code(
    "JX827",
    "集群无法使用",
    "连不上集群「{address}」：{why}。",
    '核对地址，确认调度程序已启动；所需的程序库用 pip install "jixiao[cluster]" 安装。',
)
