"""The scoring form as an Excel workbook that goes on computing: leaf scores are typed, sums and rates are formulas.

Scorecard ─form─▶ lines ─writing─▶ openpyxl workbook ─packing─▶ bytes
"""

from generator.workbook.writing import print_scores

__all__ = ["print_scores"]
