"""Kind of test that a person states with the cell."""

from __future__ import annotations

from interlayer.errors import InputError
from interlayer.record import Record
from interlayer.record.kinds import named_kind


def stated_kind(record: Record) -> tuple[str | None, str]:
    """Return the kind of test in the record's cell, None if there is none, and what is wrong with it if anything."""
    said = (record.cell or {}).get("kind")
    if not isinstance(said, str) or not said.strip():
        return None, ""
    try:
        return named_kind(said), ""
    except InputError as error:
        return None, str(error)
