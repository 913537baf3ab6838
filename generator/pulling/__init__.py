"""Edits that were made in Word, written back to the input they are of.

    edited .docx ─read─▶ ReadBack ┐
    input ─print, read─▶ ReadBack ┴─compare─▶ Comparison ─observe─▶ Observed… ─decide─▶ Plan ─write─▶ input

planning    the whole way, up to the Plan that people see before anything is written
"""

from generator.pulling.edits import Edit
from generator.pulling.planning import Plan, plan, write

__all__ = ["Edit", "Plan", "plan", "write"]
