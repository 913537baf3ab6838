"""docs/检查/: a page for each code, and one that lists them, written from the rules and from 规则.yaml."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from generator.base.formats import Format
from generator.checks.rules import RULES
from tests.checks.rule_docs import GROUPS, RULE_DOCS
from tests.docs.codes_page import escaped, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Code
    from generator.checks.rule import Rule, Setting
    from tests.checks.rule_docs import Example

__all__ = ["INDEX", "check_pages"]

INDEX = "README.md"
_GENERATED = "这一页由程序中的检查规则生成（`make refresh`），请不要直接修改。\n"
_SAID_THERE = "由模板的规则给出，见运行时的消息。"
_MENDED_THERE = "随具体情况给出，见消息末行的「改法」。"
_PERCENT = Format("%", 2, "zeros", suffix="%")
_HEAD = f"""# 检查规则

`jixiao check` 在能够算出得分以后，用这些规则检查填报的内容。每个代码有一页，写明查什么、不查什么，
各有一个会报告和一个不报告的例子；例子改动的都是[同一个示例填报](../../tests/checks/示例/填报.yaml)，测试照着运行。

规则的消息指出两处不一致，不说哪一处错。级别：错误（不出报告）、警告（报送前应当核对）、提示（供参考）。

模板可以在 `checks.yaml` 里按名称开关规则，改级别和设置，写法见[模板编写](../模板编写.md#checksyaml)：

```yaml
检查:
  说明原因: 错误
  可衡量: 关闭
  超额: {{级别: 提示, 幅度: 50%}}
```

{_GENERATED}"""


def check_pages() -> dict[str, str]:
    """The Markdown text of every page, by its file name; ``INDEX`` is the one that lists the others."""
    pages = {f"{code.number}.md": _page(rule, code) for rule in RULES for code in rule.codes}
    return {INDEX: _index(), **pages}


def _index() -> str:
    return "\n".join([_HEAD, *(_group(number, title) for number, title in GROUPS.items())])


def _group(number: int, title: str) -> str:
    rows = [row for rule in RULES if RULE_DOCS[rule.name].group == number for row in _rows(rule)]
    return "\n".join([f"## {number}. {title}\n", "| 规则 | 代码 | 查出什么 | 级别 |", "|---|---|---|---|", *rows, ""])


def _rows(rule: Rule) -> Iterator[str]:
    for code in rule.codes:
        level = "由模板规定" if rule.fixed else code.severity.word
        yield f"| {rule.name} | [{code.number}]({code.number}.md) | {escaped(code.title)} | {level} |"


def _page(rule: Rule, code: Code) -> str:
    doc = RULE_DOCS[rule.name]
    examples = [example for example in doc.examples if example.code == code.number]
    level = "由模板的规则给出" if rule.fixed else code.severity.word
    return "\n".join(
        [
            f"# {code.number} {escaped(code.title)}\n",
            f"- 规则：{rule.name}（第 {doc.group} 类：{GROUPS[doc.group]}）",
            f"- 级别：{level}",
            f"- 消息：{shown(code.message, _SAID_THERE)}",
            f"- 改法：{shown(code.hint, _MENDED_THERE)}\n",
            f"## 查什么\n\n{escaped(doc.why)}\n",
            *(_example(example, number if len(examples) > 1 else 0) for number, example in enumerate(examples, 1)),
            *([_switch(rule)] if not rule.fixed else []),
            f"[全部规则]({INDEX})\n\n{_GENERATED}",
        ]
    )


def _example(example: Example, number: int) -> str:
    title = f"## 例子{number or ''}\n"
    found = f"会报告，指在 `{example.place}` 的「{escaped(example.marked)}」：\n"
    return "\n".join([title, found, _yaml(example.bad), "不报告：\n", _yaml(example.good)])


def _yaml(text: str) -> str:
    return f"```yaml\n{text}\n```\n"


def _switch(rule: Rule) -> str:
    """How checks.yaml changes the rule."""
    lines = [f"## 在模板里怎样改\n\n```yaml\n检查:\n  {rule.name}: 关闭\n```\n"]
    if rule.settings:
        lines += ["| 设置 | 意思 | 不写时 |", "|---|---|---|"]
        lines += [f"| {name} | {setting.what} | {_default(setting)} |" for name, setting in rule.settings.items()]
        lines.append("")
    return "\n".join(lines)


def _default(setting: Setting) -> str:
    value = setting.default
    if isinstance(value, Fraction):
        return _PERCENT.print(value) if value.denominator != 1 else str(value)
    return "、".join(value) or "没有"
