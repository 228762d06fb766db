"""Labels of columns that tables of cycling data have beside the schema's, and of those on the way to it."""

from __future__ import annotations

from typing import Final

CURRENT_DENSITY: Final = "Current Density / A/m2"
"""Extra column; `interlayer.readers.read` makes a current of it where the area is known."""
NET_CAPACITY: Final = "Step Net Capacity / Ah"
STEP_NUMBER: Final = "Step Number / 1"
STEP_TIME: Final = "Step Time / s"
WORKING: Final = "Working Electrode Potential / V"
COUNTER: Final = "Counter Electrode Potential / V"
CAPACITY_RAW: Final = "capacity as printed"
STEP_RAW: Final = "step as printed"
STEP_COUNT_RAW: Final = "step count as printed"
"""As printed; dropped once steps and capacities are made of them."""
