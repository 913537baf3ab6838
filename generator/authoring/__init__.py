"""What template maintainers need besides rendering: checks, starts, previews, lists of names, test cases."""

from generator.authoring.cases import CaseResult, run_cases
from generator.authoring.creating import create_template, templates_folder
from generator.authoring.inspection import check_template, write_schema
from generator.authoring.listing import NameLine, list_names
from generator.authoring.preview import Preview, preview
from generator.authoring.watching import files_below, saves

__all__ = [
    "CaseResult",
    "NameLine",
    "Preview",
    "check_template",
    "create_template",
    "files_below",
    "list_names",
    "preview",
    "run_cases",
    "saves",
    "templates_folder",
    "write_schema",
]
