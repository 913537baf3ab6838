"""Rules of the house that no linter holds: no import circles, one meaning for a name, imports at the head."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = {
    ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): file
    for file in sorted((ROOT / "generator").rglob("*.py"))
}
FUNCTION_IMPORTS_AT_MOST = 40


@cache
def trees() -> dict[str, ast.Module]:
    """The tree of each module."""
    return {name: ast.parse(file.read_text(encoding="utf-8")) for name, file in MODULES.items()}


def imported(name: str) -> set[str]:
    """Modules of the program that a module imports, for types and inside of functions as well."""
    found = set()
    for node in ast.walk(trees()[name]):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("generator"):
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                found.add(inner if inner in MODULES else node.module)
    return found - {name}


def circles() -> list[list[str]]:
    """Groups of modules that import one another: what is left when modules at either end are taken away."""
    below = {name: imported(name) & MODULES.keys() for name in MODULES}
    while True:
        above = {target for targets in below.values() for target in targets}
        ends = {name for name, targets in below.items() if not targets or name not in above}
        if not ends:
            return [sorted(below)] if below else []
        below = {name: targets - ends for name, targets in below.items() if name not in ends}


def functions_importing() -> Iterator[str]:
    for name, file in MODULES.items():
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if "PLC0415" in line:
                yield f"{name}:{number}: {line.strip()}"


def test_no_modules_import_one_another() -> None:
    assert circles() == []


def test_a_class_name_has_one_meaning_in_a_room() -> None:
    homes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, tree in trees().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef):
                homes[name.split(".")[1], node.name].append(name)
    assert {key: names for key, names in homes.items() if len(names) > 1} == {}


def test_imports_inside_functions_are_few_and_give_their_reason() -> None:
    found = list(functions_importing())
    assert [line for line in found if not re.search(r"PLC0415.* - \S", line)] == []
    assert len(found) <= FUNCTION_IMPORTS_AT_MOST


def test_no_private_part_of_python_is_used() -> None:
    private = re.compile(r"\bre\._|\b_sre\b|\bsys\._(?!MEIPASS)|\bos\._exit")
    assert [name for name, file in MODULES.items() if private.search(file.read_text(encoding="utf-8"))] == []


def test_no_private_name_is_left_over() -> None:
    over = []
    for name, tree in trees().items():
        named = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
        heads = {one.id for one in named if isinstance(one.ctx, ast.Store) and one.col_offset == 0}
        heads |= {node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
        used = {one.id for one in named if isinstance(one.ctx, ast.Load)}
        over += [f"{name}.{head}" for head in heads - used if re.match("_[A-Za-z]", head)]
    texts = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "tests").rglob("*.py"))
    assert [one for one in over if one.rpartition(".")[2] not in texts] == []
