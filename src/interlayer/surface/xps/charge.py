"""Charge reference: by how much the energy scale is shifted, by what, and how well that is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError

FloatArray = NDArray[np.float64]

ADVENTITIOUS_EV: Final = 284.8
"""C 1s of adventitious carbon."""
ADVENTITIOUS_SCATTER_EV: Final = 0.2
"""How far it lies from there on one sample and another; more in places: Greczynski, Hultman 2020
(doi:10.1016/j.pmatsci.2019.100591)."""
GIVEN_SCATTER_EV: Final = 0.1
"""Of a shift or a peak that a person gives without an error."""
NO_REFERENCE_SCATTER_EV: Final = 0.5
"""Where nothing fixes the scale."""

_NUMBER = r"([-+]?\d+(?:\.\d+)?)"
_FORM: Final = re.compile(
    rf"^\s*([A-Za-z0-9/ ]+?)\s*=\s*{_NUMBER}(?:\s*(?:\+-|±)\s*{_NUMBER})?\s*(?:eV)?\s*$"
)


@dataclass(frozen=True)
class Reference:
    """What the energy scale rests on.

    Attributes
    ----------
    line : str
        'C 1s', 'shift', or '' if there is none.
    energy_eV : float
        Where that line is put, or the shift itself.
    scatter_eV : float
        One standard deviation.
    """

    line: str
    energy_eV: float
    scatter_eV: float


@dataclass(frozen=True)
class Shift:
    """What is added to binding energies.

    Attributes
    ----------
    value_eV, scatter_eV : float
    how : str
        In words.
    """

    value_eV: float
    scatter_eV: float
    how: str


def parse_reference(text: str) -> Reference:
    """Read 'C 1s=284.8 eV', 'F 1s = 685.0 +- 0.1 eV' or 'shift=0.3 eV'.

    Raises
    ------
    InputError
        If it is neither, or beyond bounds (shift within +-30 eV, peak 0 to 1500 eV).
    """
    found = _FORM.match(text)
    if not found:
        raise InputError(
            f"'{text}' is no charge reference",
            where="--reference",
            advice='"C 1s=284.8 eV" or "shift=0.3 eV", with "+- 0.1" if its error is known',
        )
    name, value = found[1], float(found[2])
    is_shift = name.lower() == "shift"
    if (is_shift and abs(value) > 30.0) or (not is_shift and not 0.0 < value < 1500.0):
        raise InputError(f"{value:g} eV is out of bounds", where="--reference", advice="shift: -30 to 30 eV")
    usual = ADVENTITIOUS_SCATTER_EV if name.replace(" ", "").lower() == "c1s" else GIVEN_SCATTER_EV
    scatter = abs(float(found[3])) if found[3] else usual
    return Reference("shift" if is_shift else name, value, max(scatter, 1e-3))


def top_position(energy: FloatArray, intensity: FloatArray) -> tuple[float, float]:
    """Return the position of the highest line in eV and its error from noise: parabola through its upper half.

    Parameters
    ----------
    energy, intensity : array, shape (n,)
        Binding energy rising; counts or alike.
    """
    smooth = np.convolve(np.pad(intensity, 3, mode="edge"), np.full(7, 1.0 / 7.0), mode="valid")
    straight = np.linspace(smooth[0], smooth[-1], smooth.size)
    net = smooth - straight
    top = int(np.argmax(net))
    above = net > 0.6 * net[top]
    low = top - int(np.argmin(above[top::-1])) if not above[: top + 1].all() else 0
    high = top + int(np.argmin(above[top:])) if not above[top:].all() else net.size - 1
    inside = slice(low, high + 1)
    if high - low < 3:
        return float(energy[top]), float(np.median(np.diff(energy)))
    x = energy[inside] - energy[top]
    fitted, covariance = (
        np.polyfit(x, intensity[inside], 2, cov=True) if x.size > 5 else (np.zeros(3), np.zeros((3, 3)))
    )
    if not fitted[0] < 0.0:
        return float(energy[top]), float(np.median(np.diff(energy)))
    place = -fitted[1] / (2.0 * fitted[0])
    gradient = np.array([fitted[1] / (2.0 * fitted[0] ** 2), -1.0 / (2.0 * fitted[0]), 0.0])
    return float(energy[top] + place), float(np.sqrt(max(gradient @ covariance @ gradient, 0.0)))
