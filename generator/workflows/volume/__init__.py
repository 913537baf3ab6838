"""Many reports in one Word file (汇编): cover, contents list, ranking, then every report on an odd page of its own.

inputs ─run(make_chapter)─▶ outcomes ─chapters_of─▶ Chapter… ─bind─▶ Bound ─write_volume─▶ files
"""

from generator.workflows.volume.bind import Bound, bind
from generator.workflows.volume.chapters import Chapter, ChapterOutcome, Group, Place, make_chapter, rank
from generator.workflows.volume.write import Written, chapters_of, write_volume

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
