"""Codes of tables in Excel or CSV: JX232 to JX259."""

from generator.base.diagnostics import Code, Severity

UNKNOWN_KEY = Code("JX232", "表格来源里没有这一项", "「{name}」的表格来源里没有「{key}」这一项。", "")
NOT_A_NAME = Code(
    "JX233",
    "表格来源没有写对",
    "「{name}」的「{key}」应当是{expected}，这里不是。",
    "写成「{{来源: 绩效目标.xlsx, 工作表: 目标}}」；只有一张工作表的，「工作表」可以不写。",
)
OUTSIDE = Code(
    "JX234",
    "表格文件在文件夹之外",
    "「{file}」不在填报文件所在的文件夹里，不能读取。",
    "把表格文件放到填报文件所在的文件夹（或它下面的文件夹），「来源」只写文件名。",
)
NOT_FOUND = Code(
    "JX235",
    "没有这个表格文件",
    "没有找到表格文件「{file}」。",
    "把它放到填报文件所在的文件夹里，文件名连同扩展名写全。",
)
OTHER_FORMAT = Code(
    "JX236",
    "表格文件的格式不能读取",
    "「{file}」是{kind}，不能直接读取。",
    "用 Excel 或 WPS 打开它，另存为「Excel 工作簿（*.xlsx）」，再把「来源」改为「{stem}.xlsx」。",
)
CANNOT_OPEN = Code(
    "JX237", "表格文件打不开", "表格文件「{file}」打不开：{reason}。", "关闭正在打开它的 Excel、WPS 后再试。"
)
DAMAGED = Code("JX238", "不是能读取的工作簿", "「{file}」不能作为 Excel 工作簿读取：{reason}。", "{advice}")
TABLE_TOO_LARGE = Code(
    "JX239",
    "表格太大",
    "「{file}」太大：{what}超过了 {limit} 的上限。",
    "把要填报的表单独存成一个文件；多余的行、列和图片删去。",
)
UNKNOWN_SHEET = Code("JX240", "没有这张工作表", "「{file}」里没有工作表「{sheet}」。", "")
EMPTY_SHEET = Code("JX241", "工作表没有内容", "「{place}」里没有内容，找不到表头。", "第一行写列名，下面一行一条。")
MISSING_COLUMN = Code(
    "JX242",
    "缺少一列",
    "「{name}」（{label}）这一列没有找到。",
    "在表头加上「{column}」一列；表头那一行有：{header}。",
)
DUPLICATE_COLUMN = Code(
    "JX243", "同一列写了两次", "表头「{text}」和 {first} 都是「{column}」这一列。", "删去多余的一列，或改掉它的表头。"
)
UNREAD_COLUMN = Code(
    "JX244",
    "有一列没有读取",
    "表头「{text}」不是「{name}」的列，这一列没有读取；没有填的列里有「{near}」。",
    "如果就是它，把表头改为「{near}」；不是的不用理会。",
    Severity.WARNING,
)
NO_ROWS = Code("JX245", "表里一行也没有", "「{name}」（{label}）在「{place}」里一行也没有。", "表头下面至少填一行。")
UNCOMPUTED = Code(
    "JX246",
    "公式还没有算出结果",
    "这一格是公式，文件里没有存下它的结果。",
    "用 Excel 或 WPS 打开这个文件，保存一次；或把公式改成数字。",
)
ERROR_CELL = Code("JX247", "单元格是错误值", "这一格是「{text}」，不是{label}。", "{mend}")
IS_DATE = Code(
    "JX248",
    "Excel 把内容改成了日期",
    "「{name}」这一格存的是日期或时间（{text}），不是{label}。",
    "Excel 会把「2-3」「1/2」这样的内容改成日期。把这一格设成「文本」格式，再重新输入。",
)
SCALED = Code(
    "JX249",
    "显示的数缩小过",
    "这一格的数字格式「{format}」把数缩小后显示，看到的不是存着的 {text}。",
    "把数字格式改为「常规」，填上要报的数；单位写在表头，如「金额（万元）」。",
)
MERGED_NUMBER = Code(
    "JX250",
    "数字所在的单元格合并了几行",
    "「{name}」这一格合并了第 {first} 至 {last} 行，无法判断 {text} 是其中一行的数，还是每行都是。",
    "取消合并，每行各填自己的数。",
)
TOTAL_WITHIN = Code(
    "JX251",
    "表的中间有合计行",
    "这一行像是{text}行，下面还有别的行；合计由程序计算，中间的{text}不能作为一行读取。",
    "删去这一行；表末的合计行可以留着，程序不读它。",
)
MORE_DIGITS = Code(
    "JX252",
    "显示的数与存着的数不同",
    "这一格显示为 {shown}，存着的是 {text}；程序按存着的数读取。",
    "要报显示的数，请直接填这个数，或在公式里用 ROUND 取整。",
    Severity.WARNING,
)
HIDDEN = Code(
    "JX253",
    "有隐藏的行",
    "「{place}」有 {count} 行被隐藏或筛选掉（第 {lines} 行），这些行照样读取。",
    "取消隐藏和筛选后核对；不要的行请删去。",
    Severity.WARNING,
)
CSV_BROKEN = Code(
    "JX254",
    "CSV 读不下去",
    "从这一行起无法按 CSV 读取：双引号没有配对，或者一格太长。",
    "用 Excel 或 WPS 打开后重新另存；一格里的双引号改为中文引号“ ”。",
)
NOT_CSV = Code(
    "JX255",
    "不是 CSV 文本",
    "「{file}」{reason}。",
    "用 Excel 或 WPS 打开它，另存为「CSV UTF-8（逗号分隔）（*.csv）」或「Excel 工作簿（*.xlsx）」。",
)
NO_SHEETS_IN_CSV = Code("JX256", "CSV 没有工作表", "「{file}」是 CSV 文件，没有工作表。", "删去「工作表」这一项。")
