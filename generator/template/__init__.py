"""templates/<name>/ to a Template: what is filled in, what is scored, what is checked, how it is printed."""

from generator.template.folder import find_template, known_templates, template_places
from generator.template.load import load_template, named_template
from generator.template.model import (
    Band,
    CheckRule,
    Field,
    Indicator,
    Item,
    Narratives,
    RequiredEvidence,
    Scoring,
    Switch,
    Template,
    walk_fields,
)

__all__ = [
    "Band",
    "CheckRule",
    "Field",
    "Indicator",
    "Item",
    "Narratives",
    "RequiredEvidence",
    "Scoring",
    "Switch",
    "Template",
    "find_template",
    "known_templates",
    "load_template",
    "named_template",
    "template_places",
    "walk_fields",
]
