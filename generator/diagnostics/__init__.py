"""Places, findings and how they are printed: the words in which every stage speaks to people."""

from generator.diagnostics.finding import Code, Finding, Severity, all_codes, has_errors, in_order
from generator.diagnostics.nearest import nearest, suggestion
from generator.diagnostics.printing import findings_as_json, findings_as_text
from generator.diagnostics.reasons import why_not
from generator.diagnostics.span import Span, shown_path

__all__ = [
    "Code",
    "Finding",
    "Severity",
    "Span",
    "all_codes",
    "findings_as_json",
    "findings_as_text",
    "has_errors",
    "in_order",
    "nearest",
    "shown_path",
    "suggestion",
    "why_not",
]
