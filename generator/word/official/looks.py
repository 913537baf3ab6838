"""How text looks once all is counted together: its own format, its styles' and the document's defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from generator.word import names
from generator.word.names import own, w

if TYPE_CHECKING:
    from generator.word.names import Tree


_CHINESE_FONT = re.compile(r"[\u4e00-\u9fff]|fangsong|kaiti|simsun|simhei|yahei", re.IGNORECASE)
_DEEPEST = 20


class Look(Struct, frozen=True):
    """How a paragraph looks.

    Attributes:
        font: The font of its Chinese characters; empty where none is named.
        half_points: The size of its type.
        outline: Its outline level, 1 for the first; 0 for text.
        align: ``center``, ``both`` ….
        indent: The indent of its first line, in hundredths of a character.
    """

    font: str
    half_points: int
    outline: int
    align: str
    indent: int


class StyleSheet:
    """The styles of a document.

    Args:
        root: The tree of ``word/styles.xml``; None where there is none.
    """

    def __init__(self, root: Tree | None) -> None:
        styles = list(root.iterfind(w("style"))) if root is not None else []
        self._styles = {str(style.get(w("styleId"))): style for style in styles}
        defaults = (style for style in styles if style.get(w("default")) in {"1", "true"})
        ids = (str(style.get(w("styleId"))) for style in defaults if style.get(w("type")) == "paragraph")
        self._default = next(ids, "")
        self._run_defaults = root.find(f".//{w('rPrDefault')}/{w('rPr')}") if root is not None else None
        self._paragraph_defaults = root.find(f".//{w('pPrDefault')}/{w('pPr')}") if root is not None else None

    def id_of(self, paragraph: Tree) -> str:
        """The style of a paragraph."""
        return _value(paragraph.find(names.P_PR), "pStyle") or self._default

    def name(self, style_id: str) -> str:
        """The name of a style, as Word lists it."""
        return _value(self._styles.get(style_id), "name") or style_id or "正文"

    def font(self, style_id: str) -> str:
        """The Chinese font that a style names, or inherits; empty where none is named."""
        return _font([*self._layers(style_id, "rPr"), self._run_defaults])

    def western_only(self, style_id: str) -> str:
        """A Chinese font that the style itself sets for Western letters alone."""
        style = self._styles.get(style_id)
        return western_only(style.find(names.R_PR) if style is not None else None)

    def look(self, paragraph: Tree) -> Look:
        """How a paragraph looks; of its runs the first with text speaks for all."""
        style_id, p_pr = self.id_of(paragraph), paragraph.find(names.P_PR)
        run = next((run for run in paragraph.iter(names.R) if "".join(_texts(run)).strip()), None)
        r_pr = run.find(names.R_PR) if run is not None else None
        run_layers = [r_pr, *self._layers(_value(r_pr, "rStyle"), "rPr")]
        run_layers += [*self._layers(style_id, "rPr"), self._run_defaults]
        layers = [p_pr, *self._layers(style_id, "pPr"), self._paragraph_defaults]
        half_points = number(_first(run_layers, "sz") or "20")
        return Look(
            font=_font(run_layers),
            half_points=half_points,
            outline=(number(_first(layers, "outlineLvl") or "9") + 1) % 10,
            align=_first(layers, "jc"),
            indent=_indent(layers, half_points),
        )

    def _layers(self, style_id: str, part: str) -> list[Tree | None]:
        """The formats that a style adds up to, the nearest first."""
        found: list[Tree | None] = []
        while style_id in self._styles and len(found) < _DEEPEST:
            found.append(self._styles[style_id].find(w(part)))
            style_id = _value(self._styles[style_id], "basedOn")
        return found


def western_only(r_pr: Tree | None) -> str:
    """A Chinese font that a format sets for Western letters while it sets none for Chinese characters."""
    fonts = r_pr.find(w("rFonts")) if r_pr is not None else None
    if fonts is None or fonts.get(w("eastAsia")) or fonts.get(w("eastAsiaTheme")):
        return ""
    font = str(fonts.get(w("ascii")) or fonts.get(w("hAnsi")) or "")
    return font if _CHINESE_FONT.search(font) else ""


def number(value: object) -> int:
    """A measure; 0 for one that is no whole number, and for none."""
    text = str(value)
    return int(text) if re.fullmatch(r"-?\d{1,9}", text) else 0


def text_of_paragraph(paragraph: Tree) -> str:
    """The text of a paragraph, tags and all, without that of its text boxes."""
    return "".join(piece.text or "" for piece in own(paragraph) if piece.tag == names.T)


def _texts(run: Tree) -> Iterator[str]:
    return (piece.text or "" for piece in run.iterfind(names.T))


def _value(parent: Tree | None, child: str) -> str:
    found = parent.find(w(child)) if parent is not None else None
    return str(found.get(w("val")) or "") if found is not None else ""


def _first(layers: list[Tree | None], child: str) -> str:
    return next((value for layer in layers if (value := _value(layer, child))), "")


def _font(layers: list[Tree | None]) -> str:
    for layer in layers:
        fonts = layer.find(w("rFonts")) if layer is not None else None
        if fonts is not None and fonts.get(w("eastAsiaTheme")):
            return ""  # the theme's font, which is another one on another computer
        if fonts is not None and fonts.get(w("eastAsia")):
            return str(fonts.get(w("eastAsia")))
    return ""


def _indent(layers: list[Tree | None], half_points: int) -> int:
    """The indent of the first line in hundredths of a character; where it is stated in twips, about."""
    for layer in layers:
        indent = layer.find(w("ind")) if layer is not None else None
        if indent is None:
            continue
        for name, sign in (("firstLineChars", 1), ("hangingChars", -1)):
            if indent.get(w(name)) is not None:
                return sign * number(indent.get(w(name)))
        for name, sign in (("firstLine", 1), ("hanging", -1)):
            if indent.get(w(name)) is not None:
                return sign * number(indent.get(w(name))) * 10 // max(half_points, 1)
    return 0
