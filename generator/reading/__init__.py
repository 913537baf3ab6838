"""Reading: the bytes of a YAML file become a located tree, or findings that say why not.

bytes ─decoding─▶ text ─characters─▶ page ─building─▶ Mapping
                                      └─lines, mending─┘   only where YAML cannot read it, or cannot be meant so

``editing`` and ``respelling`` go the other way, from a changed value to the file; who needs them asks them.
"""

from generator.reading.lines import key_in
from generator.reading.nodes import Entry, Mapping, Node, Scalar, Sequence
from generator.reading.source import Source, parse_yaml, read_yaml
from generator.reading.spelling import Spelling, spelled

__all__ = [
    "Entry",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "Source",
    "Spelling",
    "key_in",
    "parse_yaml",
    "read_yaml",
    "spelled",
]
