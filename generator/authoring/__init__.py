"""What template maintainers need besides rendering: checks, starts, previews, lists of names, test cases."""

from generator.authoring.cases import CaseResult, CaseRun, run_all_cases, run_cases
from generator.authoring.check import check_template
from generator.authoring.examples import write_generated
from generator.authoring.new import create_template, templates_folder
from generator.authoring.preview import Preview, files_below, preview, saves
from generator.template.load import TemplateLine, list_templates

__all__ = [
    "CaseResult",
    "CaseRun",
    "Preview",
    "TemplateLine",
    "check_template",
    "create_template",
    "files_below",
    "list_templates",
    "preview",
    "run_all_cases",
    "run_cases",
    "saves",
    "templates_folder",
    "write_generated",
]
