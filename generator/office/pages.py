"""The pages on which bookmarks stand, as a PDF tells that was made as a book."""

from __future__ import annotations

import re

from generator.patterns import regex

__all__ = ["pages_of"]

_TREE = regex(rb"/Type/Pages\b.*?/Kids\[([^\]]*)\]", re.DOTALL)
_REFERENCE = regex(rb"(\d+) 0 R")
_CATALOGUE = regex(rb"/Type/Catalog\b[^>]*?/Dests (\d+) 0 R")
_DESTINATION = regex(rb"/(\w+)\[(\d+) 0 R")


def pages_of(pdf: bytes) -> dict[str, int]:
    """The page of each bookmark whose name is letters and digits, counted from 1; none where the PDF does not tell."""
    tree, catalogue = _TREE.search(pdf), _CATALOGUE.search(pdf)
    if tree is None or catalogue is None:
        return {}
    pages = {key: number for number, key in enumerate(_REFERENCE.findall(tree[1]), 1)}
    start = pdf.find(b"\n%s 0 obj" % catalogue[1])
    listed = pdf[start : pdf.find(b"endobj", start)] if start >= 0 else b""
    return {name.decode(): pages[key] for name, key in _DESTINATION.findall(listed) if key in pages}
