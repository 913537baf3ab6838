"""Tables within tables cost what their rows cost: four times the projects, about four times the function calls.

Run it with ``python -m tests.bench.bench_nested``. Calls are counted, not seconds: every computer counts the same.
"""

from __future__ import annotations

import cProfile
import pstats
import sys
import tempfile
from pathlib import Path

import generator
from tests.small_template import small

FIELDS = """
项目:
  类型: 表
  标签: 项目
  列:
    名称: {类型: 文字, 标签: 名称}
    指标表:
      类型: 表
      标签: 指标表
      列:
        指标: {类型: 文字, 标签: 指标}
        分值: {类型: 数值, 标签: 分值}
        目标: {类型: 目标, 标签: 目标}
        完成: {类型: 目标, 标签: 完成}
        原因: {类型: 文字, 标签: 原因, 必填: 否}
        情况: {类型: 文字, 标签: 情况, 公式: '判定(目标, 完成)'}
        得分: {类型: 数值, 标签: 得分, 公式: '分值 if 达标(目标, 完成) else 分值 × 完成率(目标, 完成)'}
    总分: {类型: 数值, 标签: 总分, 公式: '求和(指标表.得分)'}
全部: {类型: 数值, 标签: 全部, 公式: '求和(项目.指标表.得分)'}
完成数: {类型: 整数, 标签: 完成数, 公式: '计数(项目.指标表, 情况 = "已完成")'}
"""
RULES = "- {名称: 分值, 表: 项目.指标表, 条件: 分值 ≤ 50, 消息: '{{ 名称 }}的{{ 指标 }}', 改法: 改。}\n"
FEW, MANY, ROWS = 33, 133, 30
ALLOWED = 1.05 * MANY / FEW


def filing(projects: int) -> str:
    """An input with so many projects of thirty rows each."""
    return "项目:\n" + "".join(
        f"- 名称: 项目{number}\n  指标表:\n"
        + "".join(
            f"  - {{指标: 第{number}项第{row}件工作, 分值: 3, 目标: ≥{row + 9}家, 完成: {row + 9}家}}\n"
            for row in range(ROWS)
        )
        for number in range(projects)
    )


def calls(path: Path) -> int:
    """The function calls of one check."""
    profile = cProfile.Profile()
    found = profile.runcall(generator.check, path)
    if found:
        raise SystemExit(f"检查应当没有问题：{found[0].message}")
    total: int = pstats.Stats(profile).total_calls  # type: ignore[attr-defined]
    return total


def main() -> None:
    """Compare the two filings; exit with 1 where the larger one costs more than its rows."""
    with tempfile.TemporaryDirectory() as folder:
        form = small(Path(folder), FIELDS, checks=RULES)
        generator.check(form.write(filing(1)))
        few, many = (calls(form.write(filing(count))) for count in (FEW, MANY))
    print(
        f"{FEW}×{ROWS} 行 {few} 次调用，{MANY}×{ROWS} 行 {many} 次调用：{many / few:.2f} 倍（行数 {MANY / FEW:.2f} 倍）"
    )
    sys.exit(many / few > ALLOWED)


if __name__ == "__main__":
    main()
