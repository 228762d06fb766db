"""What is handed on holds nothing private: no folder, address or serial number of the instrument files."""

from __future__ import annotations

from dataclasses import replace

from interlayer.errors import InterlayerError
from interlayer.export.cell_sheet import base
from interlayer.lab.cell_result import CellResult
from interlayer.record import store


def without_folders(one: CellResult) -> CellResult:
    """Return a result whose names of files and messages hold no folder, address or serial number."""
    cell = one.cell
    values = {key: base(text) if key == "cell" else text for key, text in cell.row.values.items()}
    row = replace(cell.row, files=tuple(base(name) for name in cell.row.files), values=values)
    joins = tuple(replace(join, file=base(join.file), detail=store.scrub(join.detail)) for join in cell.joins)
    failures = tuple(
        InterlayerError(
            store.scrub(problem.what), where=base(problem.where), advice=store.scrub(problem.advice)
        )
        for problem in cell.failures
    )
    record = cell.record
    if record is not None:
        findings = tuple(replace(f, detail=store.scrub(f.detail)) for f in record.findings)
        record = record.with_(findings=findings)
    return replace(one, cell=replace(cell, row=row, joins=joins, failures=failures, record=record))
