"""Codes of checks on texts: JX450 to JX479."""

from generator.base.diagnostics import Code, Severity

_FIX = "jixiao check --fix-text 可以列出并改正。"

OUT_OF_ORDER = Code(
    "JX450",
    "序号不连续",
    "「{sample}」的序号{said}{rest}。",
    "按次序改正序号，或补上漏掉的一项。",
    Severity.WARNING,
)
SKIPPED_LEVEL = Code(
    "JX451",
    "层次跳级",
    "「{sample}」{said}{rest}。",
    "按「一、」「（一）」「1.」「（1）」「①」的层次编号。",
    Severity.INFO,
)
EMPTY_HEADING = Code(
    "JX452",
    "标题下没有内容",
    "「{sample}」{said}{rest}。",
    "补上内容，或删去这个标题。",
    Severity.WARNING,
)
DISTANT_YEAR = Code(
    "JX455",
    "年份和报告年度相差较远",
    "「{sample}」的年份{said}{rest}。",
    "核对年份；确是那一年的，可写明由来（如「自……年起」「……年印发」），或不必改。",
    Severity.INFO,
)
FILE_NUMBER = Code(
    "JX456",
    "文号不合规范",
    "「{sample}」的文号{said}{rest}。",
    "文号写成「发文机关代字〔四位年份〕号数」，如「某发〔2021〕12号」。" + _FIX,
    Severity.WARNING,
)
HALF_WIDTH = Code(
    "JX460",
    "中文里用了半角标点",
    "「{sample}」的标点{said}{rest}。",
    "改为全角标点。" + _FIX,
    Severity.WARNING,
)
UNPAIRED = Code(
    "JX461",
    "括号或引号不成对",
    "「{sample}」的括号或引号{said}{rest}。",
    "使左右两个成对，并同为全角。全角半角混用和重复的，" + _FIX,
    Severity.WARNING,
)
DOUBLED = Code(
    "JX462",
    "标点重复",
    "「{sample}」的标点重复，{said}{rest}。",
    "只留一个。" + _FIX,
    Severity.WARNING,
)
COMPARISON = Code(
    "JX463",
    "比较符号不合规范",
    "「{sample}」的比较符号{said}{rest}。",
    "改为「≥」「≤」。" + _FIX,
    Severity.INFO,
)
RELATIVE_YEAR = Code(
    "JX464",
    "年份写成「去年」「今年」",
    "「{sample}」是哪一年，要看报告在哪一年读，{said}{rest}。",
    "写明年份；要用报告年度时可写「{{{{ 年度 }}}}年」。",
    Severity.WARNING,
)
BLANKS = Code(
    "JX465",
    "中文里有多余的空格",
    "「{sample}」{said}{rest}。",
    "删去空格；一段文字在文件里分行写的，换行处也会变成空格。" + _FIX,
    Severity.INFO,
)
PAGE_NUMBER = Code(
    "JX466",
    "文字里混进了页码",
    "「{sample}」里{said}{rest}。",
    "确是页码的，删去。",
    Severity.WARNING,
)
FULL_WIDTH = Code(
    "JX467",
    "用了全角的数字或字母",
    "「{sample}」的数字或字母{said}{rest}。",
    "改为半角。" + _FIX,
    Severity.INFO,
)
BLANK_REFERENCE = Code(
    "JX468",
    "引用的字段没有填",
    "「{sample}」{said}{rest}。",
    "填上这个字段，或改写这段文字。",
    Severity.WARNING,
)
BRACES = Code(
    "JX469",
    "花括号会照原样印出",
    "「{sample}」里的花括号{said}{rest}。",
    "引用字段写成两个半角花括号「{{{{ 字段 }}}}」；不是引用的，删去花括号。",
    Severity.WARNING,
)
