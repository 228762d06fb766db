"""Current that an EC-Lab settings file (.mps) states, for data that were exported without it.

Each technique lists 'Is' and, below, 'unit Is', one column of 20 characters a sequence. Only one size of current can
be given to a table without steps; several are refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from interlayer import units
from interlayer.errors import ReadError, UnitError
from interlayer.readers import text_table

_TITLE: Final = "EC-LAB SETTING FILE"
_WIDTH: Final = 20


def read(path: Path) -> float:
    """Return the one size of current in a settings file, A, > 0.

    Raises
    ------
    ReadError
        If it cannot be opened, is no such file, or states no current or several sizes.
    """
    lines = [text_table.decode_line(line) for line in text_table.file_bytes(path).split(b"\n")]
    if not lines or not lines[0].lstrip("\ufeff").strip().upper().startswith(_TITLE):
        raise ReadError(f"no settings file: its first line is not '{_TITLE}'", where=path.name)
    sizes: set[float] = set()
    for i, line in enumerate(lines):
        if line[:_WIDTH].strip() != "Is":
            continue
        unit_line = next((x for x in lines[i + 1 : i + 4] if x[:_WIDTH].strip() == "unit Is"), "")
        for value, unit in zip(_columns(line), _columns(unit_line), strict=False):
            try:
                size = abs(float(value.replace(",", "."))) * units.factor(
                    unit.replace("\u00b5", "u").replace("\u03bc", "u")
                )
            except (ValueError, UnitError):
                continue
            if size > 0:
                sizes.add(float(f"{size:.9g}"))
    if len(sizes) != 1:
        shown = ", ".join(units.format_quantity(x, "mA") for x in sorted(sizes)[:8])
        raise ReadError(
            f"the settings state {len(sizes)} currents ({shown})"
            if sizes
            else "the settings state no current",
            where=path.name,
            advice='say which it was, for instance --current "50 uA"',
        )
    return sizes.pop()


def _columns(line: str) -> list[str]:
    return [line[i : i + _WIDTH].strip() for i in range(_WIDTH, len(line), _WIDTH)]
