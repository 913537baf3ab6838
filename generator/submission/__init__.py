"""A located tree and a template's fields to a Submission: every fact typed, with its place."""

from generator.submission.accept import accept
from generator.submission.model import Attachment, Entry, Fact, ItemEntry, Record, Submission, Table
from generator.submission.walking import facts_by_path, walk_facts

__all__ = [
    "Attachment",
    "Entry",
    "Fact",
    "ItemEntry",
    "Record",
    "Submission",
    "Table",
    "accept",
    "facts_by_path",
    "walk_facts",
]
