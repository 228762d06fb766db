"""What is handed on holds nothing private: no folder, address or serial number of the instrument files."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from interlayer.errors import InterlayerError
from interlayer.export.cell_sheet import base
from interlayer.lab.cell_result import CellResult
from interlayer.record import store


def without_folders(one: CellResult) -> CellResult:
    """Return a result whose names of files and messages hold no folder, address or serial number."""
    cell = one.cell
    named = [name for name in (*cell.row.files, *(join.file for join in cell.joins)) if name != base(name)]

    def public(text: str) -> str:
        for name in sorted(set(named), key=len, reverse=True):
            text = text.replace(name, base(name))
        return store.scrub(text)

    values = {key: base(text) if key == "cell" else text for key, text in cell.row.values.items()}
    row = replace(cell.row, files=tuple(base(name) for name in cell.row.files), values=values)
    joins = tuple(replace(join, file=base(join.file), detail=public(join.detail)) for join in cell.joins)
    failures = tuple(
        InterlayerError(public(problem.what), where=base(problem.where), advice=public(problem.advice))
        for problem in cell.failures
    )
    record = cell.record
    if record is not None:
        findings = tuple(replace(f, detail=public(f.detail)) for f in record.findings)
        provenance = replace(record.provenance, extra=_files_named(record.provenance.extra))
        record = record.with_(findings=findings, provenance=provenance)
    return replace(one, cell=replace(cell, row=row, joins=joins, failures=failures, record=record))


def _files_named(extra: dict[str, Any]) -> dict[str, Any]:
    """What a joined record says of its files, their folders left out."""
    files = extra.get("files")
    if not isinstance(files, list):
        return extra
    shown = [{**f, "file": base(str(f["file"]))} if isinstance(f, dict) and "file" in f else f for f in files]
    return {**extra, "files": shown}
