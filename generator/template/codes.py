"""Codes of templates: JX701 to JX734, for their maintainers JX751 to JX776, of texts with references JX401 to JX409."""

from generator.base.diagnostics import Code, warning

UNKNOWN_TEMPLATE = Code("JX701", "没有这个模板", "找不到模板「{name}」。", "")
NO_TEMPLATE_NAMED = Code(
    "JX702", "没有写明模板", "填报文件没有写明用哪个模板。", "在文件开头加一行，如「模板: {example}」。"
)
NO_FOLDER = Code(
    "JX711",
    "没有这个模板文件夹",
    "「--templates」给的「{folder}」不是文件夹。",
    "核对路径；它里面应当是一个个模板的文件夹。",
)
MISSING_FILE = Code("JX703", "模板缺少文件", "模板「{template}」缺少文件「{file}」。", "把这个文件放进模板的文件夹。")
UNKNOWN_KEY = Code("JX704", "模板中有不认识的键", "「{key}」不是这里可用的键。", "")
MISSING_KEY = Code("JX705", "模板缺少必需的键", "这里缺少「{key}」。", "补上「{key}」。")
WRONG_SHAPE = Code("JX706", "模板中值的形式不对", "「{key}」应当是{expected}。", "按所列形式改写。")
UNKNOWN_KIND = Code("JX707", "不认识的类型", "「{kind}」不是可用的{what}。", "")
WEIGHTS = Code(
    "JX708",
    "分值不等于下级之和",
    "「{name}」的分值是 {stated}，各下级分值之和是 {computed}。",
    "核对「{name}」和它各下级的分值，使上下相符。",
)
REPEATED = Code("JX709", "指标重名", "指标「{name}」重复出现，前一处在{first}。", "给其中一个另取名称。")
NO_SCORE = Code(
    "JX710",
    "指标没有评分办法",
    "指标「{name}」既没有下级，也没有「得分」公式或「要点」。",
    "写明「得分」公式，或列出「要点」。",
)
NOT_A_FILE = Code(
    "JX712",
    "模板中有的不是文件",
    "模板「{template}」中的「{file}」不是普通文件，不能读取。",
    "换成这个名称的文件；用不着的，删去或改名。",
)
LAYOUT_OUTSIDE = Code(
    "JX713",
    "版式不在模板的文件夹里",
    "版式「{file}」不在模板的文件夹里。",
    "把 Word 文件放进模板的文件夹，只写文件名，如「版式: 报告.docx」。",
)
NOT_AN_OPTION = Code("JX714", "公式比较的值不在选项中", "「{name}」不会是「{value}」，这个比较{outcome}。", "")
STEPS = Code(
    "JX715",
    "分档的界限排反了",
    "界限「{high}」后面是「{low}」，后面这一段永远轮不到。",
    "上限（不写符号、≤、<）从小到大排，下限（≥、>）从大到小排，得分跟着调整。",
)
SILENT_ZERO = warning(
    "JX728",
    "不适用的悄悄得 0 分",
    "「{name}」等的结论「不适用」得分值的 0%，总分和等级又照全部分值计：不适用就等于扣光。",
    "按评分口径改：得满分的写「不适用: 100%」；剔除后折算的，总分写「合计 ÷ 适用分值 × 满分」；"
    "不计入的，等级按「总分 ÷ 适用分值」评。",
)
BAND_UNREACHED = Code(
    "JX716",
    "评不上的等级",
    "没有哪个总分评得上等级「{name}」：从 0 到满分 {full}，不是条件不成立，就是先评为前面的等级。",
    "自上而下第一个条件成立的就是等级，把高的等级写在前面；多余的等级删去。",
)
BAND_MISSING = Code(
    "JX717",
    "等级的界限没有接上",
    "总分 {scores} {problem}。",
    "改写「条件」，使各档首尾相接；最后一档用「<」，如「总分 < 60」。",
)
NO_GROUPS = Code(
    "JX718",
    "来自表的指标没有归到哪一项之下",
    "「指标来自」没有「权重」，也没有写在哪一项指标之下。",
    "写明各组的「权重」，如「权重: {{甲组: 50, 乙组: 30}}」；或者给它「名称」和「分值」，表里的各行都归它。",
)
UNKNOWN_COLUMN = Code("JX719", "表里没有这一列", "「{key}」写的「{name}」不是表「{table}」的列。", "")
OWN_COLUMN = Code(
    "JX721",
    "列名留给得分用",
    "表「{table}」的各行自有评分表，列名「评分」留给它的得分用。",
    "把这一列改名，如「评分说明」。",
)
NO_TABLE = Code("JX720", "不是表", "「{name}」不是填报文件里的表。", "")
OUTPUT = Code("JX722", "输出写得不对", "输出「{name}」{problem}。", "{mend}")
NO_OUTPUT = Code("JX723", "没有这份输出", "模板「{template}」没有名为「{name}」的输出。", "")
NO_SUPPLEMENT = Code("JX730", "没有这个补充文件", "「补充」写的「{file}」不在填报文件所在的文件夹里。", "")
SUPPLEMENT = Code(
    "JX731",
    "补充文件与模板对不上",
    "补充文件{problem}。",
    "照模板的 fields.yaml 和 indicators.yaml 改；补充文件的写法见 docs/补充指标.md。",
)
UNGUARDED = warning(
    "JX729",
    "公式要用的字段是选填的",
    "「{name}」是选填的（必填: 否），公式「{formula}」却总要用它：没有填的部门算不出「{result}」。",
    "去掉「必填: 否」；或写明没有填的算什么，如「没有时: 0 元」；或先问有没有填，如「{name} if 已填({name}) else 0」。",
)
UNITS = warning(
    "JX732",
    "公式里的单位对不上",
    "公式「{formula}」里{problem}。",
    "金额写明单位，如「100 万元」；百分数写「%」，如「95%」；印制形式用单位相合的。",
)
SETTING = warning("JX733", "写了不起作用，或不可能成立", "「{name}」{problem}。", "{mend}")
PRINTED = warning(
    "JX734",
    "标记和旁边的单位、表头对不上",
    "标记「{tag}」{problem}。",
    "换一个印制形式或名称，或改旁边、表头上的字，使印出来的数和它们相合。",
)


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


NO_CASES = Code(
    "JX751",
    "模板没有测试用例",
    "模板「{template}」没有测试用例。",
    "在模板的 tests 文件夹里写 .yaml 文件，每个用例有名称、填报和预期。",
)
BAD_PATH = Code(
    "JX752", "改动的位置不存在", "要改的「{place}」在填报中不存在。{instead}", "写成「重点工作[3].进展」这样的路径。"
)
NO_INPUT = Code(
    "JX753", "用例没有填报", "用例「{case}」没有写明用哪个填报文件。", "在文件开头写「填报: 文件」，或在用例里写。"
)
NO_CASES_YET = warning(
    "JX754",
    "模板还没有测试用例",
    "模板「{template}」没有测试用例，评分办法改动后无从核对。",
    "在模板的 tests 文件夹里写 .yaml 文件，每个用例有名称、填报和预期；jixiao template new 做出的模板里有样子。",
)
OLD_SCHEMA = warning(
    "JX755",
    "字段表不是最新的",
    "「{file}」{what}，编辑器的提示会与模板不符。",
    "运行「jixiao template schema {template}」。",
)
EXAMPLE = warning(
    "JX756",
    "示例填不进去",
    "用各字段的示例试填时，这里有问题：{message}",
    "改这个字段的「示例」，使它照抄就能填；或核对用到它的公式。",
)
BAD_NAME = Code(
    "JX757",
    "模板的名称不可用",
    "「{name}」不能作模板的名称：{why}。",
    "用汉字、字母、数字、下划线和连字符，如「某市」「mou-shi」。",
)
EXISTS = Code(
    "JX758", "模板已经存在", "「{folder}」已经存在，没有改动它。", "换一个名称；确实不要原来那个的，先把它移走或删除。"
)
OTHER_TEMPLATE = Code(
    "JX759",
    "填报用的是别的模板",
    "这个填报文件用的是模板「{actual}」，不是「{wanted}」。",
    "换一个「模板: {wanted}」的填报文件，或不写 --input，用示例预览。",
)
NOTHING_EXPECTED = Code(
    "JX763",
    "用例没有预期",
    "用例「{case}」没有写预期的结果，通过与否说明不了什么。",
    "写上「得分」「计算」「等级」「文字」「没有」「问题」中的至少一项。",
)
CASE_DIFFERS = Code(
    "JX764",
    "用例与预期不符",
    "用例「{case}」与预期不符：{difference}",
    "核对评分办法和用例哪一个不对，改那一个；运行「jixiao template test {template}」可看全部用例。",
)
NOT_TRIED = warning(
    "JX765",
    "没有试印",
    "示例填不进去，换成代用的值仍算不出得分，没有试印，版式里还有没有错误无从知道。",
    "先改好上面各处的示例或公式，再检查一次。",
)
OLD_EXAMPLE = warning(
    "JX766",
    "示例填报不是最新的",
    "「{file}」不是由现在的字段和示例写出的，用它的测试用例会说缺少字段或算出别的数。",
    "运行「jixiao template schema {template}」重写；不想再由示例写出的，删去它开头的说明。",
)
NO_RATING = Code(
    "JX767",
    "版式印等级而模板没有等级",
    "版式里印了「评分.等级」，template.yaml 没有「等级」，印出来是空白。",
    "在 template.yaml 写上「等级」，或删去版式里的这个标记。",
)
OUTLINE = warning(
    "JX768",
    "印出的层次序号有问题",
    "{how}后，印出的「{line}」{said}。",
    "核对版式里手写的序号，逐条印的可用「{{{{ loop.index }}}}」；可能没有内容的一节，连同标题放进「{{%p if … %}}」。",
)
OUTSIDE = warning(
    "JX773",
    "用例的填报在模板之外",
    "用例的填报「{file}」不在模板「{folder}」的文件夹里：模板拷到别处、随程序安装以后，用例就不能运行了。",
    "把填报拷进模板的 tests 文件夹，「填报」只写文件名。",
)
RESIDUE = warning(
    "JX774",
    "没有的事印出来不成话",
    "{how}后，印出「{line}」：{said}。",
    "把这几个字连同前面的话放进「{{% if 字段 %}}……{{% endif %}}」，没有的另写一句；带单位的字段后面不再写单位。",
)
CLAIM = warning(
    "JX775",
    "固定的话替所有部门作了结论",
    "「{text}」是固定的话，不论部门填了什么都会印出。",
    "由填报决定：加一个字段（是否、日期或选项），放进「{{% if 字段 %}}……{{% else %}}……{{% endif %}}」；或者不写。",
)
NEVER_SAID = warning(
    "JX776",
    "没有的话永远印不出来",
    "这里为没有「{name}」的部门写了话，「{name}」却必须填，不能写「无」，这句话永远印不出来。",
    "在这个字段写「没有时: 无」（文字写「必填: 否」），或删去这句话。",
)
