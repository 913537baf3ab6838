"""What can be wrong with a YAML file before anything in it is interpreted."""

from __future__ import annotations

from generator.base.diagnostics import Code

__all__ = [
    "BAD_ESCAPE",
    "BAD_LEVEL",
    "BRACKET",
    "CANNOT_OPEN",
    "CHARACTER",
    "COLON_IN_VALUE",
    "COLON_WITHOUT_SPACE",
    "DASH_WITHOUT_SPACE",
    "DIRECTIVE",
    "DUPLICATE_KEY",
    "EMPTY",
    "FULL_WIDTH_COLON",
    "GBK",
    "INDENTATION",
    "KEY_NOT_TEXT",
    "LOST_TEXT",
    "MERGE_KEY",
    "NOT_A_MAPPING",
    "NOT_TEXT",
    "NOT_UTF8",
    "NOT_YAML",
    "QUOTE",
    "REFERENCE",
    "RESERVED",
    "SECOND_DOCUMENT",
    "TAG",
    "TOO_DEEP",
    "TOO_LARGE",
    "TRAILING_TEXT",
    "UTF16",
]

_SAVE = (
    "用记事本打开，点「文件—另存为」，编码选「UTF-8」后保存；"
    "用 WPS 打开时，另存为「文本文件（*.txt）」，编码选「Unicode（UTF-8）」，再把扩展名改回 .yaml。"
)
_QUOTE_IT = '如果这是普通文字，请把整个值用英文双引号括起来，例如 备注: "……"。'

CANNOT_OPEN = Code("JX101", "文件打不开", "文件「{file}」打不开：{reason}。", "{advice}")
TOO_LARGE = Code(
    "JX102",
    "文件太大",
    "文件太大，超过了 {limit}的上限。",
    "填报文件只写事实和数字；大段材料请作为附件另附，或按单位、年度分成几个文件。",
)
GBK = Code(
    "JX103", "像是 GBK 编码", "文件不是 UTF-8 编码，像是 GBK 编码：第 {line} 行「{sample}」无法按 UTF-8 读取。", _SAVE
)
UTF16 = Code("JX104", "UTF-16 编码", "文件是 {encoding} 编码（记事本里叫「{nickname}」），应为 UTF-8。", _SAVE)
NOT_TEXT = Code(
    "JX105",
    "不是文本文件",
    "文件不是文本文件：第 {line} 行含有空字节。",
    "请确认选对了文件：Word、Excel、PDF 等文件不能直接读取，需要的是 UTF-8 编码的 .yaml 文本文件。",
)
NOT_UTF8 = Code(
    "JX106",
    "不是 UTF-8 编码",
    "第 {line} 行第 {column} 列的字节 0x{byte} 不是 UTF-8 编码的文字，文件可能损坏，或混用了两种编码。",
    f"把这一行重新输入一遍，再存为 UTF-8：{_SAVE}",
)
EMPTY = Code(
    "JX107",
    "文件没有内容",
    "文件里没有任何内容{comments}。",
    "至少写上模板、年度和部门，可从 inputs 文件夹里的样例改起。",
)
CHARACTER = Code(
    "JX108",
    "不能使用的字符",
    "此处有不能使用的字符 {code}（{kind}）{written}。",
    "删去这个字符；如果它是从网页或其他文件粘贴来的，请把前后几个字重新输入。",
)
INDENTATION = Code(
    "JX109",
    "缩进用了制表符或全角空格",
    "这一行的缩进里有{name}，缩进只能用半角空格。",
    "把行首的{name}换成半角空格，每层两个；编辑器里可以设成「按 Tab 键输入空格」。",
)
FULL_WIDTH_COLON = Code(
    "JX110",
    "键后用了全角冒号",
    "「{key}」后面是全角冒号「：」，应为半角冒号加一个空格。",
    "改为「{key}: 」。",
)
COLON_WITHOUT_SPACE = Code(
    "JX111", "冒号后缺少空格", "「{key}」的冒号后缺少空格。", "在半角冒号后加一个空格，即「{key}: 」。"
)
DASH_WITHOUT_SPACE = Code(
    "JX112", "短横线后缺少空格", "列表项的短横线「-」后缺少空格。", "在短横线后加一个空格，即「- {text}」。"
)
DUPLICATE_KEY = Code(
    "JX113",
    "重复的键",
    "「{key}」重复：第 {first} 行已经写过。",
    "同一层里每个键只写一次：删去多余的一处；如果是另一条记录，请另起一个「- 」列表项。",
)
REFERENCE = Code(
    "JX114",
    "不支持锚点和别名",
    "「{text}」会被当作 YAML 的{kind}，填报文件里不使用{kind}。",
    f"需要重复的内容请照写一遍。{_QUOTE_IT}",
)
TAG = Code("JX115", "不支持标签", "「{text}」会被当作 YAML 标签，填报文件里不使用标签。", f"删去标签。{_QUOTE_IT}")
MERGE_KEY = Code("JX116", "不支持合并键", "「<<」是 YAML 的合并键，填报文件里不使用。", "把要合并的各项照写一遍。")
DIRECTIVE = Code(
    "JX117",
    "不支持指令",
    "以「%」开头的行会被当作 YAML 指令，填报文件里不使用指令。",
    "删去这一行；如果这是普通文字，请接在上一行之后，或用英文双引号括起来。",
)
SECOND_DOCUMENT = Code(
    "JX118",
    "一个文件里有两份文档",
    "从这一行起是第二份文档，一个文件只能有一份。",
    "删去这一行的「---」或「...」；如果确是两份填报，请分成两个文件。",
)
TOO_DEEP = Code("JX119", "嵌套太深", "内容嵌套超过 {limit} 层。", "检查是否多写了「[」「{{」「- 」，或缩进逐行加深。")
KEY_NOT_TEXT = Code(
    "JX120",
    "键不是文字",
    "此处的键是一个{kind}，键只能是一段文字。",
    "如果要写以「{{{{ 」开头的引用，请把整个值用英文双引号括起来；否则删去多余的括号或「? 」。",
)
NOT_A_MAPPING = Code(
    "JX121",
    "文件应由键和值组成",
    "整个文件应由「键: 值」组成，读到的却是{kind}。",
    "从行首写起，每项写成「键: 值」，例如 年度: 2021；列表要放在某个键下面。",
)
QUOTE = Code(
    "JX122",
    "引号没有配对",
    "从这里开始的引号「{quote}」没有配对。",
    "在这段文字末尾补上同样的英文引号；文字里若要用双引号，请改用中文引号“ ”，或在外层用单引号。",
)
BAD_ESCAPE = Code(
    "JX123",
    "反斜杠写法不对",
    "双引号里的反斜杠「{text}」不是能识别的转义。",
    "把外层的双引号改为单引号，反斜杠就按原样读取；或把它写成两个反斜杠。",
)
BRACKET = Code(
    "JX124",
    "括号没有配对",
    "{problem}。",
    "检查半角括号是否成对，各项之间是否用半角逗号「,」隔开；"
    "文字里若有括号、逗号、冒号或 {{{{ }}}}，请用英文双引号括起来。",
)
BAD_LEVEL = Code("JX125", "层次或缩进不对", "{problem}。", "{advice}")
COLON_IN_VALUE = Code(
    "JX126",
    "值里有半角冒号",
    "值里又出现了半角冒号，无法判断哪里是键、哪里是值。",
    '用英文双引号把整个值括起来，例如 {key}: "……"，或把值里的冒号改为全角「：」。',
)
RESERVED = Code(
    "JX127",
    "值以特殊符号开头",
    "「{char}」在 YAML 里有特殊含义，不能用作值的开头。",
    '用英文双引号把整个值括起来，例如 备注: "{char}……"。',
)
TRAILING_TEXT = Code(
    "JX128",
    "引号或括号之后还有文字",
    "引号或括号已经结束，后面却还有文字「{text}」。",
    "把整个值用一对英文引号括起来（里面的引号改为中文引号“ ”），或删去多余的文字。",
)
NOT_YAML = Code(
    "JX129",
    "无法按 YAML 读取",
    "从这里起无法按 YAML 读取。",
    "对照上下各行检查缩进、冒号、引号和括号；可从样例文件改起。",
)
LOST_TEXT = Code(
    "JX130",
    "井号后面的文字会丢失",
    "「{text}」会被当成注释，不印进报告。",
    "是报告内容的，把冒号后面整段用英文双引号括起来；确是注释的，在「#」后面空一格。",
)
