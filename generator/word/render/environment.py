"""The Jinja environment that layouts run in: sandboxed, strict, with a short list of filters, fast on plain data."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from jinja2 import StrictUndefined, nodes
from jinja2 import tests as stock_tests
from jinja2.compiler import CodeGenerator
from jinja2.runtime import ChainableUndefined, LoopContext, Macro, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from generator.word.names import SENTINEL
from generator.word.render.filters import FUNCTIONS, all_filters
from generator.word.render.limits import combined, kept, small_range
from generator.word.render.state import STATE
from generator.word.render.values import Printed, finalize

if TYPE_CHECKING:
    from jinja2.runtime import Context


_LOOP: Final = frozenset((
    "index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0", "previtem",
    "nextitem", "cycle", "changed",
))  # fmt: skip
_TESTS: Final = (
    "boolean", "defined", "divisibleby", "eq", "equalto", "==", "even", "false", "float", "ge", ">=", "greaterthan",
    "gt", ">", "in", "integer", "iterable", "le", "<=", "lessthan", "lower", "lt", "<", "mapping", "ne", "!=", "none",
    "number", "odd", "sequence", "string", "true", "undefined", "upper",
)  # fmt: skip


def join_printed(parts: Iterable[str]) -> Printed:
    """What a macro or a block printed, marked so that it is not escaped a second time."""
    return Printed("".join(parts))


class _Generator(CodeGenerator):
    """Writes what Jinja writes, less two things.

    Filters are not run while a layout is compiled, where no limit watches them; and what ``finalize`` gives is text
    already and needs no ``str()``.
    """

    def _output_child_to_const(self, node: nodes.Expr, frame: Any, finalize: Any) -> str:
        if not isinstance(node, nodes.TemplateData | nodes.Const):
            raise nodes.Impossible
        return super()._output_child_to_const(node, frame, finalize)

    def _output_child_pre(self, node: nodes.Expr, frame: Any, finalize: Any) -> None:  # noqa: ARG002 - Jinja's signature
        self.write("(environment.finalize(")


class LayoutEnvironment(ImmutableSandboxedEnvironment):
    """Jinja for one layout.

    Args:
        filters: The caller's filters, added to the built-in ones or in place of them.
        chainable: Whether undefined values print as nothing instead of stopping the render.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})
    concat = staticmethod(join_printed)
    code_generator_class = _Generator

    def __init__(self, filters: Mapping[str, Callable[..., Any]], *, chainable: bool) -> None:
        super().__init__(
            block_start_string=f"{SENTINEL}%",
            block_end_string=f"%{SENTINEL}",
            variable_start_string=f"{SENTINEL}{{",
            variable_end_string=f"}}{SENTINEL}",
            comment_start_string=f"{SENTINEL}#",
            comment_end_string=f"#{SENTINEL}",
            keep_trailing_newline=True,
            undefined=ChainableUndefined if chainable else StrictUndefined,
            finalize=finalize,
            autoescape=False,
            optimized=False,
            cache_size=0,
        )
        self.filters = all_filters(filters, lenient=chainable)
        self.tests = {name: stock_tests.TESTS[name] for name in _TESTS}
        self.globals = {"range": small_range, "namespace": Namespace, **FUNCTIONS}

    def getattr(self, obj: Any, attribute: str) -> Any:
        """``obj.attribute``: the data of plain mappings first, and no more questions asked there.

        Names that begin with an underscore were refused when the layout was compiled.
        """
        kind = type(obj)
        if kind is dict:
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        if kind is LoopContext:
            return getattr(obj, attribute, None) if attribute in _LOOP else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, Mapping) and attribute in obj:
            return obj[attribute]
        return super().getattr(obj, attribute)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Calls a macro or a function of layouts, and counts it."""
        STATE.get().call()
        result = super().call(__context, __obj, *args, **kwargs)
        return kept(result) if type(result) is Printed else result

    def is_safe_callable(self, obj: Any) -> bool:
        """Only macros, the functions of layouts and what a loop offers; no method of a value."""
        if isinstance(obj, Macro | LoopContext | Undefined):
            return True
        return isinstance(getattr(obj, "__self__", None), LoopContext) or any(
            obj is known for known in self.globals.values()
        )

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic that stays exact and small; see ``arithmetic``."""
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            return super().call_binop(context, operator, left, right)
        return combined(operator, left, right)
