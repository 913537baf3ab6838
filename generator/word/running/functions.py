"""What tags can call besides filters: charts, captions, references to them, a contents list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from jinja2 import nodes, pass_environment
from msgspec import Struct

from generator.base.diagnostics import suggestion
from generator.word.running.charts import Chart
from generator.word.running.marks import Caption, Contents, Reference
from generator.word.running.wording import UnprintableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import Environment

__all__ = ["FUNCTIONS", "complaint", "named_in"]


class _Function(Struct, frozen=True):
    """What a tag can call: its parameters by the names that tags use, the first ``needed`` of them without defaults."""

    make: Callable[..., Any]
    parameters: dict[str, str]
    needed: int


_KNOWN: Final = {
    "柱形图": _Function(
        Chart,
        {
            "数据": "rows",
            "类别": "category",
            "数值": "values",
            "标题": "title",
            "宽": "width",
            "高": "height",
            "横向": "flat",
            "形式": "form",
            "说明": "description",
        },
        3,
    ),
    "题注": _Function(Caption, {"名称": "name", "标签": "label", "按章": "by_chapter"}, 1),
    "见": _Function(Reference, {"名称": "name"}, 1),
    "目录": _Function(Contents, {"级": "levels", "页码": "pages"}, 0),
}


def complaint(call: nodes.Call) -> tuple[str, str]:
    """What is wrong with the arguments of a call, and how to mend it; two blanks if nothing is."""
    function = _called(call)
    if function is None or call.dyn_args is not None or call.dyn_kwargs is not None:
        return "", ""
    return _wrong(str(getattr(call.node, "name", "")), len(call.args), [named.key for named in call.kwargs])


def named_in(call: nodes.Call) -> tuple[str, str | None] | None:
    """The function and the name of the caption that a call writes or refers to; the name is None if it is computed."""
    function = _called(call)
    if function is None:
        return None
    given = [*call.args, *(named.value for named in call.kwargs if named.key == "名称")][:1]
    constant = given[0].value if given and isinstance(given[0], nodes.Const) else None
    return str(getattr(call.node, "name", "")), constant if isinstance(constant, str) else None


def _called(call: nodes.Call) -> _Function | None:
    return _KNOWN.get(call.node.name) if isinstance(call.node, nodes.Name) else None


def _wrong(name: str, places: int, named: list[str]) -> tuple[str, str]:
    function = _KNOWN[name]
    for word in named:
        if word not in function.parameters:
            return f"「{name}」没有「{word}」这一项", suggestion(word, function.parameters)
    given = [*list(function.parameters)[:places], *named]
    if places > len(function.parameters) or len(set(given)) < len(given):
        return f"「{name}」的括号里写多了", f"它有：{'、'.join(function.parameters)}。"
    absent = [word for word in list(function.parameters)[: function.needed] if word not in given]
    if absent:
        return (
            f"「{name}」没有写「{'」「'.join(absent)}」",
            f"它要有：{'、'.join(list(function.parameters)[: function.needed])}。",
        )
    return "", ""


def _caller(name: str) -> Callable[..., Any]:
    function = _KNOWN[name]

    @pass_environment
    def call(environment: Environment, *arguments: Any, **named: Any) -> Any:
        why, mend = _wrong(name, len(arguments), list(named))
        if why:
            raise UnprintableError(why, mend)
        words = dict(zip(function.parameters.values(), arguments, strict=False))
        words |= {function.parameters[word]: value for word, value in named.items()}
        return function.make(**words, **({"filters": environment.filters} if name == "柱形图" else {}))

    return call


FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {name: _caller(name) for name in _KNOWN}
"""By the name that tags use."""
