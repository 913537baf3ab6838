"""Codes of texts and workbooks with references: JX401 to JX409."""

from generator.base.diagnostics import Code

SYNTAX = Code(
    "JX401", "引用的写法有误", "文字中的引用「{part}」写法有误：{problem}。", "写成「{{{{ 名称 }}}}」，两个花括号成对。"
)
NOT_ALLOWED = Code(
    "JX402",
    "文字中不能这样写",
    "文字中的「{part}」用了不允许的写法（{what}）。",
    "这里只能引用名称、加印制形式，或写简单的条件。",
)
UNKNOWN_NAME = Code("JX403", "引用的名称不存在", "文字引用的「{name}」不存在。", "")
UNKNOWN_FILTER = Code("JX404", "没有这个印制形式", "「| {name}」不是可用的印制形式。", "")
NOT_PRINTABLE = Code("JX405", "引用无法印出", "文字「{part}」无法写出：{problem}。", "核对所引用的名称和印制形式。")
UNPAIRED = Code(
    "JX406",
    "着重的星号不成对",
    "文字「{part}」里的「**」不成对。",
    "着重的文字前后各写两个星号，在同一段里：「**一是加强领导。**」。",
)
SAME_FILE = Code("JX407", "两份文件重名", "{what}的文件名「{file}」和{other}的相同，后写的会盖掉先写的。", "{mend}")
BAD_SHEET = Code("JX408", "Excel 版式写得不对", "{problem}。", "{mend}")
LOST_IN_SHEET = Code(
    "JX409",
    "Excel 版式里有保不住的内容",
    "Excel 版式「{file}」里有{what}，填写以后会丢失。",
    "把它从版式里删去，或改用 Word 版式。",
)
NO_ROOM = Code(
    "JX612",
    "工作簿没有写成",
    "写工作簿时不能使用临时文件：放临时文件的磁盘满了，或不能写入。原有的文件没有改动。",
    "清理磁盘，或用环境变量 TMPDIR（Windows 为 TEMP）指定一个有空位的文件夹后再试。",
)
