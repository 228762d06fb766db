"""The verdict on a cell of a laboratory: as computed, or as a person overruled it in the table."""

from __future__ import annotations

from interlayer.failures.judge import find_verdict
from interlayer.failures.overrule import overruled
from interlayer.failures.verdict import Verdict
from interlayer.lab.cells_table import CellRow
from interlayer.metrics.analysis import Analysis
from interlayer.record import schema as s


def judged(analysis: Analysis, row: CellRow) -> Verdict:
    """Return the verdict on a record, after what its row of the table says; hours count from the first row on.

    Raises
    ------
    InputError
        If the overrule in the row cannot be read.
    """
    first = analysis.record.table[s.TIME].min()
    start = 0.0 if first is None else float(str(first))
    where = f"{row.label}, line {row.line} of the table of cells"
    return overruled(analysis.get(find_verdict), row.overrule, start_s=start, where=where)
