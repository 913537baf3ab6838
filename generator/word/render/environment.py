"""The Jinja environment of layouts: sandboxed, strict, with an allow-list of filters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from jinja2 import StrictUndefined
from jinja2 import tests as stock_tests
from jinja2.runtime import ChainableUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from generator.base.sandbox import Budget, Sandbox
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


class LayoutEnvironment(Sandbox):
    """Jinja for one layout.

    Args:
        filters: The caller's filters, added to the built-in ones or in place of them.
        chainable: Whether undefined values print as nothing instead of stopping the render.
    """

    intercepted_binops = frozenset({"+", "-", "*", "/", "//", "%"})
    # What a macro or a block printed must not be escaped a second time.
    concat = staticmethod(lambda parts: Printed("".join(parts)))
    loop_members = _LOOP

    def __init__(self, filters: Mapping[str, Callable[..., Any]], *, chainable: bool) -> None:
        super().__init__(
            all_filters(filters, lenient=chainable),
            finalize,
            tests=cast("dict[str, Callable[..., Any]]", {name: stock_tests.TESTS[name] for name in _TESTS}),
            functions={"range": small_range, "namespace": Namespace, **FUNCTIONS},
            block_start_string=f"{SENTINEL}%",
            block_end_string=f"%{SENTINEL}",
            variable_start_string=f"{SENTINEL}{{",
            variable_end_string=f"}}{SENTINEL}",
            comment_start_string=f"{SENTINEL}#",
            comment_end_string=f"#{SENTINEL}",
            keep_trailing_newline=True,
            undefined=ChainableUndefined if chainable else StrictUndefined,
        )

    def budget(self) -> Budget:
        """The budget of the render that is running."""
        return STATE.get()

    def attribute_of(self, value: Any, name: str) -> Any:
        """Allows public attributes of the caller's values too, such as the year of a date."""
        return ImmutableSandboxedEnvironment.getattr(self, value, name)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805
        """Calls a macro or a function of layouts; returns what a macro printed as a value."""
        result = super().call(__context, __obj, *args, **kwargs)
        return kept(result) if type(result) is Printed else result

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        """Arithmetic that stays exact and small."""
        if isinstance(left, Undefined) or isinstance(right, Undefined):
            return super().call_binop(context, operator, left, right)
        return combined(operator, left, right)
