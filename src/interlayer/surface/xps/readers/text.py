"""Text of spectrum files: lines, and numbers in them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from interlayer.errors import ReadError
from interlayer.readers import text_table
from interlayer.surface.xps.spectrum import FloatArray

LARGEST_BYTES: Final = 200_000_000
_LARGEST: Final = 1e100
"""Beyond the 1E37 that stands for unknown; larger ones are damage, and would overflow in sums."""


def file_text(path: Path) -> str:
    """Return the text of a file with Unix line ends, in whatever encoding it was written.

    Raises
    ------
    ReadError
        If it cannot be opened or is too large to be a file of spectra.
    """
    try:
        size = path.stat().st_size
    except OSError as problem:
        raise ReadError(f"cannot be read: {problem.strerror}") from problem
    if size > LARGEST_BYTES:
        raise ReadError(
            f"{size / 1e6:.0f} MB is more than a file of spectra has", advice="export single regions"
        )
    return text_table.decode_line(text_table.file_bytes(path))


def head_text(head: bytes) -> str:
    """Return the beginning of a file as text with Unix line ends. Never raises."""
    return text_table.decode_line(text_table.to_utf8(head[: len(head) // 2 * 2]))


def number(text: str) -> float | None:
    """Return a number with decimal point or comma, or None if it is none or not finite."""
    try:
        value = float(text)
    except ValueError:
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            return None
    return value if abs(value) < _LARGEST else None


def numbers(lines: Sequence[str]) -> FloatArray:
    """Return one number a line; NaN where there is none, or none that a spectrum can have. Shape (len(lines),)."""
    try:
        values = np.array(lines, dtype=np.float64)
    except ValueError:
        try:
            values = np.array([line.replace(",", ".") for line in lines], dtype=np.float64)
        except ValueError:
            found = (number(line) for line in lines)
            values = np.array([np.nan if v is None else v for v in found], dtype=np.float64)
    return np.where(np.abs(values) < _LARGEST, values, np.nan)
