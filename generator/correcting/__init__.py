"""Slips in a bureau's texts, mended in its YAML file on request, and nothing else in it changed.

proposing   from a file to a Proposal: every value that would change, and the file as it would be
library     what autocorrect, a library for Chinese typography, would mend besides the rules of the checks
splicing    other characters in the values of a YAML text
showing     the proposal as a diff that people read
"""

from generator.correcting.proposing import Correction, Proposal, left_over, propose, write
from generator.correcting.showing import as_diff

__all__ = ["Correction", "Proposal", "as_diff", "left_over", "propose", "write"]
