"""Word layouts: compiled once, rendered many times. It knows nothing of bureaus or scores and renders any mapping.

    layout = Layout.open("封面.docx")
    data = layout.render({"部门": {"名称": "…"}})

``Picture``, ``RichText``, ``Listing`` and ``SubDocument`` are values that bring a format of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generator.word.layout import Layout

if TYPE_CHECKING:
    from generator.word.subdocuments import SubDocument
    from generator.word.values import Listing, Picture, RichText

__all__ = ["Layout", "Listing", "Picture", "RichText", "SubDocument"]


def __getattr__(name: str) -> Any:
    """The values, imported when asked for: they need Jinja or lxml, which a look at this package must not cost."""
    if name == "SubDocument":
        from generator.word.subdocuments import SubDocument  # noqa: PLC0415

        return SubDocument
    if name in __all__:
        from generator.word import values  # noqa: PLC0415

        return getattr(values, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
