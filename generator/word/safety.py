"""What a layout may not carry: macros, embedded programs, foreign documents, links that fetch something when opened."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from generator.word import codes
from generator.word.links import tagged_target
from generator.word.names import w

if TYPE_CHECKING:
    from collections.abc import Iterator

    from generator.base.diagnostics import Finding, Span
    from generator.word.names import Tree
    from generator.word.opc import Entry

__all__ = ["check_fields", "check_package"]

_KINDS: Final = {
    "vbaProject": "宏",
    "wordVbaData": "宏",
    "oleObject": "嵌入的 OLE 对象",
    "control": "ActiveX 控件",
    "activeXControlBinary": "ActiveX 控件",
    "aFChunk": "整篇嵌入的外来文档（altChunk）",
    "subDocument": "子文档链接",
    "frame": "框架网页",
    "attachedTemplate": "外部模板链接",
}
_SAFE_ADDRESS = re.compile(r"(https?|mailto):", re.IGNORECASE)
_FETCHING = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|MACROBUTTON|DATABASE)\b", re.IGNORECASE)
_MEND: Final = "请在 Word 里删去它，再保存版式。"


def check_package(
    entries: dict[str, Entry], types: dict[str, str], relations: dict[str, Tree], span: Span, *, finished: bool = False
) -> list[Finding]:
    """Findings for everything in the package that could run, fetch or hide something.

    Args:
        entries: The files of the package.
        types: The content type of each part.
        relations: The tree of each ``.rels`` file.
        span: The layout's file.
        finished: Whether it holds no tags; in a layout the address of a link may.
    """
    found = [f"宏（{name}）" for name, kind in types.items() if "macroEnabled" in kind or "vbaProject" in kind]
    for name, root in relations.items():
        found += _links(name, root, finished=finished)
    found += [f"嵌入的程序（{name}）" for name in entries if name.lower().endswith((".bin", ".exe", ".vbs", ".js"))]
    return [codes.UNSAFE.at(span, what=what, mend=_MEND) for what in dict.fromkeys(found)]


def _links(name: str, root: Tree, *, finished: bool) -> Iterator[str]:
    for relation in root:
        kind = str(relation.get("Type", "")).rpartition("/")[2]
        target = str(relation.get("Target", ""))
        if kind in _KINDS:
            yield f"{_KINDS[kind]}（{target}）"
        elif kind == "package" and "/charts/" not in name:
            yield f"嵌入的文件（{target}）"
        elif relation.get("TargetMode") == "External" and kind != "hyperlink":
            yield f"指向外部的链接（{target}）"
        elif relation.get("TargetMode") != "External" or _SAFE_ADDRESS.match(target):
            continue
        elif finished or not tagged_target(relation):
            yield f"不是网址的超链接（{target}）"


def check_fields(part: str, root: Tree, span: Span) -> list[Finding]:
    """Findings for fields and elements of a part that fetch or run something when the document is opened."""
    found = [f"整篇嵌入的外来文档（{part}）" for _ in root.iter(w("altChunk"))]
    found += [f"嵌入的 OLE 对象（{part}）" for _ in root.iter("{urn:schemas-microsoft-com:office:office}OLEObject")]
    # Word may split a field's words over runs.
    code = "".join(node.text or "" for node in root.iter(w("instrText")))
    code += " ".join(str(node.get(w("instr"), "")) for node in root.iter(w("fldSimple")))
    found += [f"会自行取数的域 {word.group().upper()}（{part}）" for word in _FETCHING.finditer(code)]
    return [codes.UNSAFE.at(span, what=what, mend=_MEND) for what in dict.fromkeys(found)]
