"""What template maintainers need besides rendering: lists of names, test cases, text of layouts."""

from generator.authoring.cases import CaseResult, run_cases
from generator.authoring.listing import NameLine, list_names

__all__ = ["CaseResult", "NameLine", "list_names", "run_cases"]
