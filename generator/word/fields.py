"""Fields of a part: their codes and results, where links lead to, and which of those places are harmless."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from msgspec import Struct

from generator.word import names
from generator.word.names import w

if TYPE_CHECKING:
    from generator.word.names import Tree


_KEYWORD = re.compile(r"\s*([A-Za-z]+|=|\\?[^\s]+)")
_HYPERLINK = re.compile(r"\s*HYPERLINK\b(.*)", re.IGNORECASE | re.DOTALL)
_ARGUMENTS = re.compile(r"""["“”]([^"“”]*)["“”]|([^\s"“”]+)""")
_SAFE_ADDRESS = re.compile(r"(https?|ftp|mailto|tel|sms|sip):", re.IGNORECASE)
_LOCAL = re.compile(r"\s*(file:|[A-Za-z]:[\\/]|\\|/)", re.IGNORECASE)
PROGRAMS = re.compile(
    r"\.(exe|com|scr|bat|cmd|pif|js|jse|vb|vbs|vbe|wsf|wsh|hta|lnk|url|msi|ps1|jar|cpl|reg|docm|dotm|xlsm)\W*$",
    re.IGNORECASE,
)


def is_harmless_address(address: str) -> bool:
    """Whether a link may lead there: to the web, a person, a place in the document, or a file that is no program."""
    typed = unquote(address).strip()
    if _SAFE_ADDRESS.match(typed):
        return True
    is_elsewhere = ":" in typed.partition("#")[0] or typed.startswith(("\\", "/"))
    return not is_elsewhere and not re.search(r"\{[{%]", typed) and not PROGRAMS.search(typed.partition("#")[0])


def is_local_address(address: str) -> bool:
    """Whether a link leads to a file on a drive or share, which is no program."""
    target = unquote(address)
    is_plain = not PROGRAMS.search(target.partition("#")[0]) and not re.search(r"\{[{%]|\0", target)
    return is_plain and _LOCAL.match(target) is not None


_FIELD, SIMPLE_FIELD, _FIELD_KIND = w("fldChar"), w("fldSimple"), w("fldCharType")
_CODES: Final = (w("instrText"), w("delInstrText"))


class FieldCode(Struct):
    r"""A field: its own code, in which ``\0`` stands for fields inside it, and the text of its result."""

    code: str = ""
    result: str = ""
    has_result: bool = False


def fields_of(root: Tree) -> list[FieldCode]:
    """The fields of a part; Word may split the words of a code over runs."""
    found: list[FieldCode] = []
    stack: list[FieldCode] = []
    stray = FieldCode()
    for node in root.iter(_FIELD, SIMPLE_FIELD, *_CODES, names.T):
        coded = stray if not stack else stack[-1] if not stack[-1].has_result else FieldCode()
        kind = node.get(_FIELD_KIND)
        if node.tag == SIMPLE_FIELD:
            found.append(
                FieldCode(str(node.get(w("instr"), "")), "".join(text.text or "" for text in node.iter(names.T)))
            )
        elif node.tag in _CODES:
            coded.code += node.text or ""
        elif node.tag == names.T:
            for one in stack:
                one.result += node.text or "" if one.has_result else ""
        elif kind == "begin":
            (coded if stack else FieldCode()).code += "\0"
            stack.append(FieldCode())
            found.append(stack[-1])
        elif kind == "separate" and stack:
            stack[-1].has_result = True
        elif kind == "end" and stack:
            stack.pop()
    # What stands outside of any field is none, but some programs may mend it.
    return [*found, stray] if stray.code else found


def keyword(code: str) -> str:
    """The first word of a field's code, which says what kind it is, in capitals; ``=`` for a formula or none."""
    found = _KEYWORD.match(code)
    return found[1].upper() if found is not None else "="


def address(code: str) -> str:
    """Where a link field leads to; ``""`` for other fields, and for places in the document."""
    link = _HYPERLINK.match(code)
    words = iter(_ARGUMENTS.findall(link[1]) if link is not None else ())
    for quoted, bare in words:
        if bare in {"\\l", "\\o", "\\t"}:
            next(words, None)  # the switch's own argument
        elif quoted or not re.fullmatch(r"\\[A-Za-z]", bare):
            return str(quoted or bare).replace("\\\\", "\\")
    return ""
