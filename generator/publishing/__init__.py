"""Bytes to a file: a name that every system accepts, written whole or not at all."""

from generator.publishing.names import DRAFT_MARK, is_of_other_kind, refuse_draft_name, safe_name, target_of
from generator.publishing.write import write_new, write_stream, write_whole

__all__ = [
    "DRAFT_MARK",
    "is_of_other_kind",
    "refuse_draft_name",
    "safe_name",
    "target_of",
    "write_new",
    "write_stream",
    "write_whole",
]
