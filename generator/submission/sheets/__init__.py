"""Tables that a bureau keeps in Excel or CSV, as the located nodes that the same table typed in YAML would give.

来源 ─locating─▶ bytes ─delimited, excel─▶ Grid ─headers─▶ columns ─rows─▶ Sequence of Mapping
"""

from generator.submission.sheets.grid import Column
from generator.submission.sheets.table import KEYS, SheetTable, Wanted, read_table

__all__ = ["KEYS", "Column", "SheetTable", "Wanted", "read_table"]
