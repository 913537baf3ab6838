"""Codes of templates: JX701 to JX729."""

from generator.diagnostics import Code

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
