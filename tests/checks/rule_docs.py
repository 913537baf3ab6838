"""What each rule looks at, with examples: 规则.yaml, for the pages of docs/检查/ and for the tests."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct
from ruamel.yaml import YAML

_SAID = YAML(typ="safe").load(Path(__file__).with_name("规则.yaml"))
GROUPS: dict[int, str] = _SAID["类别"]
"""What reviewers object to, the most valuable first."""


class Example(Struct, frozen=True):
    """A change of the example input that a rule reports, and a similar one that it accepts.

    ``bad`` and ``good`` are YAML, one ``path: value`` a line, as in the test cases of templates. ``place`` is the path
    that the finding of ``code`` names, ``marked`` the piece of the input that it underlines.
    """

    code: str
    bad: str
    good: str
    place: str
    marked: str


class RuleDoc(Struct, frozen=True):
    """Which of ``GROUPS`` a rule belongs to, what it looks at and why, and at least one example for each code."""

    group: int
    why: str
    examples: tuple[Example, ...]


class _Docs(dict[str, RuleDoc]):
    def __missing__(self, name: str) -> RuleDoc:
        raise KeyError(f"tests/checks/规则.yaml does not say what the rule {name} looks at")


RULE_DOCS = _Docs(
    {
        name: RuleDoc(said["类"], said["查什么"], tuple(Example(*example.values()) for example in said["例"]))
        for name, said in _SAID["规则"].items()
    }
)
"""By the names of the rules."""
