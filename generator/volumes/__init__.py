"""Many reports in one Word file (汇编): cover, contents list, ranking, then every report on an odd page of its own.

inputs ─run(make_chapter)─▶ outcomes ─chapters_of─▶ Chapter… ─bind─▶ Bound ─write_volume─▶ files
"""

from generator.volumes.binding import Bound, bind
from generator.volumes.chapter import Chapter, ChapterOutcome, make_chapter
from generator.volumes.ranking import Group, Place, rank
from generator.volumes.writing import Written, chapters_of, write_volume

__all__ = [
    "Bound",
    "Chapter",
    "ChapterOutcome",
    "Group",
    "Place",
    "Written",
    "bind",
    "chapters_of",
    "make_chapter",
    "rank",
    "write_volume",
]
