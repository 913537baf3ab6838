"""Codes of reading edits back: JX851 to JX869."""

from generator.base.diagnostics import Code, Severity

__all__: list[str] = []

DRAFT = Code(
    "JX851",
    "草稿不能回填",
    "「{file}」是草稿：里面有待填的内容和问题批注，不是可以回填的改稿。",
    "用 jixiao render 生成正式稿，在正式稿上改。",
)
OTHER_REPORT = Code(
    "JX852",
    "改稿不是由这个填报文件生成的",
    "「{file}」与由「{input}」生成的报告对不上：{why}。",
    "核对两个文件名；填报文件在生成以后大改过的，用 --base 给出生成时的那一份。",
)
INPUT_CHANGED = Code(
    "JX853",
    "填报文件在生成以后改过，没有生成时的那一份",
    "「{input}」在「{file}」生成以后改过{why}，分不清哪些是改稿的改动。",
    "用 --base 给出生成时的填报文件（旧文件，或 git 里的版本，如 HEAD~1:{input}）。",
)
CONFLICT = Code(
    "JX854",
    "改稿中同一个填报值改得不一样",
    "「{name}」（{label}）在改稿里有几种改法：{ways}。没有写入。",
    "在改稿里改成一致后再运行，或直接改填报文件。",
)
CHANGED_ON_BOTH_SIDES = Code(
    "JX855",
    "改稿和填报文件都改了同一个值",
    "「{name}」（{label}）在改稿里改成「{new}」，而填报文件在生成以后也改成了「{now}」。没有写入。",
    "商定用哪一个，直接改填报文件。",
)
COMPUTED = Code(
    "JX856",
    "改稿改了由程序计算的值",
    "「{name}」由程序计算，改稿把「{old}」改成「{new}」{places}，不能写回。",
    "要改的是它所依据的填报值：{facts}。",
    Severity.WARNING,
)
NOT_READABLE = Code(
    "JX857",
    "改稿中的写法不能填报",
    "「{name}」（{label}）在改稿里改成「{new}」（{place}）：{why}没有写入。",
    "{mend}",
)
IN_A_TABLE = Code(
    "JX858",
    "填报值在表格文件里",
    "「{name}」（{label}）在改稿里改成「{new}」，它填在表格文件 {where}，不能写回。",
    "在那里把「{old}」改成「{new}」。",
)
CANNOT_PLACE = Code(
    "JX859",
    "改动不能对应到填报文件的文字",
    "「{name}」（{label}）在改稿里把「{old}」改成「{new}」（{place}），{why}。没有写入。",
    "直接在填报文件里改这一项。",
)
WORDING = Code(
    "JX860",
    "改稿改了固定文字",
    "固定文字「{old}」改成了「{new}」，它不是填报的内容，重新生成时会恢复原样。",
    "请转告模板维护人修改版式或模板（{layout}）。",
    Severity.WARNING,
)
UNCLEAR = Code(
    "JX861",
    "分不清改的是哪个值",
    "这一段的改动不能分到各个填报值：{why}。原为「{old}」，现为「{new}」。没有写入。",
    "对照着直接改填报文件：分不清的是 {facts}。",
)
ROW_REMOVED = Code(
    "JX862",
    "改稿删去了表格的行",
    "「{name}」这一行（{what}）在改稿里被删去，行的增删不能写回。",
    "要删去它，删去填报文件第 {line} 行起的这一项。",
)
ROW_ADDED = Code(
    "JX863",
    "改稿增加了表格的行",
    "改稿增加了一行：{what}。行的增删不能写回。",
    "{mend}",
)
TEXT_ADDED = Code(
    "JX864",
    "改稿增加了段落",
    "改稿增加了一段「{what}」，前后都不是分段填报的内容，不能写回。",
    "写进填报文件的相应字段；是固定文字的，转告模板维护人（{layout}）。",
    Severity.WARNING,
)
TEXT_REMOVED = Code(
    "JX865",
    "改稿删去了段落",
    "改稿删去了一{unit}「{what}」{facts}，重新生成时会恢复。",
    "{mend}",
    Severity.WARNING,
)
NOT_ACCEPTED = Code(
    "JX866",
    "写入后填报文件不能通过检查",
    "照改稿写入后，填报文件有 {count} 个错误，没有写入。",
    "按下面列出的错误修改改稿，或直接改填报文件。",
)
PRINTED_OTHERWISE = Code(
    "JX867",
    "重新生成后的写法与改稿不同",
    "「{name}」写入后，重新生成印成「{now}」，改稿写作「{new}」（{place}）。",
    "数值已经写入，写法由模板的印制形式决定。",
    Severity.INFO,
)
CHANGED_MEANWHILE = Code(
    "JX868",
    "填报文件刚被改动",
    "「{input}」在列出改动以后又被改动，没有写入。",
    "再运行一次。",
)
PART_REMOVED = Code(
    "JX869",
    "改稿缺了一部分",
    "改稿里没有{what}{facts}。填报值照旧，没有写入。",
    "没有送改这一部分的，不必处理；确要删去的，直接在填报文件里删。",
)
