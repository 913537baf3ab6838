"""Checking tags one by one, so that every mistake of a layout is found, not only the first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import TemplateSyntaxError, nodes

from generator.base.diagnostics import nearest, suggestion
from generator.word import codes
from generator.word.compiling.blocks import OPENERS, opens
from generator.word.compiling.cells import CELL_WORDS
from generator.word.compiling.hints import INSTEAD_OF_CALL, INSTEAD_OF_FILTER, INSTEAD_OF_PERCENT, mend_syntax
from generator.word.running.functions import complaint

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from generator.word.compiling.lifting import Report
    from generator.word.compiling.tags import Tag
    from generator.word.compiling.usage import Usage
    from generator.word.running.environment import LayoutEnvironment

__all__ = ["check_tag", "written"]

_STATEMENTS: Final = (*sorted(OPENERS), *sorted(f"end{word}" for word in OPENERS), "else", "elif", *sorted(CELL_WORDS))
_SCOPES: Final = {"p", "tr", "tc", "r"}
_TRANSPARENT: Final = {"block", "autoescape"}
_LONGEST: Final = 4_000
_ONLY: Final = "版式只能取值、判断、循环和套用过滤器。"
# What nearly all tags are: a name with steps and filters without arguments. Jinja's parser is slow for so little.
_SIMPLE = re.compile(r"([^\W\d_]\w*(?:\.[^\W\d_]\w*)*)((?:\s*\|\s*[^\W\d_]\w*)*)")
_KEYWORDS = re.compile(r"\b(?:and|or|not|in|is|if|else|[Tt]rue|[Ff]alse|[Nn]one)\b")
_GOT = re.compile(r"got '(.*)'|unexpected char (\".\"|'.')|unexpected '(.*?)'")


def written(tag: Tag, environment: LayoutEnvironment, printer: str = "") -> str:
    """The tag in the delimiters of the environment, on a line of its own."""
    if tag.kind == "{{":
        body = f"({tag.body}) | {printer}" if printer else tag.body
        return f"{environment.variable_start_string}\n{body} {environment.variable_end_string}"
    word = tag.word.removeprefix("end")
    # There is no other template whose blocks could take their place, and all values are escaped anyway.
    body = tag.word.replace(word, "with") if word in _TRANSPARENT else tag.body
    return f"{environment.block_start_string}\n{body} {environment.block_end_string}"


def check_tag(tag: Tag, environment: LayoutEnvironment, report: Report, usage: Usage) -> None:
    """Reports bad syntax, unknown statements, filters and tests, and what the sandbox forbids."""
    if tag.kind == "{#":
        return
    usage.close(tag)
    why, mend = _unfit(tag)
    if why:
        report(codes.SYNTAX, tag, why=why, mend=mend)
    elif tag.kind == "{%" and tag.word not in _STATEMENTS:
        _unknown_statement(tag, report)
    elif path := _simple_path(tag, environment):
        usage.gather_path(tag, path)
    elif source := _alone(tag, environment):
        try:
            tree = environment.parse(source)
        except TemplateSyntaxError as error:
            report(codes.SYNTAX, tag, why=_reason(error), mend=mend_syntax(tag.word, tag.body))
        except RecursionError:
            report(codes.SYNTAX, tag, why="括号套得太深", mend="把它写短些。")
        else:
            usage.gather(tag, tree)
            _check_tree(tag, tree, environment, report, usage.hints)


def _simple_path(tag: Tag, environment: LayoutEnvironment) -> str:
    """The path of a tag that only prints a value through known filters; blank for any other tag."""
    found = _SIMPLE.fullmatch(tag.body) if tag.kind == "{{" else None
    if found is None or _KEYWORDS.search(tag.body):
        return ""
    known = all(name.strip() in environment.filters for name in found[2].split("|")[1:])
    return found[1] if known else ""


def _unfit(tag: Tag) -> tuple[str, str]:
    """What is wrong with a tag before it is read at all, and how to mend it; two blanks if nothing is."""
    if tag.kind == "{{" and tag.scope in {"tr", "tc"}:
        return f"印值的标记没有 {tag.scope} 的写法", "写成 {{ }}、{{r }} 或 {{p }}。"
    if tag.word == "filter" and tag.scope:
        return "filter 块只能套在文字上", "写成 {% filter %}，开头和结尾在同一段里。"
    if tag.kind == "{{" and not tag.body:
        return "里面是空的", "写上要印的值，或删去这个标记。"
    return (f"它超过 {_LONGEST} 个字", "把它拆成几个标记。") if len(tag.body) > _LONGEST else ("", "")


def _unknown_statement(tag: Tag, report: Report) -> None:
    word = tag.word or tag.body[:8]
    if word in _SCOPES:
        mend = f"「{word}」要紧跟在「{{%」之后，中间不能有空格：{{%{word} {tag.rest} %}}。"
    else:
        mend = suggestion(word, _STATEMENTS) if nearest(word, _STATEMENTS) else "可用的语句有 if、for、set 等。"
    report(codes.UNKNOWN_STATEMENT, tag, word=word, mend=mend)


def _alone(tag: Tag, environment: LayoutEnvironment) -> str:
    """The tag with what it needs around it to be a whole template."""
    start, end = environment.block_start_string, environment.block_end_string
    text, word = written(tag, environment), tag.word
    if tag.kind == "{{":
        return text
    if word in CELL_WORDS:
        value = tag.rest or ("" if word in {"hm", "vm"} else "|")
        return f"{environment.variable_start_string}\n{value} {environment.variable_end_string}" if value else ""
    if opens(tag):
        return f"{text}{start}end{'with' if word in _TRANSPARENT else word}{end}"
    if word in {"else", "elif"}:
        return f"{start}if 1{end}{text}{start}endif{end}"
    if word == "set":
        return text
    # A closing tag ends its block only if nothing else is written in it.
    return "" if not tag.rest or word in {"endset", "endblock"} else f"{start}if 1{end}{start}endif {tag.rest}{end}"


def _reason(error: TemplateSyntaxError) -> str:
    found = _GOT.search(error.message or "")
    if found is None:
        return "读不懂"
    sign = found.group(1) or (found.group(2) or "")[1:-1] or found.group(3)
    return "后面还缺东西" if sign.startswith("end of") or sign == "}" else f"读到「{sign}」读不下去"


def _check_tree(
    tag: Tag, tree: nodes.Template, environment: LayoutEnvironment, report: Report, hints: Mapping[str, str]
) -> None:
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        if isinstance(node, nodes.Filter) and node.name not in environment.filters:
            # The printing filters have Chinese names; they are likelier to be meant than Jinja's.
            known = sorted(
                (name for name in environment.filters if name[0] != "_"), key=lambda name: (name.isascii(), name)
            )
            mend = hints.get(node.name) or INSTEAD_OF_FILTER.get(node.name) or suggestion(node.name, known)
            report(codes.UNKNOWN_FILTER, tag, word=node.name, mend=mend)
        elif isinstance(node, nodes.Test) and node.name not in environment.tests:
            report(codes.UNKNOWN_TEST, tag, word=node.name, mend=suggestion(node.name, environment.tests))
    for call in tree.find_all(nodes.Call):
        why, mend = complaint(call)
        if why:
            report(codes.SYNTAX, tag, why=why, mend=mend)
    for word, mend in dict.fromkeys(_forbidden(tree)):
        report(codes.FORBIDDEN, tag, word=word, mend=mend or _ONLY)


def _forbidden(tree: nodes.Template) -> Iterator[tuple[str, str]]:
    """What tags may not do though Jinja could, each with what to write instead."""
    yield from ((word, "") for word in _private(tree))
    for call in tree.find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and not _is_of_loop(call.node):
            yield f".{call.node.attr}()", INSTEAD_OF_CALL.get(call.node.attr, "")
    for sum_ in tree.find_all(nodes.BinExpr):
        if isinstance(sum_, nodes.Pow):
            yield "**", "先在数据里算好。"
        elif isinstance(sum_, nodes.Mod) and isinstance(getattr(sum_.left, "value", None), str):
            yield "%", INSTEAD_OF_PERCENT


def _is_of_loop(method: nodes.Getattr) -> bool:
    return isinstance(method.node, nodes.Name) and method.node.name == "loop" and method.attr in {"cycle", "changed"}


def _private(tree: nodes.Template) -> Iterator[str]:
    """Names with a leading underscore: Python's own, and the engine's."""
    for node in tree.find_all(nodes.Node):
        for value in (getattr(node, field, None) for field in ("name", "attr", "key", "target")):
            if isinstance(value, str) and value.startswith("_"):
                yield value
        if (
            isinstance(node, nodes.Getitem)
            and isinstance(node.arg, nodes.Const)
            and str(node.arg.value).startswith("_")
        ):
            yield str(node.arg.value)
