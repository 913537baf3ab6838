"""What reviewers object to in the texts themselves: outlines, years and file numbers, punctuation.

masking      what no rule looks into: references, addresses, file numbers
punctuation, brackets, spacing, wording, years, outline
             pure functions from a text to its slips, with the rules made of them
finding      Slip: what is wrong in a text, where, and what belongs there; from slips to findings
mendable     the slips that a program may mend: what ``jixiao check --fix-text`` proposes
"""

from generator.checking.text.brackets import UNPAIRED
from generator.checking.text.outline import EMPTY_HEADING, NUMBER_ORDER, SKIPPED_LEVEL
from generator.checking.text.punctuation import COMPARISON, DOUBLED, HALF_WIDTH
from generator.checking.text.spacing import BLANKS, FULL_WIDTH, PAGE_NUMBER
from generator.checking.text.wording import BLANK_REFERENCE, BRACES, RELATIVE_YEAR
from generator.checking.text.years import DISTANT_YEAR, FILE_NUMBER

__all__ = ["TEXT_RULES"]

TEXT_RULES = (
    NUMBER_ORDER,
    SKIPPED_LEVEL,
    EMPTY_HEADING,
    DISTANT_YEAR,
    FILE_NUMBER,
    HALF_WIDTH,
    UNPAIRED,
    DOUBLED,
    COMPARISON,
    RELATIVE_YEAR,
    BLANKS,
    PAGE_NUMBER,
    FULL_WIDTH,
    BLANK_REFERENCE,
    BRACES,
)
