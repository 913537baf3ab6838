"""Drafts: the report of an input that is not finished, for those who are still at it.

    input file ─assess_draft─▶ Assessment with gaps ─print_draft─▶ .docx bytes ─render_draft─▶ …（草稿）.docx

What is missing stands in it as 【待填：…】 or 【待算：…】, what was found as comments; it can never be taken for the
report itself, by its name, its pages or its properties.
"""

from generator.drafting.assess import assess_draft, assess_draft_source
from generator.drafting.render import compose_draft, prepare_draft, print_draft, render_draft

__all__ = ["assess_draft", "assess_draft_source", "compose_draft", "prepare_draft", "print_draft", "render_draft"]
