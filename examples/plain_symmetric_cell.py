"""The equations of a coated symmetric cell on one page of NumPy and SciPy, beside `interlayer.simulate`.

Nothing but numbers is taken from the package: the parameters that it has built for this cell, at 25 degC. Each side
has six states and a salt profile in finite volumes; docs/theory says why. Ding et al. 2024 publish about 40 mV at
0.1 mA/cm2 for this cell, one of the numbers that fixed its parameters.
"""

from __future__ import annotations

from functools import partial

import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import ndtr

import interlayer as il
from interlayer.build import build

F, RT_F, V_LI = 96485.33212, 8.314462618 * 298.15 / 96485.33212, 1.2997e-5  # C/mol, V, m3/mol
N = 40  # finite volumes across a layer, finer towards its faces
EDGES = 0.5 - 0.5 * np.cos(np.pi * np.arange(N + 1) / N)
WIDTHS, GAPS = np.diff(EDGES), np.diff(0.5 * (EDGES[1:] + EDGES[:-1]))


def side(p, grain, i, y):
    """Rates of one side's states and its voltage, at its own current density i in A/m2 (> 0 strips it)."""
    (x, damage, lost, aged, converted, w), salt = y[:6], y[6:]  # m, 1, 1, 1, 1, V; salt over its mean
    layer, contact, mci = p.layer, p.contact, p.interphase
    h, t = layer.thickness, layer.transference_number
    covered = ndtr((h - p.coverage.covering_thickness) / p.coverage.roughness)
    whole = covered * contact.initial
    f = whole - lost  # true contact
    voids = max(i / f - contact.replenishment, 0) - max(-i / f, 0) * lost / whole
    sigma_e = p.leakage.conductivity_before ** (1 - converted) * p.leakage.conductivity_after**converted
    barrier = 1 / mci.reaction_conductance + h / sigma_e / p.leakage.blocking_factor
    electrons = mci.driving_potential / (barrier + x / mci.mixed_conductivity)  # A/m2 into the interphase
    excess = max(x / p.cracking.critical_thickness - 1, 0)
    top, knee = p.polarisation.saturation_voltage, p.polarisation.saturation_current
    # Both faces pass lithium ions only: there the gradient of the salt balances the current's pull on the anions.
    diffusivity = 2 * t * (1 - t) * layer.conductivity * RT_F / (F * layer.concentration)
    open_ = (1 - layer.porosity) ** layer.porosity_exponent * covered
    edge = i * (1 - t) * h / (F * layer.concentration * diffusivity * open_)
    flux = np.concatenate([[edge], -np.diff(salt) / GAPS, [edge]])
    rates = [
        mci.molar_volume / (mci.charge_number * F) * electrons,
        p.cracking.rate * excess * (p.cracking.largest_damage - damage),
        V_LI / (F * contact.void_height) * voids - lost / contact.healing_time,
        (1 - aged) / p.ageing.time_constant,
        (1 - converted) / p.conversion.time_constant,
        (i / knee - np.arctanh(w / top)) * top / p.polarisation.time_constant,
        *(-np.diff(flux) / WIDTHS * diffusivity * open_ / ((1 - layer.porosity) * covered * h**2)),
    ]
    spots = np.pi * contact.spot_radius * max(1 - np.sqrt(f), 0) ** 1.5 / (4 * grain * f)
    ohmic = h / (layer.conductivity * open_) + x / mci.ionic_conductivity / (1 - damage)
    kinetic = np.arcsinh(i / (2 * p.charge_transfer.exchange_current_density * f * (1 - damage)))
    swing = np.log((salt[0] + edge * WIDTHS[0] / 2) / (salt[-1] - edge * WIDTHS[0] / 2))
    resistance = ohmic + spots + p.ageing.final_resistance * aged
    return rates, resistance * i + 2 * RT_F * (kinetic + (1 - t) * swing) + w


def cell(system, i, y):
    """Rates of all states and the voltage of the cell at current density i."""
    pellet, (one, two), (left, right) = system.conduction, system.sides, np.split(y, 2)
    rates, u = side(one, pellet.grain_conductivity, i, left)
    more, v = side(two, pellet.grain_conductivity, -i, right)
    return [*rates, *more], pellet.thickness / pellet.conductivity * i + u - v


def voltages(system, record):
    """Voltage of every row of a record of galvanostatic steps, from its times and currents alone."""
    y, found = np.tile([0.0] * 6 + [1.0] * N, 2), []
    for step in record.table.partition_by("Step Index / 1", maintain_order=True):
        i = step["Current / A"][0] / record.area_m2
        times = (step["Test Time / s"] - step["Test Time / s"][0]).to_numpy()
        rates = partial(lambda i, _, y: cell(system, i, y)[0], i)
        run = solve_ivp(rates, (0, times[-1]), y, "Radau", times, rtol=1e-6, atol=1e-10)
        found += [cell(system, i, state)[1] for state in run.y.T]
        y = run.y[:, -1]
    return np.array(found)


def main():
    coated = il.cells.load("ding2024/cuf2-20ul")
    record = il.simulate(
        coated, il.Protocol(["Plate at 0.1 mA/cm2 for 1 hour", "Strip at 0.1 mA/cm2 for 1 hour"])
    )
    plain = voltages(build(coated).system, record)
    plateau = 1e3 * np.median(np.abs(plain))
    apart = 1e3 * np.sqrt(np.mean((plain - record.table["Voltage / V"].to_numpy()) ** 2))
    print(f"{plateau:.1f} mV on one page, {apart:.3f} mV rms beside interlayer.simulate")
    assert abs(plateau - 40.0) < 0.1 * 40.0  # mV
    return record


if __name__ == "__main__":
    main()
