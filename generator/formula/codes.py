"""Codes of formulas and of scoring: JX301 to JX339."""

from generator.base.diagnostics import Code

SYNTAX = Code("JX301", "公式写法有误", "公式「{formula}」{problem}。", "{mend}")
UNKNOWN_FUNCTION = Code("JX302", "没有这个函数", "公式中没有名为「{name}」的函数。", "")
ARGUMENTS = Code("JX303", "函数的参数不对", "函数「{name}」要写成 {usage}。", "按所列写法补齐或删去参数。")
TOO_LONG = Code("JX304", "公式过长或过深", "公式有 {size}，超过了 {limit}的限度。", "拆成几个计算字段，一步一个公式。")
UNKNOWN_NAME = Code("JX305", "公式引用了不存在的名称", "公式引用的「{name}」不存在。", "")
MISSING_FACT = Code("JX306", "公式缺少事实", "「{name}」没有填写，算不出{result}。", "填写「{name}」。")
ZERO_DIVISION = Code(
    "JX307",
    "除数为零",
    "{divisor}为 0，不能作除数，算不出「{result}」。",
    "核对{facts}；确实是 0 的，这份模板没有规定怎样计算，请告诉模板的维护人员。",
)
WRONG_TYPE = Code("JX308", "类型不符", "{where}{problem}。", "核对公式中各名称的类型。")
CYCLE = Code("JX309", "公式循环引用", "计算「{name}」时又用到了它自己：{way}。", "改写其中一个公式，使它不再引用自己。")
TOO_MUCH = Code(
    "JX310", "计算量过大", "「{formula}」的计算超过了限度（{limit}）。", "减少嵌套的求和、计数，或缩小数字的位数。"
)
IN_WORDS = Code(
    "JX311",
    "填的是文字，不能计算",
    "「{name}」填的是「{text}」，不是一个数，公式无法计算。",
    "写成数和单位，如「53家」「不少于3场」；不能用数字衡量的，看模板对这一项有没有别的填法。",
)
NOT_COMPARABLE = Code(
    "JX312",
    "目标和实际不能比较",
    "目标「{target}」与实际「{actual}」不能比较，算不出{what}：{why}。",
    "两处都写数和单位，单位一致，如目标「53家」、实际「74家」；不能用数字衡量的，看模板对这一项有没有别的填法。",
)
CONTRADICTORY = Code(
    "JX313",
    "目标的各列互相矛盾",
    "「{name}」这一行的目标合不起来：{why}。",
    "核对计算符号、指标值和计量单位；方向只写在一处。",
)

FINER_WEIGHT = Code(
    "JX314",
    "分值的小数位比得分多",
    "分值 {weight} 的小数位太多：得分只取 {places} 位小数，这一行怎么也得不了满分。",
    "分值最多写 {places} 位小数。",
)
NO_BAND = Code(
    "JX331",
    "没有一个等级的条件成立",
    "总分 {score} 不在任何一个等级之内。",
    "在 template.yaml 的「等级」末尾加一档，使任何总分都有等级。",
)
