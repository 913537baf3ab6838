"""Word layouts: compiled once, rendered many times. It knows nothing of bureaus or scores and renders any mapping.

    layout = Layout.open("封面.docx")
    data = layout.render({"部门": {"名称": "…"}})

``SubDocument`` is a value with a format of its own; so are pictures (``generator.base.picture``).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from generator.word.layout import Layout

if TYPE_CHECKING:
    from generator.word.running.subdocuments import SubDocument

__all__ = ["Layout", "SubDocument"]

_HOMES: Final = {
    "SubDocument": "running.subdocuments",
}


def __getattr__(name: str) -> Any:
    """The values, imported when asked for: they need Jinja or lxml, which a look at this package must not cost."""
    if name in _HOMES:
        return getattr(import_module(f"generator.word.{_HOMES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
