"""What the tests of the documents share."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import generator
from generator.base.diagnostics import Code


@pytest.fixture(scope="session")
def codes() -> dict[str, Code]:
    """The codes that stand in the program's modules, by number; not those that other tests register for themselves."""
    names = [found.name for found in pkgutil.walk_packages(generator.__path__, "generator.")]
    modules = [importlib.import_module(name) for name in names if not name.endswith("__main__")]
    found = (value for module in modules for value in vars(module).values() if isinstance(value, Code))
    return {code.number: code for code in found}
