"""Comparing: two inputs, files or revisions of one, to everything that differs between them.

argument ─open_side─▶ Side ┐
argument ─open_side─▶ Side ┴─compare─▶ Comparison ─showing, as_data─▶ text, JSON
                                └─redline_of─▶ .docx with tracked changes
"""

from generator.comparing.as_data import as_data
from generator.comparing.compare import compare
from generator.comparing.model import Comparison
from generator.comparing.revision import find_revision
from generator.comparing.showing import as_text
from generator.comparing.side import Side, open_side
from generator.comparing.tracked import AUTHOR, redline_of

__all__ = [
    "AUTHOR",
    "Comparison",
    "Side",
    "as_data",
    "as_text",
    "compare",
    "find_revision",
    "open_side",
    "redline_of",
]
