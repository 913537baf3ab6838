"""The expression language of templates: parse once, evaluate exactly, leave a trace."""

from generator.formula.evaluate import evaluate
from generator.formula.functions import FUNCTIONS
from generator.formula.nodes import Expression, names_in
from generator.formula.parser import parse
from generator.formula.trace import Rows, Trace, walk
from generator.formula.values import FormulaFault, Scope, Value, figure_of, shown

__all__ = [
    "FUNCTIONS",
    "Expression",
    "FormulaFault",
    "Rows",
    "Scope",
    "Trace",
    "Value",
    "evaluate",
    "figure_of",
    "names_in",
    "parse",
    "shown",
    "walk",
]
