"""How sure a verdict is: how often verdicts of its kind were right on records whose truth was declared.

Counts on 2400 members (seeds 3 to 8, 400 each) of the development population of `interlayer.trouble`, as
(right + 1)/(all + 2). They hold for that mixture of troubles; in a laboratory other mixtures occur.
"""

from __future__ import annotations

from typing import Final

SHORTS: Final = {
    ("hard", "sudden drop"): (260, 263),
    ("hard", "collapse"): (16, 16),
    ("hard", "under the ohmic floor"): (92, 97),
    ("soft", "sudden drop"): (241, 244),
    ("soft", "collapse"): (83, 84),
    ("soft", "under the ohmic floor"): (24, 27),
    ("recovering", "sudden drop"): (186, 186),
}
"""Right and all, by kind of short and the sign that showed it first; no other failure beside it."""
FAILURES: Final = {
    "none": (872, 908),
    "contact_loss": (139, 147),
    "depletion": (108, 112),
    "instrument": (185, 187),
    "runaway": (105, 116),
}
"""Right and all, by failure without a short."""
UNSEEN: Final = 0.5
"""For what the population does not hold, or holds too rarely."""
VOLTAGE_ALONE: Final = 0.75
"""Factor where the current is unknown; not calibrated."""


def confidence(short: str, sign: str, failure: str, *, known_current: bool = True) -> float:
    """Return the share of right verdicts of this kind, 0 to 1."""
    if short == "unknown":
        return 0.0
    if short == "none":
        value = _share(FAILURES.get(failure))
    else:
        value = _share(SHORTS.get((short, sign)))
        # both at once are rarer than each alone, and were less often right
        value *= 1.0 if failure == "none" else _share(FAILURES.get(failure))
    return round(value if known_current else VOLTAGE_ALONE * value, 2)


def _share(counts: tuple[int, int] | None) -> float:
    return UNSEEN if counts is None else (counts[0] + 1.0) / (counts[1] + 2.0)
