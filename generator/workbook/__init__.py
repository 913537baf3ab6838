"""The scoring form as an Excel workbook that goes on computing: leaf scores are typed, sums and rates are formulas.

Scorecard ─form─▶ lines ─writing─▶ openpyxl workbook ─packing─▶ bytes
                  rows ─listing─▶─┘   any plain list
"""

from generator.workbook.listing import Column, print_list
from generator.workbook.writing import print_scores

__all__ = ["Column", "print_list", "print_scores"]
