"""Two printed documents to one: the newer, with the changes against the older tracked.

documents ─settle─▶ sides ─blocks, paragraphs, tables, notes─▶ pen ─▶ .docx with w:ins and w:del

``pair`` holds the two sides while they are merged, ``atoms`` are the smallest pieces of a paragraph that are compared,
``pen`` writes the marks, ``ends`` keeps the last paragraphs of containers whole, ``carrying`` and ``identity`` bring
along what the older document refers to.
"""

from generator.word.redline.redlining import Redline, redline

__all__ = ["Redline", "redline"]
