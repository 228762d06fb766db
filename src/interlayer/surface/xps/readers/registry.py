"""All readers of spectra, in the order in which they look at a file: the surer its mark, the earlier."""

from __future__ import annotations

from typing import Final

from interlayer.surface.xps.readers.avantage_avg import AvantageAvg
from interlayer.surface.xps.readers.avantage_text import AvantageText
from interlayer.surface.xps.readers.avantage_xlsx import AvantageXlsx
from interlayer.surface.xps.readers.casaxps_text import CasaXpsText
from interlayer.surface.xps.readers.contract import RegionReader
from interlayer.surface.xps.readers.phi_spe import PhiSpe
from interlayer.surface.xps.readers.phi_text import PhiText
from interlayer.surface.xps.readers.plain_table import PlainTable
from interlayer.surface.xps.readers.plain_xlsx import PlainXlsx
from interlayer.surface.xps.readers.scienta_txt import ScientaTxt
from interlayer.surface.xps.readers.specs_xy import SpecsXy
from interlayer.surface.xps.readers.vamas import Vamas

ALL_READERS: Final[tuple[RegionReader, ...]] = (
    Vamas(),
    PhiSpe(),
    AvantageAvg(),
    ScientaTxt(),
    SpecsXy(),
    CasaXpsText(),
    PhiText(),
    AvantageXlsx(),
    AvantageText(),
    PlainXlsx(),
    PlainTable(),
)
