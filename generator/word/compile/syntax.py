"""Checks tags: syntax, allowed constructs, filters, names; suggests what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from jinja2 import TemplateSyntaxError, nodes

from generator.base.diagnostics import Code, nearest, suggestion
from generator.base.sandbox import in_chinese, mend_syntax, refused
from generator.word import codes
from generator.word.compile.blocks import OPENERS, opens
from generator.word.compile.cells import CELL_WORDS, Report
from generator.word.compile.tags import Tag
from generator.word.names import SENTINEL
from generator.word.render.environment import FUNCTIONS, LOOP_MEMBERS, LayoutEnvironment, complaint, named_in

_NUMBERS: Final = "写成 {{ 数 | 小数(2) }}、{{ 数 | 千分位 }} 或 {{ 数 | 百分比 }}；文字用 ~ 连接。"
_DAYS: Final = "写成 {{ 日期 | 日期 }}，或取 日期.year、日期.month、日期.day。"
_AS_FILTER: Final = "写成过滤器：{{{{ 值 | {} }}}}。"
_NO_CHANGE: Final = "版式不改值，先在数据里改好。"
_FROM_DATA: Final = "先在数据里算好。"
_INSTEAD: Final[dict[str, str]] = {
    **{name: _AS_FILTER.format(name) for name in ("upper", "lower", "title", "capitalize", "replace", "join", "items")},
    **{name: _AS_FILTER.format(name) for name in ("int", "round", "abs", "max", "min", "sum", "list")},
    **dict.fromkeys(("strip", "lstrip", "rstrip"), _AS_FILTER.format("trim")),
    **dict.fromkeys(("count", "len", "wordcount"), _AS_FILTER.format("length")),
    **dict.fromkeys(("format", "float"), _NUMBERS),
    **dict.fromkeys(("strftime", "isoformat", "date"), _DAYS),
    **dict.fromkeys(("center", "ljust", "rjust", "zfill"), "对齐由段落格式、制表位或表格来做。"),
    **dict.fromkeys(("startswith", "endswith"), "写成切片的比较：{% if 文字[:2] == '关于' %}。"),
    **dict.fromkeys(("append", "extend", "insert", "pop", "remove", "clear", "update", "setdefault"), _NO_CHANGE),
    **dict.fromkeys(("filesizeformat", "striptags"), _FROM_DATA),
    **dict.fromkeys(("pprint", "tojson"), "它是给程序员和网页用的；逐项印出用 {% for %}。"),
    **dict.fromkeys(("urlencode", "urlize"), "超链接的网址里直接写标记。"),
    "attr": "写成 值.名称。",
    "cycler": "循环里写成 {{ loop.cycle('甲', '乙') }}。",
    "dict": "写成 {'名称': 值}。",
    "enumerate": "序号写成 loop.index。",
    "find": "写成 {% if '某字' in 文字 %}。",
    "forceescape": "值总是转义一次，不用写。",
    "get": "写成 {{ 表.名称 | default('') }}。",
    "indent": "缩进由段落格式来做。",
    "joiner": "写成 {% if not loop.last %}、{% endif %}，或 {{ 列 | join('、') }}。",
    "keys": "写成 {% for 名称 in 表 %}。",
    "random": "同样的数据每次印出的文件要相同。",
    "reversed": _AS_FILTER.format("reverse"),
    "sorted": _AS_FILTER.format("sort"),
    "split": "在数据里写成一列，再用 {% for %} 或 {{ 列 | join('、') }}。",
    "str": _AS_FILTER.format("string"),
    "truncate": "写成 文字[:20]。",
    "values": "写成 {% for 名称, 值 in 表 | items %}。",
    "wordwrap": "换行由段落格式来做。",
    "xmlattr": "它生成网页代码。",
    "zip": "在数据里把两列合成一张表。",
}
"""What to write instead of a method, function or filter of Python's or Jinja's, by its name."""
_JOINED_SCOPE = re.compile(r"(p|tr|tc|r)((?:end)?(?:for|if)|else|elif)")


def mend_name(name: str, known: Iterable[str]) -> str:
    """What was probably meant by an unknown name of one step; ``known`` are whole paths, of tables also their own."""
    names = sorted(known)
    whole = _ending(names, name)
    tables = [table for one in whole if (table := one.rpartition(".")[0]) in names]
    if tables:
        return f"它是表「{tables[0]}」的一列：写在 {{% for 行 in {tables[0]} %}} 的循环里，写成「行.{name}」。"
    roots = {one.partition(".")[0] for one in names}
    near = nearest(name, roots | {one.rpartition(".")[2] for one in names})
    found = whole or [full for one in near for full in ([one] if one in roots else _ending(names, one))]
    return f"是否为「{'」「'.join(found[:3])}」？" if found else suggestion(name, sorted(roots))


def _ending(names: list[str], step: str) -> list[str]:
    return [one for one in names if one.rpartition(".")[2] == step]


_BUILT_IN: Final = frozenset({"loop", "range", "caller", "varargs", "kwargs", "namespace"})
_LOOP_HEAD = re.compile(r"(?:\bfor\s+)?(?!for\b)([^\W\d]\w*)\s+in\s|\bfor\s+(\w+)")
# Filters whose results are rows of their table.
_SAME_ROWS: Final = {"sort", "reverse", "list", "select", "reject", "selectattr", "rejectattr", "unique"}


class _Use(NamedTuple):
    """A name that a tag uses: its path as written, and the tables of the open loops by their variables."""

    tag: Tag
    path: str
    loops: dict[str, str]

    @property
    def root(self) -> str:
        """Its first step."""
        return self.path.partition(".")[0]

    @property
    def meant(self) -> str:
        """The whole path, with tables in place of loop variables; blank where a table has no name."""
        _, dot, rest = self.path.partition(".")
        table = self.loops.get(self.root, self.root)
        return f"{table}{dot}{rest}" if table else ""


class Usage:
    """The names of one part, gathered tag by tag; ``hints`` are messages for names that people may expect."""

    def __init__(self, hints: Mapping[str, str]) -> None:
        self.hints = hints
        self.calls = False
        self._used: list[_Use] = []
        self._made: set[str] = set(_BUILT_IN)
        # The variables of all loops, each with its first loop; those of the open ones, each with its table.
        self.variables: dict[str, Tag] = {}
        self._open: list[dict[str, str]] = [{}]
        # The tags of captions and references, each with the caption's name, None for a computed one.
        self.marks: dict[str, list[tuple[Tag, str | None]]] = {"题注": [], "见": []}
        self._called: list[tuple[Tag, str]] = []
        # Loop variables used outside of their loop, reported once for each table row.
        self._reported: set[tuple[str, str]] = set()
        # The tags of the open loops; the numbers of those of closed loops, and of unreadable ones.
        self._openers: list[Tag] = []
        # The tags that set a name, each with whether it is in a loop.
        self._set: list[tuple[Tag, str, bool]] = []
        self._closed: set[int] = set()
        self.lost: set[int] = set()

    def close(self, tag: Tag) -> None:
        """Closes a loop at its end."""
        if tag.word == "endfor" and len(self._open) > 1:
            self._open.pop()
            self._closed.add(self._openers.pop().number)

    def gather(self, tag: Tag, tree: nodes.Template) -> None:
        """Records the names of a tag."""
        around = self._open[-1]
        loop = tree.find(nodes.For) if tag.word == "for" else None
        if loop is not None:
            self._open.append(around | self._loop(tag, loop, around))
            self._openers.append(tag)
        # The iterable is outside the loop, its condition inside.
        over = set(_paths(loop.iter)) if loop is not None else set()
        self._used += [_Use(tag, path, around if path in over else self._open[-1]) for path in _paths(tree)]
        for call in tree.find_all(nodes.Call):
            function, caption = named_in(call)
            if not function and isinstance(call.node, nodes.Name):
                self._called.append((tag, call.node.name))
            self.calls = self.calls or bool(function)
            if function in self.marks:
                self.marks[function].append((tag, caption))
        bound = {name.name for name in loop.target.find_all(nodes.Name)} if loop is not None else set()
        bound |= {loop.target.name} if loop is not None and isinstance(loop.target, nodes.Name) else set()
        made = {name.name for name in tree.find_all(nodes.Name) if name.ctx != "load"} - bound
        self._set += [(tag, name, len(self._open) > 1) for name in sorted(made)]
        self._made |= made
        self._made |= {macro.name for macro in tree.find_all(nodes.Macro)}

    def recover(self, tag: Tag) -> None:
        """Records an unreadable statement that seems to open a loop, to avoid follow-up findings."""
        loop = _LOOP_HEAD.search(tag.body) if tag.kind == "{%" else None
        if loop is not None:
            tag.word = "for"
            self.lost.add(tag.number)
            self._made.add(loop[1] or loop[2])
            self._open.append(self._open[-1])
            self._openers.append(tag)

    def gather_path(self, tag: Tag, path: str) -> None:
        """Records the only name of a simple tag."""
        self._used.append(_Use(tag, path, self._open[-1]))

    def _loop(self, tag: Tag, loop: nodes.For, around: dict[str, str]) -> dict[str, str]:
        """The variables of a loop, each with the path of its table, blank where that has none."""
        rows: nodes.Node | None = loop.iter
        while isinstance(rows, nodes.Filter) and rows.name in _SAME_ROWS:
            rows = rows.node
        table = _Use(tag, _path(rows), around).meant if rows is not None else ""
        variables = {loop.target.name: table} if isinstance(loop.target, nodes.Name) else {}
        variables |= {name.name: "" for name in loop.target.find_all(nodes.Name)}
        for variable in variables:
            self.variables.setdefault(variable, tag)
        return variables

    @property
    def captions(self) -> list[str | None]:
        """The names of the captions, None for computed ones."""
        return [name for _, name in self.marks["题注"]]

    def check_references(self, captions: Iterable[str | None]) -> Iterator[tuple[Tag, Code, dict[str, str]]]:
        """Unknown captions among the references; nothing if one of all ``captions`` is computed."""
        known = set(captions)
        for tag, name in self.marks["见"] if None not in known else ():
            if name is not None and name.strip() not in known:
                mend = suggestion(name, sorted(filter(None, known))) or "在它所指的表或图上写题注。"
                yield tag, codes.UNKNOWN_CAPTION, {"name": name, "mend": mend}

    def names(self) -> set[str]:
        """The names that the values must have."""
        return {one.root for one in self._used if one.root not in one.loops} - self._made

    def check(self, known: frozenset[str], report: Report) -> None:
        """Reports names that are not among the known ones (``收支`` or ``收支.收入决算数``), with suggestions."""
        roots = {name.partition(".")[0] for name in known}
        for one in self._used:
            tag, path, root, meant = one.tag, one.path, one.root, one.meant
            if root == "loop" and len(steps := path.split(".")) > 1 and steps[1] not in LOOP_MEMBERS:
                mend = suggestion(path, [f"loop.{name}" for name in LOOP_MEMBERS])
                report(codes.UNKNOWN_NAME, tag, word=path, mend=mend)
            if root in self._made or (root in one.loops and meant.partition(".")[0] not in roots):
                continue
            if root not in one.loops and root not in roots:
                self._report_unknown(tag, root, known, report)
            elif siblings := _siblings(meant, known):
                # As written here, with the loop's variable; a wrong table is reported at its loop.
                above = meant.removesuffix(path.removeprefix(root))
                here = [root + name.removeprefix(above) for name in siblings if name.startswith(above)]
                if here:
                    report(codes.UNKNOWN_NAME, tag, word=path, mend=suggestion(path, here))

    def check_set(self, known: frozenset[str], report: Report) -> None:
        """Reports names that a loop sets in vain, as they are as before behind it, and those that hide a fact."""
        outside, facts = set[str](), {name.partition(".")[0] for name in known}
        for tag, name, in_loop in self._set:
            if in_loop and name in outside:
                report(codes.SET_IN_LOOP, tag, name=name)
            elif name in facts:
                report(codes.SET_HIDES, tag, name=name)
            outside |= set() if in_loop else {name}

    def in_loops_over_rows(self) -> Iterator[tuple[Tag, Tag, bool]]:
        """The tags that use values in closed loops: the tag, the innermost loop, whether it uses a loop's value."""
        for one in self._used:
            openers = [self.variables[name] for name in one.loops if self.variables[name].scope == "tr"]
            if openers and openers[-1].number in self._closed:
                yield one.tag, openers[-1], one.root == "loop" or one.root in one.loops

    def check_calls(self, known: frozenset[str] | None, report: Report) -> None:
        """Reports calls of known names that are neither macros nor functions of layouts."""
        roots = None if known is None else {name.partition(".")[0] for name in known}
        for tag, name in self._called:
            if name not in self._made and (roots is None or name in roots):
                own = f"自己的函数写成过滤器，由 Layout.open 的 filters 给出：{{{{ 值 | {name} }}}}。"
                report(codes.FORBIDDEN, tag, word=f"{name}()", mend=_INSTEAD.get(name, own))

    def _report_unknown(self, tag: Tag, name: str, known: frozenset[str], report: Report) -> None:
        loop = self.variables.get(name)
        if loop is not None:
            place = (name, tag.place.rpartition(" 列 ")[0] or tag.place)
            if place in self._reported:
                return
            self._reported.add(place)
            report(codes.LOOP_NAME, tag, name=name, loop=loop.raw, loop_place=loop.place)
            return
        called = _INSTEAD.get(name) if any(name == one for _, one in self._called) else None
        report(codes.UNKNOWN_NAME, tag, word=name, mend=self.hints.get(name) or called or mend_name(name, known))


def _siblings(path: str, known: frozenset[str]) -> list[str]:
    """The known names beside the first unknown step of a path; empty if all steps are known or nothing is below."""
    steps = path.split(".")
    for count in range(2, len(steps) + 1):
        head, above = ".".join(steps[:count]), ".".join(steps[: count - 1]) + "."
        beside = sorted(name for name in known if name.startswith(above))
        if not beside or (head in known and not any(name.startswith(head + ".") for name in beside)):
            return []
        if not any(name == head or name.startswith(head + ".") for name in beside):
            return beside
    return []


def _paths(node: nodes.Node) -> Iterator[str]:
    """Every path ``a.b.c`` that is read, at full length."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in FUNCTIONS:
        for argument in (*node.args, *node.kwargs):
            yield from _paths(argument)
        return
    path = _path(node)
    if path:
        yield path
        return
    for child in node.iter_child_nodes():
        yield from _paths(child)


def _path(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name if node.ctx == "load" else ""
    if isinstance(node, nodes.Getattr):
        above = _path(node.node)
        return f"{above}.{node.attr}" if above else ""
    return ""


_STATEMENTS: Final = (*sorted(OPENERS), *sorted(f"end{word}" for word in OPENERS), "else", "elif", *sorted(CELL_WORDS))
_SCOPES: Final = {"p", "tr", "tc", "r"}
_TRANSPARENT: Final = {"block", "autoescape"}
_LONGEST: Final = 4_000
_ONLY: Final = "版式只能取值、判断、循环和套用过滤器。"
# Nearly all tags are a path with filters without arguments, which this matches faster than Jinja parses it.
_SIMPLE = re.compile(r"([^\W\d_]\w*(?:\.[^\W\d_]\w*)*)((?:\s*\|\s*[^\W\d_]\w*)*)")
_KEYWORDS = re.compile(r"\b(?:and|or|not|in|is|if|else|[Tt]rue|[Ff]alse|[Nn]one)\b")
_ALLOWED: Final[tuple[type[nodes.Node], ...]] = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.Assign, nodes.AssignBlock, nodes.Macro,
    nodes.CallBlock, nodes.FilterBlock, nodes.With, nodes.Name, nodes.NSRef, nodes.Const, nodes.Tuple, nodes.List,
    nodes.Dict, nodes.Pair, nodes.Keyword, nodes.Getattr, nodes.Getitem, nodes.Slice, nodes.Call, nodes.Filter,
    nodes.Test, nodes.CondExpr, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Neg, nodes.Pos,
    nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Concat,
)  # fmt: skip


def source_of(tag: Tag, environment: LayoutEnvironment, printer: str = "") -> str:
    """The tag in the delimiters of the environment, on a line of its own."""
    if tag.kind == "{{":
        body = f"({tag.body}) | {printer}" if printer else tag.body
        return f"{environment.variable_start_string}\n{body} {environment.variable_end_string}"
    word = tag.word.removeprefix("end")
    # No other template could override blocks, and all values are escaped anyway.
    body = tag.word.replace(word, "with") if word in _TRANSPARENT else tag.body
    return f"{environment.block_start_string}\n{body} {environment.block_end_string}"


def check_tag(tag: Tag, environment: LayoutEnvironment, report: Report, usage: Usage) -> None:
    """Reports bad syntax, unknown statements, filters and tests, and what the sandbox forbids."""
    if tag.kind == "{#":
        return
    usage.close(tag)
    why, mend = _general_fault(tag)
    if why:
        report(codes.SYNTAX, tag, why=why, mend=mend)
    elif tag.kind == "{%" and tag.word not in _STATEMENTS:
        _unknown_statement(tag, report)
        usage.recover(tag)
    elif path := _simple_path(tag, environment):
        usage.gather_path(tag, path)
    elif tree := _parsed(tag, environment, report, usage):
        usage.gather(tag, tree)
        _check_tree(tag, tree, environment, report, usage.hints)


def _parsed(tag: Tag, environment: LayoutEnvironment, report: Report, usage: Usage) -> nodes.Template | None:
    """The syntax tree of a tag; None where it has none, or has bad syntax, which is reported."""
    source = _as_template(tag, environment)
    try:
        return environment.parse(source) if source else None
    except TemplateSyntaxError as error:
        why = in_chinese(error) or "读不懂"
        # Jinja quotes the engine's own delimiters.
        why = "没有写完" if SENTINEL in why or why == "不应有「}」" else why
        report(codes.SYNTAX, tag, why=why, mend=mend_syntax(tag.word, tag.body))
        usage.recover(tag)
    except RecursionError:
        report(codes.SYNTAX, tag, why="括号套得太深", mend="把它写短些。")
    return None


def _simple_path(tag: Tag, environment: LayoutEnvironment) -> str:
    """The path of a tag that only prints a value through known filters; blank for other tags."""
    found = _SIMPLE.fullmatch(tag.body) if tag.kind == "{{" else None
    if found is None or _KEYWORDS.search(tag.body):
        return ""
    known = all(name.strip() in environment.filters for name in found[2].split("|")[1:])
    return found[1] if known else ""


def _general_fault(tag: Tag) -> tuple[str, str]:
    """Why a tag is wrong whatever its code, and how to mend it; blanks if it is not."""
    if tag.kind == "{{" and tag.scope in {"tr", "tc"}:
        return f"印值的标记没有 {tag.scope} 的写法", "写成 {{ }}、{{r }} 或 {{p }}。"
    if tag.word == "filter" and tag.scope:
        return "filter 块只能套在文字上", "写成 {% filter %}，开头和结尾在同一段里。"
    if not tag.body:
        return "里面是空的", "写上要印的值，或删去这个标记。"
    return (f"它超过 {_LONGEST} 个字", "把它拆成几个标记。") if len(tag.body) > _LONGEST else ("", "")


def _unknown_statement(tag: Tag, report: Report) -> None:
    word = tag.word or tag.body[:8]
    if word in _SCOPES:
        mend = f"「{word}」要紧跟在「{{%」之后，中间不能有空格：{{%{word} {tag.rest} %}}。"
    elif joined := _JOINED_SCOPE.fullmatch(word):
        mend = f"「{joined[1]}」后面要有空格：{{%{joined[1]} {joined[2]} {tag.rest} %}}。"
    elif tag.body[0] in "–—－−":
        mend = f"「{tag.body[:1]}」写成半角的「-」。"
    else:
        near = nearest(word.lower(), _STATEMENTS)
        mend = suggestion(word.lower(), _STATEMENTS) if near else "可用的语句有 if、for、set 等。"
    report(codes.UNKNOWN_STATEMENT, tag, word=word, mend=mend)


def _as_template(tag: Tag, environment: LayoutEnvironment) -> str:
    """The tag as a whole template, with the blocks that it needs around it."""
    start, end = environment.block_start_string, environment.block_end_string
    text, word = source_of(tag, environment), tag.word
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


def _check_tree(
    tag: Tag, tree: nodes.Template, environment: LayoutEnvironment, report: Report, hints: Mapping[str, str]
) -> None:
    """Reports unknown filters and tests, wrong calls of functions, and what tags may not do."""
    for node in tree.find_all((nodes.Filter, nodes.Test)):
        if isinstance(node, nodes.Filter) and node.name not in environment.filters:
            # Printing filters, with Chinese names, are likelier to be meant than Jinja's.
            known = sorted((one for one in environment.filters if one[0] != "_"), key=lambda one: (one.isascii(), one))
            mend = hints.get(node.name) or _INSTEAD.get(node.name) or suggestion(node.name, known)
            report(codes.UNKNOWN_FILTER, tag, word=node.name, mend=mend)
        elif isinstance(node, nodes.Test) and node.name not in environment.tests:
            report(codes.UNKNOWN_TEST, tag, word=node.name, mend=suggestion(node.name, environment.tests))
    for call in tree.find_all(nodes.Call):
        why, mend = complaint(call)
        if why:
            report(codes.SYNTAX, tag, why=why, mend=mend)
    # What Jinja allows and tags do not, each with what to write instead.
    forbidden: list[tuple[str, str]] = []
    for found, private in refused(tree, _ALLOWED):
        is_power = isinstance(found, nodes.Pow) and not private
        forbidden.append(("**", _FROM_DATA) if is_power else (private or type(found).__name__.lower(), ""))
    methods = [call.node for call in tree.find_all(nodes.Call) if isinstance(call.node, nodes.Getattr)]
    named = [one.attr for one in methods if _path(one) not in {"loop.cycle", "loop.changed"}]
    forbidden += [(f".{name}()", _INSTEAD.get(name, "")) for name in named]
    remainders = [one for one in tree.find_all(nodes.Mod) if isinstance(getattr(one.left, "value", None), str)]
    forbidden += [("%", _NUMBERS)] if remainders else []
    for word, mend in dict.fromkeys(forbidden):
        report(codes.FORBIDDEN, tag, word=word, mend=mend or _ONLY)
