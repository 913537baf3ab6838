"""A Submission and its Scorecard to a Report: every text written out, every name that a layout can print."""

from generator.narrating.narrate import check_references, narrate
from generator.narrating.placeholders import Placeholders
from generator.narrating.report import Report
from generator.narrating.writing import Writer

__all__ = ["Placeholders", "Report", "Writer", "check_references", "narrate"]
