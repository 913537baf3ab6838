"""Codes of test cases of templates: JX751 to JX769."""

from generator.diagnostics import Code

NO_CASES = Code(
    "JX751",
    "模板没有测试用例",
    "模板「{template}」没有测试用例。",
    "在模板的 tests 文件夹里写 .yaml 文件，每个用例有名称、填报和预期。",
)
BAD_PATH = Code(
    "JX752",
    "改动的位置不存在",
    "用例「{case}」要改的「{place}」在填报中不存在。",
    "写成「重点工作[3].进展」这样的路径。",
)
NO_INPUT = Code(
    "JX753",
    "用例没有填报",
    "用例「{case}」没有写明用哪个填报文件。",
    "在文件开头写「填报: 文件」，或在用例里写。",
)
