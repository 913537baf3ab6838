"""A located tree and a template's fields to a Submission: every fact typed, with its place."""

from generator.submission.accept import accept, blank_record
from generator.submission.digests import with_evidence
from generator.submission.evidence import INCOMPLETE
from generator.submission.listing import Listed, list_evidence
from generator.submission.model import Attachment, Entry, Evidence, Fact, ItemEntry, Record, Submission, Table
from generator.submission.walking import facts_by_path, walk_facts

__all__ = [
    "INCOMPLETE",
    "Attachment",
    "Entry",
    "Evidence",
    "Fact",
    "ItemEntry",
    "Listed",
    "Record",
    "Submission",
    "Table",
    "accept",
    "blank_record",
    "facts_by_path",
    "list_evidence",
    "walk_facts",
    "with_evidence",
]
