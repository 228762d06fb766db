"""All readers of spectra, in the order in which they look at a file."""

from __future__ import annotations

from typing import Final

from interlayer.surface.xps.readers.contract import RegionReader
from interlayer.surface.xps.readers.plain_table import PlainTable
from interlayer.surface.xps.readers.vamas import Vamas

ALL_READERS: Final[tuple[RegionReader, ...]] = (
    Vamas(),
    PlainTable(),
)
