"""``jixiao template new``: a complete working template to start from."""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path

from msgspec.structs import replace

from generator.authoring import codes
from generator.authoring.examples import EXAMPLE_FILE, example_of, write_example
from generator.base.diagnostics import FileProblem, Refused, Span, why_not
from generator.provenance import codes as publishing_codes
from generator.provenance.write import safe_name, write_whole
from generator.template.load import load_template
from generator.template.model import Template
from generator.template.schema import SCHEMA_FILE, schema_text
from generator.workflows.new import flat
from generator.yamlfile.edit import as_value

KINDS = {"评分表": "starter", "自评表": "starter_evaluation", "项目": "starter_project"}
"""The shapes of a new template: a form that the place sets, the national forms of a department and of a project."""
_TITLE = re.compile(r"^名称: .*$", re.MULTILINE)
_NAME = re.compile(r"\w[\w-]*")
_LONGEST = 40
_FOLDER, _CASES = "templates", "tests"
_INPUT = re.compile(r"^[ \t-]*填报:[ \t]*(\S+)[ \t]*$", re.MULTILINE)
_SCHEMA = re.compile(r"^(#[ \t]*yaml-language-server:[ \t]*\$schema=)\S+", re.MULTILINE)


def create_template(
    name: str, templates: Path, title: str = "", kind: str = "评分表", source: Path | None = None
) -> Template:
    """Create a template's folder, whole or not at all.

    Args:
        name: The name of the template and of its folder.
        templates: The folder of templates; created if it does not exist.
        title: The title of the template; a general one, or that of ``source``, if empty.
        kind: One of ``KINDS``, to start from.
        source: The folder of a template to copy instead, cases and all.

    Raises:
        Refused: The name is not allowed.
        FileProblem: The folder exists, or cannot be written.
    """
    _check_name(name)
    target = templates / name
    if os.path.lexists(target):
        raise FileProblem([codes.EXISTS.at(Span(str(target)), folder=target)])
    # Beside the target, so that one rename moves it there; hidden, so that it is never found as a template.
    workshop = templates / f".jixiao-{secrets.token_hex(4)}"
    fresh = not templates.exists()
    try:
        if source is not None:
            _copy(source, workshop / name, title)
        else:
            _fill(workshop / name, title, Path(__file__).parent / KINDS[kind])
        (workshop / name).rename(target)
    except FileProblem as problem:
        findings = [
            replace(one, message=one.message.replace(str(workshop), str(templates))) for one in problem.findings
        ]
        raise FileProblem([replace(one, span=Span(str(target))) for one in findings]) from problem
    except OSError as fault:
        why = why_not(fault)
        raise FileProblem([publishing_codes.CANNOT_WRITE.at(Span(str(target)), file=target, why=why)]) from fault
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
        if fresh and templates.is_dir() and not any(templates.iterdir()):
            templates.rmdir()
    return load_template(target)


def templates_folder(start: Path) -> Path:
    """The nearest folder of templates upward from ``start``; if there is none, the one to be created there."""
    here = start.resolve()
    above = (folder / _FOLDER for folder in (here, *here.parents))
    return next((folder for folder in above if folder.is_dir()), start / _FOLDER)


def _check_name(name: str) -> None:
    why = ""
    if not _NAME.fullmatch(name):
        why = "里面有不能用的字符" if name.strip() else "名称是空的"
    elif len(name) > _LONGEST:
        why = f"超过 {_LONGEST} 个字"
    elif safe_name(name, "") != name:
        why = "它是系统保留的名称"
    if why:
        raise Refused([codes.BAD_NAME.at(Span(name), name=name, why=why)])


def _fill(folder: Path, title: str, starter: Path) -> None:
    for file in sorted(starter.rglob("*")):
        if file.is_file():
            write_whole(_contents(file, title), folder / file.relative_to(starter))
    template = load_template(folder)
    write_whole(schema_text(template).encode(), folder / SCHEMA_FILE)
    write_example(example_of(template), folder / EXAMPLE_FILE)


def _copy(source: Path, folder: Path, title: str) -> None:
    """Copy a template, its cases with the inputs that they change, so that they pass in the new place."""
    for file in sorted(source.rglob("*")):
        if not file.is_file() or file.name.startswith((".", "~$")):
            continue
        target = folder / file.relative_to(source)
        if file.suffix == ".yaml" and file.parent.name == _CASES:
            _copy_case(file, target, source.name, folder.name)
        else:
            write_whole(_contents(file, title), target)
    write_whole(schema_text(load_template(folder)).encode(), folder / SCHEMA_FILE)


def _copy_case(file: Path, target: Path, old: str, new: str) -> None:
    """Copy a file of cases or an input under the new template's name, with the inputs elsewhere that it names."""
    text = re.sub(rf"^模板:[ \t]*{re.escape(old)}[ \t]*$", f"模板: {new}", file.read_text("utf-8"), flags=re.MULTILINE)
    for named in dict.fromkeys(_INPUT.findall(text)):
        there = file.parent / named
        if Path(named).name != named and there.is_file():
            _copy_case(there, target.with_name(there.name), old, new)
            text = text.replace(named, there.name)
    write_whole(_SCHEMA.sub(rf"\1../{SCHEMA_FILE}", text).encode(), target)


def _contents(file: Path, title: str) -> bytes:
    data = file.read_bytes()
    if file.name != "template.yaml" or not title.strip():
        return data
    line = f"名称: {as_value(flat(title))}"
    return _TITLE.sub(lambda _: line, data.decode(), count=1).encode()
