"""Traps that only other departments fall into: what a template prints of things that did not happen.

The report is tried with every optional field left out and 无 wherever that is an answer, and read as a person would.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from generator.authoring import codes
from generator.base.diagnostics import Finding, Span
from generator.template.model import Template, walk_fields

_LONGEST: Final = 40
_NONE: Final = "选填的不填、能写「无」的都写「无」"
_LABEL: Final = re.compile(r"([^：:。；]{4,12})[：:](?=\S)")
_TRACES: Final = (
    (re.compile(r"[：:]\s*[。；，、）]"), "「：」后面什么也没有"),
    (re.compile(r"（\s*）|《\s*》|“\s*”|〔\s*〕|【\s*】"), "括号里什么也没有"),
    (re.compile(r"[，、；：][；，、。]|。[，；、。]|(?<![）”》])、[）。]"), "标点连在一起"),
    (re.compile(r"(?<![0-9.])0(?:\s*[\u4e00-\u9fff])[^。；]*[：:]$"), "一项也没有，后面却要逐项列出"),
)
_TWICE: Final = re.compile(
    r"[0-9]\s*(?:(?:万|亿)?元\s*(?:万|亿)?元|[%％]\s*[%％]|(名|家|件|次|项|个|户|处)\1(?![均次案月年]))"
)
_SAID: Final = re.compile(
    r"(?:已|均|全部)(?:及时|按时|按期|按规定|足额|全额|按要求)|没有(?:发现|超过|超出|违规|违纪)|未(?:发现|超|出现)|"
    r"不存在|无违[规纪法]|严格(?:执行|按照|遵守|落实)"
)
_LISTED: Final = ("表", "列表", "段落", "文字")
_BLOCK: Final = re.compile(r"\{%-?\s*(?:p|tr|tc|r)?\s*(if|for|endif|endfor)\b")
_NEVER: Final = re.compile(r"\{%-?\s*(?:p|tr)?\s*(?:el)?if\s+not\s+([\w.]+)\s*-?%\}")


def residues(full: Sequence[str], nothing: Sequence[str], place: Span) -> Iterator[Finding]:
    """What is left in a report when nothing happened, and units that stand twice behind a number.

    Args:
        full: The lines of the report with every example filled in.
        nothing: Its lines with nothing but what must be filled in.
        place: The layout.
    """
    for line in dict.fromkeys(full):
        if match := _TWICE.search(line):
            yield _finding(line, match.start(), "单位印了两次：字段自己带着单位", "用示例试填", place)
    known = set(full)
    # Printing takes the colon away where nothing follows it; the label stays.
    labels = {match[1] for line in full for match in _LABEL.finditer(line)}
    for line in dict.fromkeys(line for line in nothing if line not in known):
        for pattern, said in _TRACES:
            if match := pattern.search(line.strip()):
                yield _finding(line.strip(), match.start(), said, _NONE, place)
                break
        else:
            label = next((one for one in labels if re.search(rf"{re.escape(one)}[，。；、]", line)), "")
            if label:
                yield _finding(line.strip(), line.find(label), "「：」后面什么也没有", _NONE, place)


def _finding(line: str, at: int, said: str, how: str, place: Span) -> Finding:
    start = max(0, at - _LONGEST // 2)
    cut = f"{'…' if start else ''}{line[start : start + _LONGEST]}{'…' if len(line) > start + _LONGEST else ''}"
    return codes.RESIDUE.at(place, how=how, line=cut, said=said)


def claims(texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Sentences that say something good of every department, whatever it filled in.

    Args:
        texts: Each text with its path and its place; the paragraphs of a layout are one text.
    """
    for text, path, span in texts:
        for match in _SAID.finditer(_unconditional(text)):
            around = _unconditional(text)[max(0, match.start() - 8) : match.end() + 8].strip()
            yield codes.CLAIM.at(span, path, text=around.replace("\n", " "))


def _unconditional(text: str) -> str:
    """The text without what stands within a condition or a loop, and without its tags."""
    kept, depth, end = [], 0, 0
    for match in _BLOCK.finditer(text):
        if not depth:
            kept.append(text[end : match.start()])
        depth += 1 if match[1] in ("if", "for") else -1
        end = text.find("%}", match.end()) + 2
        depth = max(depth, 0)
    return re.sub(r"\{[{%#].*?[}%#]\}", "", "".join([*kept, text[end:] if not depth else ""]), flags=re.DOTALL)


def never_said(template: Template, texts: Iterable[tuple[str, str, Span]]) -> Iterator[Finding]:
    """Sentences for what a department has none of, where the template does not let it say so."""
    fields = {field.path: field for field in walk_fields(template.fields)}
    for text, path, span in texts:
        for name in dict.fromkeys(_NEVER.findall(text)):
            field = fields.get(name)
            may_be_none = field is None or field.formula is not None or field.kind not in _LISTED
            if field is not None and not may_be_none and not (field.may_be_nothing or field.absent):
                yield codes.NEVER_SAID.at(span, path, name=name)
