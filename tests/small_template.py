"""A template of a few lines, for tests that want just the fields, indicators and checks at hand."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import generator
from generator.base.diagnostics import Finding
from generator.pipeline import Assessment
from generator.submission.accept import accept
from generator.submission.model import Submission
from generator.template.load import load_template
from generator.template.model import Template
from generator.yamlfile.source import parse_yaml

MANIFEST = """\
名称: 小报告
版本: "1"
文件名: "{{ 年度 }}年报告"
版式: 报告.docx
结论: {符合: 100%, 部分符合: 50%, 不符合: 0%, 不适用: 0%}
印制:
  比率: {单位: "%", 小数位: 2, 去零: 整数, 后缀: "%"}
  万元: {单位: 万元, 小数位: 2}
  元: {单位: 元, 小数位: 2, 去零: 末尾}
叙述:
  自评: "{{ 名称 }}："
  要点: "{% for 项 in 要点 %}{{ loop.index | 中文数字 }}是{{ 项.叙述 or 项.名称 }}；{% endfor %}"
  说明: "{{ 说明 }}{% if 原因 %}原因：{{ 原因 }}{% endif %}"
  结尾: {自评: "得{{ 得分 }}分。", 要点: "共{{ 得分 }}分。", 计算: "得{{ 得分 }}分。"}
"""
SCORING = """\
评分: {小数位: 2, 满分: FULL}
等级:
- {名称: 优, 条件: 总分 ≥ 90}
- {名称: 差, 条件: 总分 < 90}
"""
YEAR = "年度: {类型: 年份, 标签: 年度, 必填: 否}\n"
FILE = "填报.yaml"


@dataclass(frozen=True)
class Small:
    """A small template in a folder. Its inputs are given without their first line, so their own lines start at 2."""

    folder: Path

    @property
    def template(self) -> Template:
        return load_template(self.folder / "templates" / "小")

    def accept(self, text: str, folder: Path | None = None) -> tuple[Submission, list[Finding]]:
        """The input, typed, and what is found in it; ``folder`` has the files beside it."""
        source = parse_yaml(f"模板: 小\n{dedent(text)}".encode(), FILE)
        assert source.root is not None
        assert not source.findings
        return accept(source, source.root, self.template, folder)

    def faults(self, text: str) -> list[tuple[str, int, int]]:
        """Code, line and column of what is found while an input is typed."""
        return [(f.code, f.span.line, f.span.column) for f in self.accept(text)[1]]

    def write(self, text: str) -> Path:
        path = self.folder / FILE
        path.write_text(f"模板: 小\n{dedent(text)}", "utf-8")
        return path

    def assess(self, text: str) -> Assessment:
        return generator.score(self.write(text))

    def check(self, text: str) -> tuple[Finding, ...]:
        return generator.check(self.write(text))

    def pointed(self, text: str, code: str) -> list[tuple[str, str]]:
        """For each finding of this code in the input: the text that it underlines, and its path."""
        return [(underlined(f), f.path) for f in self.check(text) if f.code == code]


def small(folder: Path, fields: str, indicators: str = "", checks: str = "", full: int = 10) -> Small:
    """A template with these fields (besides 年度), these indicators (out of ``full``) and these checks."""
    place = folder / "templates" / "小"
    place.mkdir(parents=True)
    manifest = MANIFEST + (SCORING.replace("FULL", str(full)) if indicators else "")
    texts = {"template.yaml": manifest, "fields.yaml": YEAR + dedent(fields)}
    if indicators:
        texts["indicators.yaml"] = f"指标:\n{dedent(indicators)}"
    if checks:
        texts["checks.yaml"] = f"勾稽:\n{dedent(checks)}"
    for name, text in texts.items():
        (place / name).write_text(text, "utf-8")
    return Small(folder)


def underlined(finding: Finding) -> str:
    """The piece of the file that a finding points at."""
    line = Path(finding.span.file).read_text("utf-8").splitlines()[finding.span.line - 1]
    return line[finding.span.column - 1 :][: finding.span.length]
