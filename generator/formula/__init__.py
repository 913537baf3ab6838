"""The expression language of templates: parse once, evaluate exactly, leave a trace."""

from generator.formula.evaluate import evaluate, metered
from generator.formula.functions import FUNCTIONS
from generator.formula.nodes import Binary, Call, Compare, Expression, Literal, Name, Node, names_in, parts
from generator.formula.parser import parse
from generator.formula.values import FormulaFault, Rows, Scope, Trace, Value, figure_of, shown, walk

__all__ = [
    "FUNCTIONS",
    "Binary",
    "Call",
    "Compare",
    "Expression",
    "FormulaFault",
    "Literal",
    "Name",
    "Node",
    "Rows",
    "Scope",
    "Trace",
    "Value",
    "evaluate",
    "figure_of",
    "metered",
    "names_in",
    "parse",
    "parts",
    "shown",
    "walk",
]
