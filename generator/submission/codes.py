"""Codes of what a bureau fills in: JX200 to JX231, JX261 to JX299; those of tables in Excel or CSV are between.

Reviews of a filing have JX680 to JX686, forms without one of their sheets JX687, totals and sheets that are not read
JX688 and JX689.
"""

from generator.base.diagnostics import Code, info, warning

UNKNOWN_FIELD = Code("JX201", "没有这个字段", "模板里没有「{key}」这个字段。", "")
MISSING = Code("JX202", "缺少必填的事实", "缺少「{name}」{label}。", "请填写「{name}」{example}。")
EMPTY_TABLE = Code("JX203", "表中没有内容", "「{name}」{label}一行也没有。", "每行以「- 」开头，至少填一行。")
ONLY_NOTHING = Code(
    "JX294",
    "要填的只写了没有",
    "「{name}」{label}要填，这里只写了「{text}」，印进报告不成话。",
    "写出内容；确实没有的，用一句话写明没有什么。",
)
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
NO_COEFFICIENT = Code(
    "JX285",
    "等次没有写系数",
    "「{name}」只写了「{text}」，没有写系数；「{grade}」的系数在 {low} 到 {high} 之间。",
    "在等次后面写系数，如「{grade} {high}」。",
)
OUTSIDE_GRADE = Code(
    "JX286",
    "系数不在等次之内",
    "「{name}」的「{text}」：系数 {share} 不在「{grade}」的 {low} 到 {high} 之内。",
    "核对系数，或改为相符的等次。",
)
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
UNKNOWN_CONCLUSION = Code("JX218", "结论不在可选之列", "「{item}」的结论「{text}」不是可选的结论。", "")
ABOVE_WEIGHT = Code(
    "JX219", "得分超过分值", "「{name}」的{what} {text} 超过了分值 {weight}。", "{what}最高为 {weight}。"
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
    "JX223", "没有填报指标", "没有「指标」部分，由人评定的指标都没有得分。", "加上「指标」这一部分，逐项填写。"
)
NO_BASIS = warning("JX225", "不适用没有说明", "{what}写明不适用，没有说明理由。", "在它的「说明」写明为什么不适用。")
ATTACHMENT_SHAPE = Code(
    "JX226",
    "附件的写法不对",
    "「{name}」应当写文件名，或「文件」和「标题」，最多 {most} 个。",
    "每行写一个：「- 文件名.docx」，或「- {{文件: 文件名.docx, 标题: 附件的标题}}」。",
)


def _of_files(outside: str, absent: str, what: str) -> tuple[Code, Code]:
    """The codes of a named file that is not in the input's folder, and of one that is missing."""
    file = what.strip()  # behind other words, a Latin one has a blank before it
    where = f"{file}「{{file}}」不在填报文件所在的文件夹里。"
    mend = "把它放进填报文件所在的文件夹（或其中的子文件夹），只写文件名。"
    missing = f"找不到{what}「{{file}}」。", "核对文件名；文件要放在填报文件所在的文件夹里。"
    return Code(outside, f"{file}不在填报文件的文件夹里", where, mend), Code(absent, f"没有这个{what}", *missing)


ATTACHMENT_OUTSIDE, ATTACHMENT_NOT_FOUND = _of_files("JX227", "JX228", " Word 文件")
PICTURE_OUTSIDE, PICTURE_NOT_FOUND = _of_files("JX268", "JX269", "图片")
OUTSIDE, NOT_FOUND = _of_files("JX234", "JX235", "表格文件")
ATTACHMENT_FORMAT = Code(
    "JX229",
    "不是 Word 文件",
    "「{file}」不是 Word 文件（.docx），而是 {kind}。",
    "请用 Word 或 WPS 打开它，另存为「Word 文档 (*.docx)」；扫描件、表格等写在指标的「佐证」里，打包时一并报送。",
)
NOT_IN_A_SHEET = Code(
    "JX230",
    "这一列不能来自表格文件",
    "「{name}」的每一格又是一张表，不能写在表格文件里。",
    "这张表直接写在填报文件里，每行以「- 」开头；或把里面的表放进一张工作表，另写一行「{name}: {{来源: 文件.xlsx}}」。",
)
NO_OUTER_ROW = Code(
    "JX287", "不知道属于哪一行", "表格里写的「{text}」不是「{table}」中的一行，这一行不知道属于谁。", ""
)
ROWS_ALIKE = Code(
    "JX288",
    "两行同名",
    "「{table}」有两行都叫「{text}」，「{inner}」的各行不知道属于哪一行。",
    "改名，或用「按」写明另一列，如项目代码。",
)
TWICE = Code("JX290", "同一项写了两处", "这里自己写了「{name}」，另外又有「来源」，从文件里读。", "两处留一处。")
NO_NAMING_COLUMN = Code(
    "JX289", "没有用来对应的列", "「按」应当写「{table}」中类型是文字的一列，里外两张表按它对应。", ""
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
EVIDENCE_NOT_FOUND = warning(
    "JX263",
    "没有这个佐证文件",
    "找不到佐证「{file}」。",
    "核对文件名；文件要放在填报文件所在的文件夹里。只有纸质材料的，写标题，不写文件名。",
)
EVIDENCE_UNREADABLE = Code(
    "JX265", "佐证文件读不出", "佐证「{file}」读不出：{why}。", "核对文件的权限；文件正被别的程序打开时，先关闭它。"
)
EVIDENCE_EMPTY = warning(
    "JX264", "佐证文件是空的", "佐证「{file}」是一个空文件（0 字节）。", "重新扫描或重新复制这个文件。"
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
PICTURE_UNUSABLE = Code(
    "JX270", "图片不能用", "图片「{file}」不能用：{why}。", "请用看图软件打开它，另存为 PNG 或 JPEG 图片。"
)
PICTURE_WIDTH = Code(
    "JX271", "图片的宽不对", "图片的宽「{text}」不对。", "写 {least} 至 {most} 的毫米数，如 120；版心宽 156 毫米。"
)


GROUP_WEIGHTS = Code(
    "JX273",
    "各行分值之和不等于这一组的分值",
    "「{group}」共 {weight} 分，各行的分值合计 {total} 分，{where}。",
    "核对这一组各行的分值，使合计等于 {weight} 分。",
)
UNKNOWN_LEVEL = Code("JX274", "评分表没有这一级指标", "「{column}」的「{level}」不是评分表里的：{known}。", "")
NO_LEVEL = Code(
    "JX275", "没有写上级指标", "这一行和上面都没有写「{column}」。", "填写「{column}」，可选的有：{known}。"
)
SAME_INDICATOR = Code(
    "JX276",
    "同一组里两项指标同名",
    "「{group}」之下已有一项指标叫「{name}」。",
    "改写其中一项的名称，写明两项的区别；重复填的，删去一行。",
)
SAME_NAME = Code(
    "JX277",
    "两行同名",
    "「{name}」和{first}同名，得分和等级分不清是谁的。",
    "改写其中一行的名称，如在后面用括号写明单位、年度或资金来源。",
)
NO_NAME = Code("JX278", "指标没有名称", "这一行没有写「{name}」。", "填写指标的名称；空行请删去。")
NO_WEIGHT = Code("JX279", "指标没有分值", "这一行没有写分值。", "填写分值，不计分的填 0。")
NO_ROWS_AS_INDICATORS = Code(
    "JX280", "没有一行指标", "{name}的「{table}」里没有一行指标，不能评分。", "在「{table}」里至少填一行。"
)
UNKNOWN_KEY = Code("JX232", "表格来源里没有这一项", "「{name}」的表格来源里没有「{key}」这一项。", "")
NOT_A_NAME = Code(
    "JX233",
    "表格来源没有写对",
    "「{name}」的「{key}」应当是{expected}，这里不是。",
    "写成「{{来源: 绩效目标.xlsx, 工作表: 目标}}」；只有一张工作表的，「工作表」可以不写。",
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
    "JX242", "缺少一列", "「{name}」（{label}）这一列没有找到。", "在表头加上「{column}」一列；表头那一行有：{header}。"
)
DUPLICATE_COLUMN = Code(
    "JX243", "同一列写了两次", "表头「{text}」和 {first} 都是「{column}」这一列。", "删去多余的一列，或改掉它的表头。"
)
UNREAD_COLUMN = warning(
    "JX244",
    "有一列没有读取",
    "表头「{text}」不是「{name}」的列，这一列没有读取；没有填的列里有「{near}」。",
    "如果就是它，把表头改为「{near}」；不是的不用理会。",
)
NO_ROWS = Code(
    "JX245",
    "表里一行也没有",
    "「{name}」（{label}）在「{place}」里一行也没有。",
    "表头下面至少填一行；确实没有的，在填报文件里把「来源」这一段改为「无」。",
)
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
    "Excel 会把「2-3」「1/2」这样的内容改成日期：把这一格设成「文本」格式，再重新输入。"
    "本来是数的（1900-01-08 就是 8），把格式改成「常规」。",
)
SCALED = Code(
    "JX249",
    "显示的数缩小或放大过",
    "这一格的数字格式「{format}」把数缩小或放大后显示，看到的不是存着的 {text}。",
    "把数字格式改为「常规」，填上要报的数；单位写在表头，如「金额（万元）」。",
)
MERGED_NUMBER = Code(
    "JX250",
    "数字所在的单元格合并了几行或几列",
    "「{name}」这一格合并了{cells}，无法判断 {text} 是其中一{each}的数，还是每{each}都是。",
    "取消合并，每{each}各填自己的数。",
)
DIGITS_LOST = warning(
    "JX284",
    "数字的后几位丢了",
    "「{text}」超出 Excel 能存的 15 位，后面的几位已经不是原来的。",
    "把这一格设成「文本」格式，重新填写全部数字。",
)
STRUCK = warning(
    "JX231",
    "划了删除线的照样读取",
    "「{place}」有 {count} 格划了删除线（{cells}），照样读取；只划掉一部分的，读没有划的字。头一格读作「{text}」。",
    "不要的请清空，要的去掉删除线。",
)
REMARKS = info(
    "JX251",
    "批注没有读",
    "「{place}」有 {count} 格带批注（{cells}），批注不读；头一条是「{text}」。",
    "批注说要改的，改在格子里；写的是情况、依据的，填进「说明」；不是的不用理会。",
)
MORE_DIGITS = warning(
    "JX252",
    "显示的数与存着的数不同",
    "这一格显示为 {shown}，存着的是 {text}；程序按存着的数读取。",
    "要报显示的数，请直接填这个数，或在公式里用 ROUND 取整。",
)
HIDDEN = warning(
    "JX253",
    "有隐藏的行、列或工作表",
    "「{place}」{what}被隐藏或筛选掉{lines}，照样读取。",
    "取消隐藏和筛选后核对；不要的请删去。",
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
TOTAL_DIFFERS = Code(
    "JX257",
    "合计与各行之和不符",
    "{text}行的「{column}」是 {stated}，各行相加是 {computed}。",
    "核对各行和{text}，改正其中一处；多算、漏算了行的，看上面各行有没有「其中」「小计」没有写明。"
    "{text}由程序计算，也可以删去这一行。",
)
TOTAL_UNREAD = info(
    "JX688",
    "合计没有核对",
    "{text}行的「{column}」写的是「{said}」，不是一个数，没有和各行核对。",
    "写成一个数再核对；{text}由程序计算，也可以删去这一行。",
)
EXTRA_CELLS = Code(
    "JX258",
    "这一行比表头多出一格",
    "这一行在「{text}」处多出一格，和表头对不上，后面各格可能都错了位。",
    '一格里有英文逗号的，用英文双引号把这一格括起来（如 "1,096.00"），或去掉逗号；多余的格删去。',
)
FEWER_CELLS = warning(
    "JX295",
    "这一行比表头少几格",
    "这一行只有 {count} 格，表头有 {wanted} 格，少的当作没有填。",
    "核对这一行：漏了一格的，后面各格都错了位，补上逗号；末尾几格本来就空着的不用理会。",
)
NO_LABELS = Code(
    "JX282",
    "工作表里没有要填的各项",
    "这张表里没有一格写着要填的项（{names}）。",
    "各项的名称写在一列，数写在右边；读错了工作表的，写明「工作表」。",
)
DUPLICATE_LABEL = Code(
    "JX297",
    "一项写了两次",
    "「{text}」和 {first} 都是「{column}」，只读先写的一处。",
    "核对两处，不是同一项的改一个名称，重复的删去。",
)
SEVERAL_VALUES = Code(
    "JX299",
    "有几列数，不知道读哪一列",
    "「{name}」的右边有几列：{listed}。",
    "在填报文件里「来源」的旁边写明读哪一列，如「数值列: 决算数」。",
)
NO_VALUE_COLUMN = Code("JX281", "没有这一列数", "各项的上方没有一列写着「{text}」。", "写表头上的名称，如「决算数」。")
PART_LARGER = Code(
    "JX259",
    "「其中」比它所属的一行大",
    "「其中」各行的「{column}」相加是 {computed}，比所属的一行 {stated} 大。",
    "「其中」是上一行的一部分，程序不单独计算：核对两处的数；不是一部分的，去掉「其中」二字。",
)
NOT_COUNTED = info(
    "JX283",
    "「其中」行没有单独计",
    "第 {lines} 行是「其中」，是所属一行的一部分，程序没有把它单独算作一行，也没有加进合计。",
    "确是一部分的不用理会；不是一部分的，去掉「其中」二字。",
)
UNMARKED_PART = warning(
    "JX260",
    "像是没有写明的「其中」",
    "从这一行起的「{column}」与上面的「其中」相加，正好是所属的一行 {stated}；没有写「其中」，已经单独计算。",
    "是上面那一行的一部分的，在名称前加上「其中：」；不是的不用理会。",
)
UNIT_DOUBTFUL = warning(
    "JX298",
    "单位像是写错了",
    "这一列以「{unit}」为单位，这一格就是 {amount}，{why}。",
    "核对表头或表上方写的单位；没有写错的不用理会。",
)
UNITS_DIFFER = Code(
    "JX272",
    "两处写的单位不同",
    "这里的单位是「{one}」，{place} 写的是「{other}」。",
    "核对表里的数是以什么为单位的，两处改成一样。",
)
NOT_A_FORM = Code(
    "JX291",
    "不是填报表",
    "「{file}」里没有工作表「{sheet}」，不是本程序写出的填报表。",
    "空白的填报表用「jixiao new 模板 填报.xlsx」写出，填好后不要给工作表改名；"
    "填报里的某一张表放在别的工作簿里的，用「来源」。",
)
NO_LINE = Code(
    "JX292",
    "不知道填的是哪一项",
    "这里填了「{text}」，这一行却没有写明是哪一项（第一列被清空或改动了）。",
    "填到原有的行里；多出来的行删去。",
)
OTHER_SHEET = info(
    "JX689",
    "另一张工作表也有这些列",
    "读的是工作表「{read}」；「{sheet}」也有这些列，没有读。",
    "是上年的、作废的不用理会；几张是一个表的，合成一张；要读那一张的，写明「工作表: {sheet}」。",
)
UNREAD_SHEET = warning(
    "JX293",
    "这张工作表没有读",
    "工作表「{sheet}」不是填报表里的一张，其中的内容没有读。",
    "是自己的底稿就不用理会；是填报的，把名称改回原来的。",
)
NO_SHEET_OF = info(
    "JX687",
    "填报表里少一张工作表",
    "填报表里没有工作表「{sheet}」，这一张表按没有填。",
    "删错了的，从空白的填报表里复制回来；由别人填的不用理会。",
)
STRAY_CELLS = warning(
    "JX200",
    "表格以外的格子没有读",
    "工作表「{sheet}」里，填报的行和列以外有 {count} 格写了内容（{cells}），没有读；头一格是「{text}」。",
    "是自己的备注就不用理会；是填报的，填到表格里的那一行、那一列（「示例」一行不计入），没有地方填的写进有关指标的「说明」。",
)
SAID_TWICE = Code(
    "JX296", "同一项填了两处", "「{name}」在这里填的是「{text}」，在 {other} 也填了。", "核对哪一处对，留下一处。"
)
UNKNOWN_WORD = Code("JX681", "复核里没有这一项", "这里没有「{key}」这一项。", "")
REVIEW_FAULT = Code("JX682", "复核的写法不对", "{problem}。", "{mend}")
NOT_REVIEWED = Code("JX683", "复核的指标不在填报里", "复核写的是「{name}」，{why}。", "")
NO_REMARK = Code("JX684", "答复没有对应的意见", "{round}没有对「{name}」的意见。", "")
NO_ANSWER = warning(
    "JX685",
    "复核意见没有答复",
    "对「{name}」的复核意见还没有答复。",
    "在「{file}」里写「- {{指标: {name}, 答复: 采纳}}」，或写「答复: 说明」和「说明」。",
)
NO_OPINION = Code(
    "JX686",
    "复核得分没有意见",
    "「{name}」自评 {stated} 分，复核得分 {score} 分，没有写「意见」。",
    "写明扣分的原因和比例。",
)
ABOVE_OWN_SCORE = info(
    "JX680",
    "复核得分高于自评得分",
    "「{name}」的复核得分 {score} 分高于自评得分 {stated} 分，复核总分照复核得分算。",
    "自评在复核以后改低了的，请复核人在下一轮写明现在的得分；确要加分的不用理会。",
)

LACKING = frozenset(one.number for one in (MISSING, EMPTY_TABLE, NO_JUDGEMENT, NO_CONCLUSION))
"""What is not filled in yet."""
