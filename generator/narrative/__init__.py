"""A Submission and its Scorecard to a Report: every text written out, every name that a layout can print."""

from generator.narrative.content import Placeholders, Report
from generator.narrative.narrate import check_references, narrate
from generator.narrative.text import Writer

__all__ = ["Placeholders", "Report", "Writer", "check_references", "narrate"]
