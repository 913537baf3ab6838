"""Reading: the bytes of a YAML file become a located tree, or findings that say why not.

bytes ─decoding─▶ text ─characters─▶ page ─building─▶ Mapping
                                      └─lines, mending─┘   only where YAML cannot read it, or cannot be meant so
"""

from generator.reading.editing import KeyPath, rewritten
from generator.reading.lines import key_in
from generator.reading.nodes import Entry, Mapping, Node, Scalar, Sequence
from generator.reading.source import Source, parse_yaml, read_yaml

__all__ = [
    "Entry",
    "KeyPath",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Source",
    "key_in",
    "parse_yaml",
    "read_yaml",
    "rewritten",
]
