"""Trees of WordprocessingML: read from a part, and made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from lxml import etree

from generator.word.names import WORD

if TYPE_CHECKING:
    from generator.word.names import Tree

__all__ = ["drop", "make", "parse_xml"]


def parse_xml(data: bytes) -> Tree:
    """The tree of a part. Entities, external files and comments are left alone.

    Raises:
        ValueError: It is not well-formed, or declares a document type.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_pis=True, remove_comments=True
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error.msg)) from error
    if cast("Any", root.getroottree().docinfo).doctype:
        raise ValueError("含有文档类型声明")
    return root


def make(tag: str) -> Tree:
    """An empty element; its prefix is the one that the parts declare."""
    return etree.Element(tag, nsmap={"w": WORD[1:-1]})


def drop(element: Tree) -> None:
    """Takes an element out of its tree; the text behind it stays."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
