"""What template maintainers need besides rendering: checks, starts, previews, lists of names, test cases."""

from generator.authoring.cases import CaseResult, CaseRun, run_all_cases, run_cases
from generator.authoring.creating import create_template, templates_folder
from generator.authoring.generated import write_generated
from generator.authoring.inspection import check_template
from generator.authoring.listing import NameLine, TemplateLine, list_names, list_templates
from generator.authoring.preview import Preview, preview
from generator.authoring.watching import files_below, saves

__all__ = [
    "CaseResult",
    "CaseRun",
    "NameLine",
    "Preview",
    "TemplateLine",
    "check_template",
    "create_template",
    "files_below",
    "list_names",
    "list_templates",
    "preview",
    "run_all_cases",
    "run_cases",
    "saves",
    "templates_folder",
    "write_generated",
]
