"""A Submission and its Scorecard to a Report: every text written out, every name that a layout can print."""

from generator.narrating.gaps import Gaps
from generator.narrating.narrate import check_references, narrate
from generator.narrating.report import Report
from generator.narrating.writing import Writer

__all__ = ["Gaps", "Report", "Writer", "check_references", "narrate"]
