"""Impedance of a cell in any state: the equations of `system.py` linearised with their capacitive states.

Ageing states are frozen. Every resistive element of the stack stands in parallel with its capacitive state, whose
admittance is Q (j omega)^n (n = 1: an ordinary capacitive state; n < 1: the stated frequency-domain element of a
depressed arc, with the same steady state). States that carry voltage themselves (salt modes, low-current
polarisation) enter through the Jacobian of their own rates. A filament that crosses the cell is a shunt.
"""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.errors import InputError
from interlayer.system import CellStates, System, own_current, shunt_conductance, surroundings


def cell_impedance(
    system: System, y: CellStates, omega: jax.Array, *, current: float = 0.0, geometric: bool = True
) -> jax.Array:
    """Impedance times area in ohm m2 at angular frequencies `omega` (rad/s, shape (n,)), complex, shape (n,).

    Parameters
    ----------
    system, y : the cell and its states (frozen).
    omega : angular frequencies, > 0.
    current : direct current density underneath, A/m2.
    geometric : False leaves out the capacitances of grains, boundaries and layer; the high-frequency limit is
        then the ohmic value of ceramic and layers, else it is 0.
    """
    i = jnp.asarray(current, dtype=float)
    around = surroundings(system)
    z = system.conduction.impedance(y[2], i, omega, system.temperature, geometric=geometric)
    for index, side in enumerate(system.sides):
        own = jnp.asarray(own_current(index, i))
        z = z + side.impedance(around, y[index], own, omega, geometric=geometric)
    return z / (1.0 + z * shunt_conductance(system, y))


_compiled = jax.jit(cell_impedance, static_argnames="geometric")


def frequencies(highest: float, lowest: float, points_per_decade: int = 10) -> NDArray[np.float64]:
    """Logarithmic frequencies from `highest` down to `lowest` in Hz, shape (n,).

    Raises
    ------
    InputError
        If they are not positive and falling.
    """
    if not (0.0 < lowest < highest) or points_per_decade < 1:
        raise InputError(
            f"cannot measure from {highest:g} Hz to {lowest:g} Hz with {points_per_decade} points a decade",
            advice='write "EIS from 1 MHz to 0.1 Hz"',
        )
    count = round(np.log10(highest / lowest) * points_per_decade) + 1
    return np.geomspace(highest, lowest, max(count, 2))


def spectrum_ohm(
    system: System, y: CellStates, frequency_hz: NDArray[np.float64], *, geometric: bool = True
) -> NDArray[np.complex128]:
    """Impedance of the whole cell in ohm at `frequency_hz` (shape (n,)), Im < 0 for a capacitor."""
    omega = 2.0 * np.pi * np.asarray(frequency_hz, dtype=np.float64)
    z = _compiled(system, y, omega, geometric=geometric)
    return np.asarray(z, dtype=np.complex128) / float(system.area)


def spectra_ohm(
    system: System, states: CellStates, frequency_hz: NDArray[np.float64], *, geometric: bool = True
) -> NDArray[np.complex128]:
    """Impedance of the whole cell in ohm along an ageing series, in one call.

    Parameters
    ----------
    system : the cell.
    states : its states, each with a leading axis (series,), such as rows of `stepping.Trace.states`.
    frequency_hz : shape (n,).
    geometric : as in `cell_impedance`.

    Returns
    -------
    Complex array of shape (series, n).
    """
    omega = 2.0 * np.pi * np.asarray(frequency_hz, dtype=np.float64)
    z = _series(system, states, omega, geometric=geometric)
    return np.asarray(z, dtype=np.complex128) / float(system.area)


@partial(jax.jit, static_argnames="geometric")
def _series(system: System, states: CellStates, omega: jax.Array, *, geometric: bool) -> jax.Array:
    return jax.vmap(lambda y: cell_impedance(system, y, omega, geometric=geometric))(states)
