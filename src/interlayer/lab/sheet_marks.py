"""Marks within the cells of a table of cells."""

from __future__ import annotations

from typing import Final

BETWEEN_FILES: Final = "|"
"""Between the files of a cell: no file on Windows can have it in its name."""
