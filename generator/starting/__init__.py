"""A new input: an empty one from a template's fields, or the next year's from last year's."""

from generator.starting.missing import MissingFact
from generator.starting.start import Started, roll_over, start

__all__ = ["MissingFact", "Started", "roll_over", "start"]
