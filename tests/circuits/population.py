"""Small declared population of Li | SE | Li spectra for validation and DRT, from closed forms, not from the package.

Spectrum number k of a population is drawn from `numpy.random.default_rng([SEED, k])`, its noise from
`default_rng([SEED, k, 1])`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

SEED = 20240501
WINDOWS = {
    "full": (1e6, 0.1, 71),
    "to 1 Hz": (1e6, 1.0, 61),
    "from 100 kHz": (1e5, 0.1, 61),
    "seven MHz to 10 mHz": (7e6, 0.01, 80),
}
KINDS = ("1/f", "equal")
"""Time a point takes: so many periods, or the same for all."""


@dataclass(frozen=True)
class Cell:
    """Parameters of one cell; arcs are (R in ohm, tau in s, exponent), by rising tau; the last is R_int's."""

    ohmic: float
    arcs: tuple[tuple[float, float, float], ...]
    warburg: tuple[float, float] | None
    slow: tuple[float, float] | None
    inductance: float

    def impedance(self, frequency, interface=1.0, all_parts=1.0):
        """Impedance in ohm; `interface` multiplies the last arc's resistance, `all_parts` every resistance."""
        s = 2j * np.pi * np.asarray(frequency)
        *pellet, (r, tau, n) = self.arcs
        # a resistance that grows beside an unchanged Q: tau^n grows as R
        z = self.ohmic * all_parts + s * self.inductance
        for a in pellet:
            z = z + a[0] * all_parts / (1 + (s * a[1]) ** a[2] * all_parts)
        z = z + r * interface * all_parts / (1 + (s * tau) ** n * interface * all_parts)
        if self.warburg:
            x = np.sqrt(s * self.warburg[1])
            z = z + self.warburg[0] * np.tanh(x) / x
        if self.slow:
            z = z + 1 / (self.slow[0] * s ** self.slow[1])
        return z


def draw(k: int) -> Cell:
    """Cell number k: two or three arcs, ratio of time constants 3 to 1000, exponents 0.6 to 1, tails, leads."""
    rng = np.random.default_rng([SEED, k])

    def log(low, high):
        return float(np.exp(rng.uniform(np.log(low), np.log(high))))

    arcs = []
    tau = log(1e-7, 3e-6)
    for _ in range(int(rng.integers(2, 4))):
        arcs.append((log(50.0, 1000.0), tau, float(rng.uniform(0.6, 1.0))))
        tau *= log(3.0, 1000.0)
    # the interface's arc is closed within the widest window
    if arcs[-1][1] > 0.05:
        arcs[-1] = (arcs[-1][0], log(1e-3, 0.05), arcs[-1][2])
        arcs.sort(key=lambda a: a[1])
    tail = int(rng.integers(0, 3))
    warburg = (log(20.0, 300.0), log(1.0, 100.0)) if tail == 1 else None
    slow = (log(1e-3, 1e-1), float(rng.uniform(0.5, 0.9))) if tail == 2 else None
    inductance = log(1e-8, 2e-6) if rng.uniform() < 0.5 else 0.0
    return Cell(log(5.0, 200.0), tuple(arcs), warburg, slow, inductance)


def place_in_sweep(frequency, kind="1/f"):
    """Time of each point over that of the last, sweep from high to low frequency, shape (n,)."""
    each = 1 / np.asarray(frequency) if kind == "1/f" else np.ones(len(frequency))
    return np.cumsum(each) / np.sum(each)


def spectra(count, window="full", *, noise=None, drift=0.0, kind="1/f", whole=False, first=0):
    """Frequencies (n,), impedances (count, n) and cells; `noise` None draws 0.1 to 1 % of |Z| for each."""
    f = np.geomspace(*WINDOWS[window])
    cells = [draw(k) for k in range(first, first + count)]
    growth = 1 + drift * place_in_sweep(f, kind)
    z = np.array([c.impedance(f, **{"all_parts" if whole else "interface": growth}) for c in cells])
    for k in range(count):
        rng = np.random.default_rng([SEED, first + k, 1])
        level = float(np.exp(rng.uniform(np.log(1e-3), np.log(1e-2))))
        level = level if noise is None else noise
        z[k] += level * np.abs(z[k]) * (rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size))
    return f, z, cells
