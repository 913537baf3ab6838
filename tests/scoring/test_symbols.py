"""What the scope model knows of names holds when values are looked up, for every formula of the shipped templates."""

from __future__ import annotations

from pathlib import Path

import pytest

from generator import pipeline
from generator.formula.values import FormulaFault, Scope
from generator.pipeline import Assessment
from generator.scoring.score import ScoringForm
from generator.template.scope import Context, formulas
from generator.template.scope import Scope as Names

INPUTS = sorted((Path(__file__).parents[2] / "inputs").glob("*.yaml"))


def symbols_of(form: ScoringForm, context: Context) -> list[Scope]:
    """What a formula sees at run time: the rows of its table, its indicator, or the symbol table."""
    if context.indicator is not None:
        # One that is scored for each row has a scope in each row's form only.
        return [] if context.tables else [form.scope(context.indicator)]
    if context.tables:
        rows = form.symbols.rows(tuple(context.tables[-1].split(".")))
        return list(rows.scopes) if rows is not None else []
    return [form.symbols]


def missing(assessment: Assessment) -> list[str]:
    """The names that the model knows and the symbols do not have."""
    facts = assessment.submission
    names, form = Names(facts.template), ScoringForm(assessment.scorecard.symbols, facts.form)
    lost = []
    for formula in formulas(facts.template):
        for name, context in names.names_in(formula.expression.root, formula.context):
            if not names.is_value(name.path, context) or name.path[-1] in context.names or context != formula.context:
                continue
            for scope in symbols_of(form, context):
                try:
                    found = scope.resolve(name.path) is not None
                except FormulaFault:
                    found = True  # there, and without a value
                lost += [] if found else [f"{formula.name}: {'.'.join(name.path)}"]
    return lost


@pytest.mark.parametrize("file", INPUTS, ids=lambda file: file.stem)
def test_every_name_that_the_model_knows_has_a_symbol(file: Path) -> None:
    assert missing(pipeline.assess(file)) == []
