"""Synthetic spectra with known truth, written from the physics without the package's own elements."""

from __future__ import annotations

import numpy as np

WINDOW = np.geomspace(1e6, 0.1, 71)
"""1 MHz to 0.1 Hz, ten points a decade, as the project's protocols measure."""


def arc(omega, resistance, capacitance, exponent=1.0):
    """Cole-Cole arc; capacitance = tau/R."""
    return resistance / (1.0 + (1j * omega * resistance * capacitance) ** exponent)


def diffusion(omega, resistance, tau):
    """Finite-length transmissive Warburg element."""
    s = np.sqrt(1j * omega * tau)
    return resistance * np.tanh(s) / s


def cell(
    frequency=WINDOW,
    *,
    bulk=80.0,
    boundary=(100.0, 3e-9, 0.95),
    interfaces=((300.0, 3e-6, 0.9),),
    warburg=(20.0, 30.0),
    slow=(150.0, 100.0),
    inductance=0.0,
    noise=0.0,
    seed=0,
):
    """Li | solid | Li: intercept, grain boundary, interfaces, salt diffusion and a slow polarisation."""
    omega = 2.0 * np.pi * np.asarray(frequency)
    z = bulk + 1j * omega * inductance
    if boundary:
        z = z + arc(omega, *boundary)
    for one in interfaces:
        z = z + arc(omega, *one)
    if warburg:
        z = z + diffusion(omega, *warburg)
    if slow:
        z = z + slow[0] / (1.0 + 1j * omega * slow[1])
    return with_noise(z, noise, seed)


def with_noise(z, noise, seed=0):
    """Add independent normal noise to both parts, proportional to |Z|."""
    if not noise:
        return z
    rng = np.random.default_rng(seed)
    return z + noise * np.abs(z) * (rng.standard_normal(z.size) + 1j * rng.standard_normal(z.size))
