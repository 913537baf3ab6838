"""Values that bring their own markup, such as pictures. Only the engine writes XML."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from generator.word.names import SENTINEL
from generator.word.running.rendering import STATE
from generator.word.running.wording import UnprintableError, attribute, plain_text

if TYPE_CHECKING:
    from generator.base.document import Document
    from generator.base.picture import Picture

__all__ = ["BlockValue", "DocumentBlock", "PictureRun", "RunValue", "TextValue", "checked_address"]

_ADDRESS = re.compile(r"(https?://|mailto:)[^\s\"<>]+$", re.IGNORECASE)
_SIGNS: Final = "%/:?#[]@!$&'()*+,;=~"


class RunValue(ABC):
    """A value that prints as runs inside a paragraph."""

    __slots__ = ()

    @abstractmethod
    def runs_xml(self, style: str) -> str:
        """Its runs; ``style`` is the ``w:rPr`` of the placeholder."""


class BlockValue(ABC):
    """A value that prints as paragraphs (``{{p x }}``)."""

    __slots__ = ()

    @abstractmethod
    def block_xml(self, paragraph: str, style: str) -> str:
        """Its paragraphs; the placeholder's ``w:pPr`` and ``w:rPr`` are given."""


class TextValue(ABC):
    """A value that prints inside a run's text, in its format."""

    __slots__ = ()

    @abstractmethod
    def text_xml(self) -> str:
        """What stands in the text."""


class PictureRun(RunValue):
    """A picture of the filing, set in the line, for ``{{ x }}`` or ``{{r x }}``."""

    __slots__ = ("_picture",)

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def runs_xml(self, style: str) -> str:
        """One run with the drawing."""
        state, picture = STATE.get(), self._picture
        relation, number = state.picture(picture.data, picture.image.extension), next(state.drawings)
        wide, high = picture.extent()
        words = attribute(picture.description)
        drawing = _DRAWING.format(relation=relation, number=number, wide=wide, high=high, words=words)
        return f"<w:r>{style}{drawing}</w:r>"


class DocumentBlock(BlockValue):
    """A Word file of the filing, for ``{{p x }}``; a sign holds its place until the report is printed."""

    __slots__ = ("_document",)

    def __init__(self, document: Document) -> None:
        self._document = document

    def block_xml(self, paragraph: str, style: str) -> str:
        """A paragraph with the sign."""
        state = STATE.get()
        if state.part != state.sheet.body:
            raise UnprintableError("Word 文件只能放在正文里", "把标记移出页眉、页脚和注释。")
        if self._document.opened is False:
            # A draft is printed all the same.
            said = plain_text(f"（文档「{self._document}」不能用）")
            return f"<w:p>{paragraph}<w:r>{style}<w:t>{said}</w:t></w:r></w:p>"
        state.documents.append(self._document)
        return f"<w:p><w:r><w:t>{SENTINEL}{len(state.documents)}</w:t></w:r></w:p>"


def checked_address(address: object) -> str:
    """A web address that a link may lead to; signs that an address cannot have are written as ``%…``.

    Raises:
        UnprintableError: It is none.
    """
    text = quote(str(address).strip(), safe=_SIGNS)
    if not _ADDRESS.match(text):
        raise UnprintableError(f"「{address}」不是网址", "超链接只能是 http、https 或 mailto 地址。")
    return text


_DRAWING: Final = (
    '<w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" distT="0" '
    'distB="0" distL="0" distR="0"><wp:extent cx="{wide}" cy="{high}"/><wp:docPr id="{number}" name="图片 {number}" '
    'descr="{words}"/><wp:cNvGraphicFramePr><a:graphicFrameLocks '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" noChangeAspect="1"/></wp:cNvGraphicFramePr>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
    '<pic:cNvPr id="{number}" name="图片 {number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
    '<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:embed="{relation}"/>'
    '<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing>"
)
