"""Codes of what template maintainers do: JX751 to JX769, JX773 to JX776."""

from generator.base.diagnostics import Code, Severity

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
NO_CASES_YET = Code(
    "JX754",
    "模板还没有测试用例",
    "模板「{template}」没有测试用例，评分办法改动后无从核对。",
    "在模板的 tests 文件夹里写 .yaml 文件，每个用例有名称、填报和预期；jixiao template new 做出的模板里有样子。",
    Severity.WARNING,
)
OLD_SCHEMA = Code(
    "JX755",
    "字段表不是最新的",
    "「{file}」{what}，编辑器的提示会与模板不符。",
    "运行「jixiao template schema {template}」。",
    Severity.WARNING,
)
EXAMPLE = Code(
    "JX756",
    "示例填不进去",
    "用各字段的示例试填时，这里有问题：{message}",
    "改这个字段的「示例」，使它照抄就能填；或核对用到它的公式。",
    Severity.WARNING,
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
NOT_TRIED = Code(
    "JX765",
    "没有试印",
    "示例填不进去，换成代用的值仍算不出得分，没有试印，版式里还有没有错误无从知道。",
    "先改好上面各处的示例或公式，再检查一次。",
    Severity.WARNING,
)
OLD_EXAMPLE = Code(
    "JX766",
    "示例填报不是最新的",
    "「{file}」不是由现在的字段和示例写出的，用它的测试用例会说缺少字段或算出别的数。",
    "运行「jixiao template schema {template}」重写；不想再由示例写出的，删去它开头的说明。",
    Severity.WARNING,
)
NO_RATING = Code(
    "JX767",
    "版式印等级而模板没有等级",
    "版式里印了「评分.等级」，template.yaml 没有「等级」，印出来是空白。",
    "在 template.yaml 写上「等级」，或删去版式里的这个标记。",
)
OUTLINE = Code(
    "JX768",
    "印出的层次序号有问题",
    "{how}后，印出的「{line}」{said}。",
    "核对版式里手写的序号，逐条印的可用「{{{{ loop.index }}}}」；可能没有内容的一节，连同标题放进「{{%p if … %}}」。",
    Severity.WARNING,
)
OUTSIDE = Code(
    "JX773",
    "用例的填报在模板之外",
    "用例的填报「{file}」不在模板「{folder}」的文件夹里：模板拷到别处、随程序安装以后，用例就不能运行了。",
    "把填报拷进模板的 tests 文件夹，「填报」只写文件名。",
    Severity.WARNING,
)
RESIDUE = Code(
    "JX774",
    "没有的事印出来不成话",
    "{how}后，印出「{line}」：{said}。",
    "把这几个字连同前面的话放进「{{% if 字段 %}}……{{% endif %}}」，没有的另写一句；带单位的字段后面不再写单位。",
    Severity.WARNING,
)
CLAIM = Code(
    "JX775",
    "固定的话替所有部门作了结论",
    "「{text}」是固定的话，不论部门填了什么都会印出。",
    "由填报决定：加一个字段（是否、日期或选项），放进「{{% if 字段 %}}……{{% else %}}……{{% endif %}}」；或者不写。",
    Severity.WARNING,
)
NEVER_SAID = Code(
    "JX776",
    "没有的话永远印不出来",
    "这里为没有「{name}」的部门写了话，「{name}」却必须填，不能写「无」，这句话永远印不出来。",
    "在这个字段写「没有时: 无」（文字写「必填: 否」），或删去这句话。",
    Severity.WARNING,
)
