"""Codes of checks, and of their switches in a template (JX480 to JX482)."""

from generator.base.diagnostics import Code, info, warning

SUMS_IN_TEXT = warning(
    "JX410",
    "句中的数算不拢",
    "「{said}」：{figures}，写的是 {stated}。",
    "核对这一句的几个数；口径不同的，在文字里写明。",
)
ABOVE_WEIGHT = Code(
    "JX411",
    "得分超出分值的范围",
    "「{name}」算出的得分是 {score}，{problem}：{figures}。",
    "核对公式所用的填报数；模板维护人员可在公式中用「限(得分, 0, 分值)」。",
)
ROWS_DO_NOT_ADD_UP = warning(
    "JX438",
    "印出的各行相加不等于合计",
    "「{column}」印出的各行相加是 {rows}，「{total}」印的是 {sum}：各行没有取整就相加。",
    "请模板维护人员在这一列的公式外面写「四舍五入(…, {places})」；各行是指标的，用「指标来自」。",
)
STATED_FIELD = Code(
    "JX412",
    "填报数与计算数不一致",
    "「{name}」填的是 {stated}，由明细计算是 {computed}（{formula} = {figures}）。",
    "核对「{name}」和它的各项明细；这一项可以不填，由程序计算。",
)
STATED_SCORE = Code(
    "JX413",
    "自评分与计算得分不一致",
    "{place}写的是 {stated} 分，按评分办法计算「{name}」得 {computed} 分。",
    "核对评分所依据的事实和这里写的得分。",
)
NO_REASON = warning(
    "JX414",
    "扣分没有说明原因",
    "指标「{name}」得 {score} 分，没有得满分 {weight}，没有说明原因。",
    "在「{where}」写明扣分的主要原因。",
)
RULE = Code("JX415", "勾稽关系不成立", "{message}", "{mend}")
ROUNDING = info(
    "JX416",
    "合计与明细有尾差",
    "「{name}」填的是 {stated}，由明细计算是 {computed}，相差 {difference}，在四舍五入可能造成的范围之内。",
    "核对明细的末位；确是四舍五入造成的，不必改。",
)
STATED_WEIGHT = warning(
    "JX417",
    "文字里的分值与评分表不同",
    "文字里「{said}」写的分值是 {stated} 分，评分表里「{name}」的分值是 {weight} 分。",
    "核对评分表和这里的文字；分值由报告另行印出，文字里可以不写。",
)
STATED_TOTAL = warning(
    "JX418",
    "文字里的总分或等级与计算结果不同",
    "文字里「{said}」写的{what}是 {stated}，按评分表计算的{what}是 {computed}。",
    "核对这里的文字；总分和等级可以写成「{{{{ 评分.总分 }}}}」「{{{{ 评分.等级 }}}}」，随计算结果变化。",
)
TOTAL_ROW = Code(
    "JX419",
    "表里填了合计行、「其中」行",
    "「{table}」里有一行「{name}」，会被当成一行明细重复计算。",
    "删去这一行：合计由程序计算，「其中」已经算在它所属的一行里。",
)
NOT_MET = warning(
    "JX420",
    "没有完成的目标没有说明原因",
    "「{name}」没有完成（目标{target}，实际{actual}），没有说明原因。",
    "在这一行的「{reason}」写明没有完成的主要原因。",
)
FAR_ABOVE = warning(
    "JX421",
    "大幅超额没有说明原因",
    "「{name}」超出目标 {over}（目标{target}，实际{actual}），没有说明原因。",
    "在这一行的「{reason}」写明大幅超额的原因，或目标值是怎样测算的。",
)
FACT_DIFFERS = warning(
    "JX422",
    "文字里的数与填报的事实不同",
    "文字「{said}」写的是 {stated}，「{name}」填的是 {value}（{where}），两处不同。",
    "核对两处；口径或时点不同的，在文字里写明。两处相同的数，文字里可以引用：{{{{ {path} }}}}。",
)
TEXTS_DIFFER = warning(
    "JX423",
    "两处文字里的数不同",
    "「{subject}」在这里写的是 {stated}，在「{other}」（{where}）写的是 {value}，两处不同。",
    "核对两处；口径或时点不同的，在文字里写明。",
)
OTHER_WAY = warning(
    "JX486",
    "增减的方向和数不符",
    "文字说「{name}」比上年{said}，按「{where}」和它的上年数却比上年{went}。",
    "核对文字和两个数；口径不同的，在文字里写明。",
)
COUNT_DIFFERS = warning(
    "JX424",
    "项数与清单不同",
    "文字「{said}」写的{what}是 {stated}，「{table}」（{where}）{counted} {number}。",
    "核对文字和清单；项数可以引用程序的统计，随清单变化。",
)
NO_INDICATOR = warning(
    "JX425",
    "有预算的项目没有绩效指标",
    "「{name}」{amount}，「{table}」里没有它的指标。",
    "在「{table}」补上这个项目的指标，或说明不设指标的理由。",
)
NO_PROJECT_SCORE = warning(
    "JX426",
    "有的项目没有得分",
    "「{name}」没有填「{column}」，同一张表的其他行填了。",
    "补填这一行的「{column}」；空白不等于 0。",
)
SHARES = warning(
    "JX427",
    "权重合计不是 100%",
    "「{table}」的「{column}」一列合计是 {sum}，不是 100%。",
    "核对各行的「{column}」；权重可以由程序按金额计算。",
)
UNITS_DIFFER = warning(
    "JX428",
    "目标与实际的单位不同",
    "「{name}」的目标「{target}」与实际「{actual}」单位不同，{verdict}。",
    "统一目标和实际的单位。",
)
UNIT_MISSING = warning(
    "JX429",
    "目标或实际没有单位",
    "「{name}」的目标「{target}」和实际「{actual}」{which}没有写单位。",
    "写明单位，如「12家」「98%」。",
)
NOT_COMPARABLE = warning(
    "JX430", "不能判定目标是否完成", "「{name}」不能判定是否完成：{reason}", "按目标的写法填写实际完成的数量和单位。"
)
MONEY_UNITS = info(
    "JX431",
    "相比较的金额单位不同",
    "「{one}」填的是 {first}，「{other}」填的是 {second}，报告里并列比较，单位却不同。",
    "两个金额用同一个单位填写。",
)
NOT_MEASURABLE = info(
    "JX432",
    "目标不能衡量",
    "「{name}」的目标「{target}」不是数量，完成没有只能由人评定。",
    "能够量化的，写成数量、比率或时限，如「≥90%」「不超过3万元」「11月底前」「3个工作日内」；不能量化的，写明由谁、依据什么评定。",
)
TARGET_UNCLEAR = warning(
    "JX439",
    "目标看不明白",
    "「{name}」的目标「{target}」{why}，程序不能判定是否完成。",
    "一行写一个目标，如「≥90%」「不超过3万元」「11月30日前」；有几个目标的，分几行写。",
)
ONLY_BOUND = warning(
    "JX433",
    "实际完成值只是界限",
    "「{name}」的实际完成值「{actual}」只是一个界限，没有写明具体数。",
    "写明实际完成的具体数{found}。",
)
COPIED = warning(
    "JX434",
    "实际完成值照抄目标",
    "「{name}」的实际完成值「{actual}」和目标「{target}」写法相同，没有写明具体数。",
    "写明实际完成的具体数{found}。",
)
PERIODS_DIFFER = warning(
    "JX435",
    "目标与实际的期间不同",
    "「{name}」的目标写的是「{first}」，实际写的是「{second}」（{where}），期间不同。",
    "按同一期间填写目标和实际；目标是多年的，写明其中本年度的目标。",
)
EXCLUSION = warning(
    "JX436",
    "剔除没有写明依据",
    "文字里「{said}」作了剔除，同一段里没有写明依据。",
    "写明剔除所依据的文件名称和文号，或政策规定。",
)
NOT_APPLICABLE = warning(
    "JX437", "不适用没有写明理由", "「{name}」写的是「{said}」，没有写明为什么不适用。", "写明不适用的理由和依据。"
)
NO_BASIS = Code(
    "JX459",
    "不适用没有依据",
    "「{name}」的实际完成值填的是「{said}」，没有写依据；不适用的一行怎样计分要看依据。",
    "在同一格写明依据，如「不适用：本年没有安排」，或写在这一行的原因一栏。",
)
DIRECTION = warning(
    "JX442",
    "目标的方向和名称相反",
    "「{name}」的目标写的是「{target}」，按名称应当是{wanted}。",
    "核对符号；名称确实不是这个意思的，把名称写明白。",
)
GRADE_DIFFERS = warning(
    "JX488",
    "评定和数字比较的结果不同",
    "「{name}」的目标「{target}」、实际「{actual}」能够比较，「{column}」却另填了「{said}」，和比较的结果不同（{taken}）。",
    "「{column}」只用于不能用数字衡量的目标：删去它，由程序比较；数填错的，改实际完成值。",
)
RISE_OR_FALL = Code(
    "JX489",
    "目标没有说升降，实际说了",
    "「{name}」的目标「{target}」没有说是升还是降，实际「{actual}」说的是{way}，比较的只是两个数。",
    "目标说的是升降幅度的，写明「增长5%」或「下降5%」；不是的，实际填和目标同一个意思的数，如目标「≤30%」、实际「28.6%」。",
)
OTHER_STEP = warning(
    "JX497",
    "实际说的是另一步",
    "「{name}」的目标是「{target}」，实际写的是「{actual}」：{said}的不一定是完成的。",
    "只写实际完成的数；指标就是{said}多少的，在名称或目标里写明「{said}」。",
)
SAME_INDICATOR = info(
    "JX498",
    "同一个指标两处的实际值不同",
    "「{name}」和「{other}」（{where}）目标都是{target}，实际这里是{actual}，那里是{value}。",
    "核对两处；口径不同的，在名称里写明。",
)
OTHER_RATE = warning(
    "JX499",
    "文字里的执行率不是算出的",
    "文字「{said}」里的执行率，和算出的「{name}」{rate}不同。",
    "核对这个数；只说其中一部分资金的，写明是哪一部分。",
)
NO_PROBLEMS = info(
    "JX490",
    "目标没有完成，没有写问题",
    "「{field}」一个也没有写，却有 {count} 个目标没有完成：{names}。",
    "审核时会问：为什么没有完成、怎样改进。请在「{field}」写明；原因已在别处写清、确实不成问题的，不用改。",
)
FULL_MARKS = info(
    "JX491",
    "得了满分或写了已完成，文字里却说没有做到",
    "「{name}」{what}，却写着「{said}」。",
    "核对这一项的得分和结论；不影响得分的，在说明里写明为什么。",
)
EARLIER = warning(
    "JX492",
    "日期早于报告年度",
    "「{name}」的「{said}」早于报告年度（{year}）。",
    "核对年份，是不是由上年的填报带来的；确是以前年度的事，写明为什么列在本年。",
)
WRONG_KIND = info(
    "JX443", "指标和二级指标不相称", "「{name}」放在「{level}」里：{wrong}。", "改放到合适的二级指标，或者换一个指标。"
)
PAYMENT = warning(
    "JX444",
    "支付率、执行率作为产出",
    "「{name}」说的是花钱的进度，放在「{level}」里；花了钱不等于有产出。",
    "放到预算执行一项，产出写做成了什么。",
)
REPEATED = warning(
    "JX445", "指标重复", "「{name}」和「{other}」是同一个指标{where}。", "保留一处，另一处换成别的指标。"
)
IMPOSSIBLE = warning("JX446", "不可能的数", "「{name}」填的是「{value}」，{wrong}。", "核对这个数和它的单位。")
SPENDING_GAP = warning(
    "JX447",
    "花钱与产出不相称",
    "执行率是 {rate}，产出完成了 {output}，相差超过 {gap}。",
    "核对两边的数；确实如此的，说明为什么。",
)
LOW_SPENDING = warning(
    "JX448",
    "钱没有花而产出全部完成",
    "执行率只有 {rate}，产出却完成了 {output}。",
    "核对支出和完成的情况；确实如此的，说明钱为什么没有花，产出是怎样完成的。",
)
ALL_FULL = info("JX449", "处处满分", "{count} 项全部满分。", "核对目标是不是定低了，有没有应当扣分的。")
TARGETS_ALIKE = info(
    "JX470", "效益指标的目标雷同", "有 {count} 项效益指标的目标都是「{target}」。", "按各自的情况定目标，写明怎样衡量。"
)
HOLLOW_REASON = warning(
    "JX471",
    "原因空洞",
    "原因只写了「{text}」，看不出是什么事、差在哪里。",
    "写明发生了什么、影响了哪一部分、准备怎样改。",
)
REPEATED_REASON = warning(
    "JX472",
    "几处的原因一模一样",
    "有 {count} 处的原因都是「{text}」，第一处在「{first}」。",
    "按各项的情况分别写明原因。",
)
NO_SURVEY = warning(
    "JX473",
    "满意度没有调查的依据",
    "「{name}」{others}填了满意度，{said}。",
    "写明怎样调查、问了多少人，把调查材料列为佐证。",
)
KIND_MISSING = warning("JX474", "缺少一种指标", "「{table}」里没有「{kind}」。", "按这张表的规定补上。")
TOO_FEW = warning("JX475", "指标太少", "「{table}」只有 {count} 个指标，至少要 {least} 个。", "按这张表的规定补上。")
TOO_LONG = warning("JX476", "名称太长", "「{name}」有 {length} 个字，最多 {most} 个字。", "缩短，细节写到说明里。")
FIELD_TOO_LONG = warning(
    "JX487", "文字太长", "「{name}」有 {length} 个字，最多 {most} 个字。", "缩短，细节放到佐证里。"
)
DATE_ORDER = warning(
    "JX477", "日期先后颠倒", "「{second}」是 {after}，早于「{first}」的 {before}。", "核对这两个日期。"
)
SHARES_IN_TEXT = warning("JX478", "各部分占比合计不是100%", "这一句里各部分占比合计 {total}。", "核对各部分的占比。")
OTHER_BUREAU = warning(
    "JX479", "别的单位的名称", "文字里有「{name}」，本单位是「{own}」。", "核对这段文字是不是从别处借来的。"
)
PART_ABOVE_WHOLE = warning(
    "JX483", "其中数大于总数", "「{text}」里，其中数大于总数。", "核对这两个数，或改写「其中」。"
)
UNIT_SLIP = warning(
    "JX484",
    "金额像是写错了单位",
    "「{name}」写的是「{text}」，{others}；换成同一个单位才相称。",
    "核对单位；没有写错的不用改。",
)
PERSONAL = warning("JX454", "文字里有个人信息", "文字里有{what}，自评报告是要公开的。", "删去，或者只留必要的几位。")
SECRET = warning(
    "JX458",
    "文字里有不宜公开的字样",
    "文字里有「{said}」，自评报告是要公开的。",
    "核对这段内容能不能公开；不能公开的删去。",
)
APPLICABLE = warning(
    "JX485",
    "不适用，而用到的数填了",
    "「{name}」的结论是「不适用」，而它要用的{facts}。",
    "有这件事的，删去「结论」，由程序计算；这个数确实不算在内的，在「说明」写明为什么。",
)
UNKNOWN_CHECK = Code("JX480", "没有这项检查", "「检查」里的「{name}」不是可以开关的检查。", "")
UNKNOWN_SETTING = Code("JX481", "这项检查没有这个设置", "「{name}」不是这项检查可用的键。", "")
BAD_SETTING = Code("JX482", "检查的设置不对", "「{name}」要写一个不小于 0 的数或百分数，不能是「{text}」。", "如 30%。")
NO_EVIDENCE = warning(
    "JX440",
    "缺少必需的佐证",
    "指标「{name}」至少要有 {least} 种{what}，现在{have}。",
    "在「{where}」逐行写材料的标题，或放在填报文件夹里的文件（如 佐证/决算报表.pdf）。",
)
OTHER_EVIDENCE = warning(
    "JX441",
    "缺少指定的佐证",
    "指标「{name}」的{what}里没有「{title}」。",
    "{meant}在「{where}」写上标题含有「{title}」的材料。",
)


BY_FIX_TEXT = "jixiao check --fix-text 可以列出并改正。"

OUT_OF_ORDER = warning("JX450", "序号不连续", "「{sample}」的序号{said}{rest}。", "按次序改正序号，或补上漏掉的一项。")
SKIPPED_LEVEL = info(
    "JX451", "层次跳级", "「{sample}」{said}{rest}。", "按「一、」「（一）」「1.」「（1）」「①」的层次编号。"
)
EMPTY_HEADING = warning("JX452", "标题下没有内容", "「{sample}」{said}{rest}。", "补上内容，或删去这个标题。")
DISTANT_YEAR = info(
    "JX455",
    "年份和报告年度相差较远",
    "「{sample}」的年份{said}{rest}。",
    "核对年份；确是那一年的，可写明由来（如「自……年起」「……年印发」），或不必改。",
)
NO_SUCH_DAY = warning("JX496", "没有这样的日期", "「{sample}」{said}{rest}。", "核对日期。")
PASTED_NUMBER = warning(
    "JX453",
    "报告自己编号，文字里又写了序号",
    "「{sample}」开头{said}，会印成两个序号{rest}。",
    "删去文字开头的序号；jixiao check --fix-text 可以一次删去。",
)
FILE_NUMBER = warning(
    "JX456",
    "文号不合规范",
    "「{sample}」的文号{said}{rest}。",
    "文号写成「发文机关代字〔四位年份〕号数」，如「某发〔2021〕12号」。" + BY_FIX_TEXT,
)
CARRIED_YEAR = warning(
    "JX457",
    "沿用的文字还写着上一年",
    "「{sample}」像是沿用去年的内容，还写着{said}。",
    "核对是不是去年的情况：是的，改成今年的；确是当时的事实，不用改。",
)
HALF_WIDTH = warning("JX460", "中文里用了半角标点", "「{sample}」的标点{said}{rest}。", "改为全角标点。" + BY_FIX_TEXT)
UNPAIRED = warning(
    "JX461",
    "括号或引号不成对",
    "「{sample}」的括号或引号{said}{rest}。",
    "使左右两个成对，并同为全角。全角半角混用和重复的，" + BY_FIX_TEXT,
)
DOUBLED = warning("JX462", "标点重复", "「{sample}」的标点重复，{said}{rest}。", "只留一个。" + BY_FIX_TEXT)
COMPARISON = info("JX463", "比较符号不合规范", "「{sample}」的比较符号{said}{rest}。", "改为「≥」「≤」。" + BY_FIX_TEXT)
RELATIVE_YEAR = warning(
    "JX464",
    "年份写成「去年」「今年」",
    "「{sample}」是哪一年，要看报告在哪一年读，{said}{rest}。",
    "写明年份；要用报告年度时可写「{{{{ 年度 }}}}年」。",
)
BLANKS = info(
    "JX465",
    "中文里有多余的空格",
    "「{sample}」{said}{rest}。",
    "删去空格；一段文字在文件里分行写的，换行处也会变成空格。" + BY_FIX_TEXT,
)
PAGE_NUMBER = warning("JX466", "文字里混进了页码", "「{sample}」里{said}{rest}。", "确是页码的，删去。")
FULL_WIDTH = info(
    "JX467", "用了全角的数字、字母，或部首", "「{sample}」{said}{rest}。", "改为半角；部首改为字。" + BY_FIX_TEXT
)
BLANK_REFERENCE = warning("JX468", "引用的字段没有填", "「{sample}」{said}{rest}。", "填上这个字段，或改写这段文字。")
BRACES = warning(
    "JX469",
    "花括号会照原样印出",
    "「{sample}」里的花括号{said}{rest}。",
    "引用字段写成两个半角花括号「{{{{ 字段 }}}}」；不是引用的，删去花括号。",
)
PLACEHOLDER = warning("JX493", "占位的字没有换掉", "「{sample}」里{said}{rest}。", "换成真的内容；没有定的，定了再填。")
DEDUCTION = warning(
    "JX494",
    "原因里扣的分多于实际扣的",
    "「{name}」分值 {weight}，得 {score}，扣了 {lost} 分，原因里却写着「{said}」。",
    "核对这个数，和评分所依据的事实。",
)
WRONG_DIGITS = warning(
    "JX495",
    "数字像是写错了一位",
    "「{said}」写的是 {stated}，{name}是 {value}（{where}），{how}。",
    "核对两处的数字。",
)
