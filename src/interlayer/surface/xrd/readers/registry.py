"""All readers of powder patterns, in the order in which they are asked."""

from __future__ import annotations

from typing import Final

from interlayer.surface.xrd.readers.aps_11bm import Aps11bm
from interlayer.surface.xrd.readers.brml import Brml
from interlayer.surface.xrd.readers.bruker_raw2 import BrukerRaw2
from interlayer.surface.xrd.readers.bruker_raw3 import BrukerRaw3
from interlayer.surface.xrd.readers.bruker_raw4 import BrukerRaw4
from interlayer.surface.xrd.readers.bruker_raw_other import BrukerRawOther
from interlayer.surface.xrd.readers.contract import PatternReader
from interlayer.surface.xrd.readers.eva_xy import EvaXy
from interlayer.surface.xrd.readers.text_xy import TextXy
from interlayer.surface.xrd.readers.xrdml import Xrdml

ALL_READERS: Final[tuple[PatternReader, ...]] = (
    Xrdml(),
    Brml(),
    BrukerRaw4(),
    BrukerRaw3(),
    BrukerRaw2(),
    BrukerRawOther(),
    EvaXy(),
    Aps11bm(),
    TextXy(),
)
