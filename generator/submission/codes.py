"""Codes of what a bureau fills in: JX201 to JX231, JX261 to JX269. Those of tables in Excel or CSV are between."""

from generator.base.diagnostics import Code, Severity

UNKNOWN_FIELD = Code("JX201", "没有这个字段", "模板里没有「{key}」这个字段。", "")
MISSING = Code("JX202", "缺少必填的事实", "缺少「{name}」{label}。", "请填写「{name}」{example}。")
EMPTY_TABLE = Code("JX203", "表中没有内容", "「{name}」{label}一行也没有。", "每行以「- 」开头，至少填一行。")
WRONG_SHAPE = Code("JX204", "填写的形式不对", "「{name}」{label}应当是{expected}，这里是{found}。", "{mend}")
NO_UNIT = Code(
    "JX205", "金额没有单位", "「{name}」的金额「{text}」没有单位。", "写明单位，如「{text} 元」或「{text} 万元」。"
)
UNKNOWN_UNIT = Code("JX206", "单位不认识", "「{name}」的「{text}」中，单位「{unit}」不是{expected}。", "")
NOT_A_NUMBER = Code(
    "JX207", "不是数字", "「{name}」应当填{expected}，「{text}」{why}。", "只填一个数字和单位，如「{example}」。"
)
TOO_SMALL = Code(
    "JX208", "小于允许的最小值", "「{name}」的「{text}」小于 {least}。", "核对这个数；金额、人数等不能是负数。"
)
TOO_LARGE = Code("JX209", "大于允许的最大值", "「{name}」的「{text}」大于 {most}。", "核对这个数。")
NOT_A_DATE = Code(
    "JX210", "不是日期", "「{name}」的「{text}」不是日历上的日期。", "写成「2021-12-31」或「2021年12月31日」。"
)
NOT_A_CHOICE = Code("JX211", "不在选项之内", "「{name}」的「{text}」不是可选的值。", "")
NOT_A_RATIO = Code(
    "JX212", "比率没有百分号", "「{name}」应当填百分数，「{text}」没有百分号。", "写成百分数，如「96.69%」。"
)
NOT_WHOLE = Code("JX213", "不是整数", "「{name}」应当填整数，「{text}」有小数。", "核对这个数。")
NOT_A_YEAR = Code("JX214", "不是年份", "「{name}」的「{text}」不是四位数的年份。", "写成四位数字，如「2021」。")
UNKNOWN_INDICATOR = Code("JX215", "没有这个指标", "评分表里没有「{key}」这个指标。", "")
NOT_SCORED = Code(
    "JX216", "这一级不单独评分", "「{key}」的得分由它的下级相加，不在这里填报。", "改填它的下级：{children}。"
)
UNKNOWN_ITEM = Code("JX217", "没有这个评分要点", "指标「{indicator}」没有名为「{key}」的要点。", "")
UNKNOWN_CONCLUSION = Code("JX218", "结论不在可选之列", "要点「{item}」的结论「{text}」不是可选的结论。", "")
ABOVE_WEIGHT = Code(
    "JX219", "得分超过分值", "「{name}」的自评分 {text} 超过了分值 {weight}。", "自评分最高为 {weight}。"
)
NO_ITEMS = Code("JX220", "这个指标没有要点", "指标「{indicator}」不按要点评分，不填「要点」。", "把内容写进「说明」。")
NO_JUDGEMENT = Code(
    "JX221", "缺少自评分", "指标「{indicator}」由人评定，缺少「自评分」。", "填写「自评分」，在 0 与 {weight} 之间。"
)
NO_CONCLUSION = Code(
    "JX222",
    "缺少要点的结论",
    "指标「{indicator}」的要点「{item}」没有结论。",
    "在「要点」下的「{item}」里填写「结论」，从{shares}中选一个。",
)
NO_INDICATORS = Code(
    "JX223", "没有填报指标", "没有「指标」部分，由人评定的指标都没有得分。", "加上「指标:」，逐项填写。"
)
NO_BASIS = Code(
    "JX225",
    "不适用没有说明",
    "指标「{indicator}」的要点「{item}」写明不适用，没有说明理由。",
    "在这个要点的「说明」写明为什么不适用。",
    Severity.WARNING,
)
ATTACHMENT_SHAPE = Code(
    "JX226",
    "附件的写法不对",
    "「{name}」应当写文件名，或「文件」和「标题」，最多 {most} 个。",
    "每行写一个：「- 文件名.docx」，或「- {{文件: 文件名.docx, 标题: 附件的标题}}」。",
)
ATTACHMENT_OUTSIDE = Code(
    "JX227",
    "Word 文件不在填报文件的文件夹里",
    "Word 文件「{file}」不在填报文件所在的文件夹里。",
    "把它放进填报文件所在的文件夹（或其中的子文件夹），只写文件名。",
)
ATTACHMENT_NOT_FOUND = Code(
    "JX228", "没有这个 Word 文件", "找不到 Word 文件「{file}」。", "核对文件名；文件要放在填报文件所在的文件夹里。"
)
ATTACHMENT_FORMAT = Code(
    "JX229",
    "不是 Word 文件",
    "「{file}」不是 Word 文件（.docx），而是 {kind}。",
    "请用 Word 或 WPS 打开它，另存为「Word 文档 (*.docx)」。",
)
NOT_IN_A_SHEET = Code(
    "JX230",
    "这一列不能来自表格文件",
    "「{name}」的每一格又是一张表，不能写在表格文件里。",
    "这张表直接写在填报文件里，每行以「- 」开头。",
)
ATTACHMENT_UNREADABLE = Code(
    "JX224",
    "Word 文件读不出",
    "Word 文件「{file}」读不出：{reason}。",
    "核对文件的权限和大小；图片太多时在 Word 里压缩图片。",
)
EVIDENCE_SHAPE = Code(
    "JX261",
    "佐证的写法不对",
    "「{name}」应当写材料的标题或文件名，或「标题」和「文件」，一项指标最多 {most} 种。",
    "每行写一种：「- 材料的标题」「- 佐证/文件.pdf」或「- {{标题: 材料的标题, 文件: 佐证/文件.pdf}}」。",
)
EVIDENCE_OUTSIDE = Code(
    "JX262",
    "佐证文件不在填报文件的文件夹里",
    "佐证「{file}」不在填报文件所在的文件夹里。",
    "把它放进填报文件所在的文件夹（或其中的子文件夹，如「佐证」），写成「佐证/文件名」。",
)
EVIDENCE_NOT_FOUND = Code(
    "JX263",
    "没有这个佐证文件",
    "找不到佐证「{file}」。",
    "核对文件名；文件要放在填报文件所在的文件夹里。只有纸质材料的，写标题，不写文件名。",
    Severity.WARNING,
)
EVIDENCE_UNREADABLE = Code(
    "JX265", "佐证文件读不出", "佐证「{file}」读不出：{why}。", "核对文件的权限；文件正被别的程序打开时，先关闭它。"
)
EVIDENCE_EMPTY = Code(
    "JX264",
    "佐证文件是空的",
    "佐证「{file}」是一个空文件（0 字节）。",
    "重新扫描或重新复制这个文件。",
    Severity.WARNING,
)
PICTURE_SHAPE = Code(
    "JX266",
    "图片的写法不对",
    "「{name}」应当写图片的「文件」和「说明」，还可以写「宽」。",
    "写成「{{文件: 图/现场.png, 说明: 图上是什么, 宽: 120}}」，宽以毫米计；不写宽的照图片自己的大小。",
)
PICTURE_UNDESCRIBED = Code(
    "JX267", "图片没有说明", "图片「{file}」没有写「说明」。", "用一句话写图上是什么，给看不见图的人读。"
)
PICTURE_OUTSIDE = Code(
    "JX268",
    "图片不在填报文件的文件夹里",
    "图片「{file}」不在填报文件所在的文件夹里。",
    "把它放进填报文件所在的文件夹（或其中的子文件夹），只写文件名。",
)
PICTURE_NOT_FOUND = Code(
    "JX269", "没有这个图片", "找不到图片「{file}」。", "核对文件名；文件要放在填报文件所在的文件夹里。"
)
PICTURE_UNUSABLE = Code(
    "JX270", "图片不能用", "图片「{file}」不能用：{why}。", "请用看图软件打开它，另存为 PNG 或 JPEG 图片。"
)
PICTURE_WIDTH = Code(
    "JX271",
    "图片的宽不对",
    "图片的宽「{text}」不对。",
    "写 {least} 至 {most} 的毫米数，如 120；版心宽 156 毫米。",
)
