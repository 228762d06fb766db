"""Cycle jumping: long lives from a few computed cycles, the slow drift between them extrapolated under error control.

Over one cycle the states return almost to where they were; what is left is the drift. A few cycles in a row are
computed in full, so that fast states settle and the drift of the last ones shows; then the states leap ahead by as many
cycles as the drift allows. Each quantity's drift is taken to go on as it does: as a geometric series where it
decays (exact for everything that relaxes exponentially, stable for what relaxes fast), else along a straight line.
After the leap the drift is measured again. With both ends known the leap is mended; the size of the mending is the
error estimate that accepts the leap or shortens it, and sizes the next one. A leap is never so long that a straight
line between its ends would miss the course by more than the tolerance, so that the computed cycles tell all. Whether
something happened inside a leap is for the caller to see (`runner.Runner`): it then asks for a shorter one, down
to none, so that an event lies among computed cycles.

Sources: Petzold, SIAM J. Numer. Anal. 18 (1981) 455 (envelope following); Sulzer et al., J. Electrochem. Soc. 168
(2021) 120531 (the same idea for lithium-ion cells); Aitken, Proc. R. Soc. Edinburgh 46 (1926) 289 (geometric drift).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError

Vector = NDArray[np.float64]

FEWEST: Final = 2
"""Leaps over fewer cycles than this are not worth computing."""
SAMPLED: Final = 16
"""Stages computed between two leaps, three cycles at least: eight of charge and discharge, in which what is fast
settles."""
LOOSEST: Final = 0.1
"""Largest tolerance that makes sense."""
_GROWTH: Final = 8.0
_SAFETY: Final = 0.8
_SHARE: Final = 0.3
"""Part of the tolerance that one leap may use: a life has some ten leaps."""


def check_tolerance(jump: float) -> None:
    """Refuse a tolerance that makes no sense.

    Raises
    ------
    InputError
        Unless it lies above 0 and up to `LOOSEST`.
    """
    if not 0.0 < jump <= LOOSEST:
        raise InputError(
            f"jump = {jump:g}: a relative error from 0 to {LOOSEST:g} is wanted", advice="write jump = 1e-3"
        )


@dataclass(frozen=True)
class Drift:
    """Change over one cycle, and how it goes on; arrays of shape (quantities,)."""

    change: Vector
    ratio: Vector
    """Of the next change to this one; NaN where it has no sign in common."""
    bend: Vector
    """The next change less this one."""

    @classmethod
    def between(cls, one: Vector, other: Vector, cycles: int) -> Drift:
        """From the change now and the one `cycles` later."""
        with np.errstate(divide="ignore", invalid="ignore"):
            share = other / one
            ratio = np.where(share > 0.0, np.abs(share) ** (1.0 / cycles), np.nan)
        return cls(one, ratio, (other - one) / cycles)

    def over(self, cycles: int) -> Vector:
        """Sum of the next `cycles` changes."""
        decays = self.ratio < 1.0  # False for NaN
        ratio = np.where(decays, self.ratio, 0.5)
        falling = self.change * ratio * -np.expm1(cycles * np.log(ratio)) / (1.0 - ratio)
        straight = cycles * self.change + 0.5 * cycles * (cycles + 1) * self.bend
        return np.where(decays, falling, straight)

    def kept(self, cycles: int) -> Vector:
        """Part of a deviation that is left after `cycles`: less than 1 where the drift decays."""
        return np.where(self.ratio < 1.0, np.where(self.ratio < 1.0, self.ratio, 1.0) ** cycles, 1.0)


@dataclass
class Envelope:
    """Where the states stand at the ends of cycles, and how they drift.

    Parameters
    ----------
    tolerance : largest error that a leap may make, relative to the largest value of each quantity so far.
    """

    tolerance: float
    here: Vector | None = None
    """Quantities at the end of the last computed cycle, shape (quantities,): states, voltages at the ends of steps."""
    drift: Drift | None = None
    size: Vector | None = None
    """Largest magnitude of each quantity so far."""
    length: int = 0
    """Cycles that the next leap may cross."""

    def ahead(self, cycles: int) -> Vector:
        """Quantities `cycles` later by extrapolation."""
        assert self.here is not None and self.drift is not None
        return self.here + self.drift.over(cycles)

    def take(self, ends: NDArray[np.float64], largest: Vector, leapt: int, states: int) -> Vector | None:
        """Take in computed cycles that began `leapt` cycles after the last ones.

        Parameters
        ----------
        ends : quantities at the end of each computed cycle, shape (cycles >= 3, quantities).
        largest : largest magnitude of each quantity in these cycles.
        leapt : cycles that were leapt over; 0 where they followed at once.
        states : how many of the quantities are states; only these are mended.

        Returns
        -------
        The states from which to go on, shape (states,); None where the leap was too long: `length` is then shorter,
        and all else as before.
        """
        before, change, last = ends[-2] - ends[-3], ends[-1] - ends[-2], ends[-1].copy()
        size = largest if self.size is None else np.maximum(self.size, largest)
        local = Drift.between(before, change, 1)
        drift = Drift(change, local.ratio, local.bend)
        if leapt and self.drift is not None:
            chord = Drift.between(self.drift.change, change, leapt + len(ends))
            mending = chord.over(leapt) - self.drift.over(leapt)
            error = float(np.max(np.abs(mending) / np.where(size > 0.0, size, 1.0)))
            allowed = _SHARE * self.tolerance
            factor = _SAFETY * (allowed / max(error, 1e-300)) ** (1.0 / 3.0)
            self.length = int(leapt * min(max(factor, 0.1), _GROWTH))
            if error > allowed:
                self.length = min(self.length, leapt // 2)
                return None
            last[:states] += (mending * drift.kept(len(ends)))[:states]
        else:
            self.length = max(self.length, len(ends))
        self.here, self.drift, self.size = last, drift, size
        self.length = self._straight(self.length)
        return last[:states]

    def _straight(self, cycles: int) -> int:
        """At most `cycles`, so few that a straight line over the leap stays within the tolerance."""
        assert self.drift is not None and self.size is not None
        while cycles >= FEWEST:
            bulge = self.drift.over(cycles // 2) - (cycles // 2) / cycles * self.drift.over(cycles)
            worst = float(np.max(np.abs(bulge) / np.where(self.size > 0.0, self.size, 1.0)))
            if worst <= self.tolerance:
                break
            cycles = int(cycles * min(0.9, 0.95 * (self.tolerance / worst) ** 0.5))
        return cycles
