"""How sure a verdict is: how often verdicts of its kind were right on records whose truth was declared.

Counts on 1200 members (seeds 3, 4 and 5, 400 each) of the development population of `interlayer.trouble`, as
(right + 1)/(all + 2). They hold for that mixture of troubles; in a laboratory other mixtures occur.
"""

from __future__ import annotations

from typing import Final

SHORTS: Final = {
    ("hard", "sudden drop"): (125, 126),
    ("hard", "collapse"): (12, 12),
    ("hard", "under the ohmic floor"): (58, 61),
    ("soft", "sudden drop"): (113, 114),
    ("soft", "collapse"): (47, 50),
    ("soft", "under the ohmic floor"): (9, 13),
    ("recovering", "sudden drop"): (93, 93),
    ("recovering", "collapse"): (0, 2),
}
"""Right and all, by kind of short and the sign that showed it first; no other failure beside it."""
FAILURES: Final = {
    "none": (431, 442),
    "contact_loss": (72, 80),
    "depletion": (45, 45),
    "instrument": (92, 92),
    "runaway": (55, 62),
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
