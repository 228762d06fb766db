"""Small plans: one compiled shape, two half-cycles, coarse in time."""

from __future__ import annotations

from interlayer.sweep import Plan

SMALL = """
format = "interlayer-sweep/1"
label = "small"
cell = "ding2024/cuf2-20ul"
metrics = ["plateau_overpotential:first", "end_overpotential", "time_to_short"]
rtol = 3e-3
width = 4

[protocol]
test = "cycling"
cycles = 1
eis_at_cycles = []

[[vary]]
field = "cell.coating.thickness"
from = "10 um"
to = "32 um"
steps = 5

[[vary]]
field = "protocol.current_density"
values = ["0.1 mA/cm2", "0.2 mA/cm2"]
"""


def small() -> Plan:
    """The small plan: ten points in chunks of four."""
    return Plan.from_text(SMALL)


def altered(old: str, new: str) -> str:
    """The text with one piece replaced."""
    assert old in SMALL
    return SMALL.replace(old, new)
