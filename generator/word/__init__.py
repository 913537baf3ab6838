"""Word layouts: compiled once, rendered many times. It knows nothing of bureaus or scores and renders any mapping.

    layout = Layout.open("封面.docx")
    data = layout.render({"部门": {"名称": "…"}})

Pictures (``generator.base.files``) and Word files (``generator.base.files``) are values that print as such.
"""

from generator.word.layout import Layout

__all__ = ["Layout"]
