"""An audit of 300 projects in one workbook, its worksheet included, costs less than ten times what openpyxl takes.

Run it with ``python -m tests.bench.bench_audit``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from time import process_time

import openpyxl

from generator.workflows.audit.inputs import read_criteria
from generator.workflows.audit.recompute import audit
from generator.workflows.audit.write import worksheet
from tests.audit.layouts import list_of_projects

ALLOWED = 10


def main() -> int:
    """Print the times of 75 and of 300 projects; 1 where the audit is too slow."""
    criteria, times = read_criteria(), []
    for count in (75, 300):
        with tempfile.TemporaryDirectory() as folder:
            file = list_of_projects(Path(folder), count)
            began = process_time()
            for sheet in openpyxl.load_workbook(file).worksheets:
                list(sheet.iter_rows(values_only=True))
            read = process_time() - began
            began = process_time()
            made = audit(file, criteria)
            audited = process_time() - began
            worksheet(made, criteria)
            written = process_time() - began
        times.append(written / read)
        said = f"openpyxl 读 {read:.2f} 秒，审核 {audited:.2f} 秒，连底稿 {written:.2f} 秒（{times[-1]:.1f} 倍）"
        print(f"{count} 个项目：{said}")
    return int(times[-1] > ALLOWED)


if __name__ == "__main__":
    sys.exit(main())
