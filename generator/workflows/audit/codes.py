"""Codes of audits: JX651 to JX674."""

from generator.base.diagnostics import Code, Severity

NOT_FILED = Code(
    "JX651",
    "这种文件不能审核",
    "这是{kind}，程序不读。",
    "审核可以读 Word（.docx）、Excel（.xlsx、.xls）和填报文件（.yaml）。",
)
NOT_OPENED = Code("JX652", "文件打不开", "文件打不开：{why}。", "核对路径和权限；正在别的程序里打开的，先关闭。")
LOCKED = Code("JX653", "文件加了密码", "文件加了打开密码，没有读。", "用 Word、Excel 或 WPS 打开，去掉密码后另存。")
REVISIONS = Code(
    "JX654",
    "有没有接受的修订",
    "文件里有 {count} 处修订还没有接受，按全部接受以后的内容读取。",
    "请报送单位接受或拒绝全部修订后重新报送。",
    Severity.WARNING,
)
NO_TABLE = Code(
    "JX655",
    "没有找到自评表",
    "没有找到有三级指标，又有指标值、完成值、分值或得分的表。",
    "核对文件；表头的叫法程序不认识的，把叫法加进「表头.yaml」。",
    Severity.WARNING,
)
UNKNOWN_HEAD = Code(
    "JX656",
    "表头没有认全",
    "这像是指标表或得分表，但表头（{heads}）里没有认出{lacking}，整张表没有读。",
    "对照原件；表头的叫法程序不认识的，把叫法加进「表头.yaml」。",
    Severity.WARNING,
)
NO_NAME = Code(
    "JX657",
    "这一行没有指标名称",
    "这一行有内容（{said}），但没有指标名称，没有读。",
    "对照原件；是指标的，请报送单位补上名称。",
    Severity.WARNING,
)
NO_HEAD = Code(
    "JX658",
    "这一格没有表头",
    "「{text}」上面没有表头，没有读。",
    "对照原件，看它属于哪一列。",
    Severity.WARNING,
)
NOT_A_NUMBER = Code(
    "JX659",
    "不是数",
    "{what}写的是「{text}」，不是数，没有读。",
    "对照原件；请报送单位写成数。",
    Severity.WARNING,
)
NO_UNIT = Code(
    "JX660",
    "资金没有写单位",
    "{what}「{text}」没有写单位，表上也没有写明「单位：万元」，没有读。",
    "请报送单位写明单位。",
    Severity.WARNING,
)
SCORE_HIGHER = Code(
    "JX661",
    "自评得分高于复算",
    "「{name}」自评 {stated} 分，按完成值复算是 {computed} 分（{how}）。",
    "核对完成值；自评的办法另有规定的，说明依据。",
    Severity.WARNING,
)
SCORE_LOWER = Code(
    "JX662",
    "自评得分低于复算",
    "「{name}」自评 {stated} 分，按完成值复算是 {computed} 分（{how}），复核不加分。",
    "核对完成值；自评另有扣分的，看它的原因。",
    Severity.INFO,
)
ABOVE_WEIGHT = Code(
    "JX663", "得分高于权重", "「{name}」得 {score} 分，高于权重 {weight}。", "核对得分和权重。", Severity.WARNING
)
WEIGHTS = Code(
    "JX664",
    "权重合计不是满分",
    "各项权重合计 {total}，不是 {full}。",
    "核对各项权重，看有没有漏列的指标。",
    Severity.WARNING,
)
TOTAL = Code(
    "JX665",
    "总分和各项之和不符",
    "总分写的是 {stated}，各项{what}之和是 {total}。",
    "核对各项和总分。",
    Severity.WARNING,
)
RATE_SCORE = Code(
    "JX666",
    "执行率得分不符",
    "执行率得 {stated} 分，按执行数÷预算数（{rate}）×{weight} 是 {computed} 分。",
    "核对预算数、执行数和得分。",
    Severity.WARNING,
)
CRITERIA = Code(
    "JX667",
    "复核标准的写法不对",
    "{what}",
    "每条写编号、标准、依据（问题代码的列表）、扣分（如 100%）、意见；见《审核自评材料》。",
)
NO_CRITERIA = Code("JX668", "没有这份复核标准", "没有叫「{name}」的复核标准，也没有这个文件。", "")
NOTHING = Code(
    "JX669",
    "文件夹里没有可以审核的文件",
    "「{file}」里没有可以审核的文件（.docx、.xlsx、.xls、.yaml）。",
    "核对文件夹。",
)
TWO_VALUES = Code(
    "JX670",
    "两张表写的不一样",
    "「{name}」的{part}，这里写「{one}」，{place}写「{two}」。",
    "请报送单位核对后统一。",
    Severity.WARNING,
)
SUMMARY = Code(
    "JX671",
    "汇总表没有复核",
    "这是按一级或二级指标汇总的得分，没有逐项复核。",
    "和下面的自评表对照。",
    Severity.INFO,
)
BLANK = Code(
    "JX672", "指标没有填全", "「{name}」没有填{what}。", "请报送单位补填；确实没有的写明原因。", Severity.WARNING
)
ALIKE = Code(
    "JX675",
    "文字和别的材料相同",
    "正文有 {count} 段、{share} 的文字和「{other}」相同，第一段在那里是{place}。",
    "核对是不是照抄别的单位或上年的：请写本单位、本年度的情况。",
    Severity.WARNING,
)
HIDDEN_SHEET = Code(
    "JX674",
    "隐藏的工作表",
    "工作表「{sheet}」是隐藏的，照样读取。",
    "请报送单位核对；不要的请删去后重新报送。",
    Severity.WARNING,
)
