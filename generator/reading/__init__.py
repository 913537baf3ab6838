"""Reading: the bytes of a YAML file become a located tree, or findings that say why not.

bytes ─decoding─▶ text ─characters─▶ page ─building─▶ Mapping
                                      └─lines, mending─┘   only where YAML cannot read it, or cannot be meant so
"""

from generator.reading.editing import KeyPath, rewritten
from generator.reading.lines import key_in
from generator.reading.nodes import Entry, Mapping, Node, Scalar, Sequence
from generator.reading.respelling import CannotSpell, NewItems, NewValue, NoItem, respelled
from generator.reading.source import Source, parse_yaml, read_yaml
from generator.reading.spelling import Spelling, spelled

__all__ = [
    "CannotSpell",
    "Entry",
    "KeyPath",
    "Mapping",
    "NewItems",
    "NewValue",
    "NoItem",
    "Node",
    "Scalar",
    "Sequence",
    "Source",
    "Spelling",
    "key_in",
    "parse_yaml",
    "read_yaml",
    "respelled",
    "rewritten",
    "spelled",
]
