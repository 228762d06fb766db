"""Follow a cell's interfaces through its spectra: one circuit for all, R_int with errors, its law of growth.

The cell is simulated here; `il.read("file.mpt")` gives a measured record that is used in the same way. The pellet does
not change while the interfaces grow: its resistance is the check.
"""

from __future__ import annotations

import interlayer as il
from interlayer.circuits import resistances
from interlayer.circuits.geometry import Geometry
from interlayer.circuits.series import fit_series


def main():
    cell = il.cells.load("ding2024/bare").override({"area": "0.785 cm2", "electrolyte.thickness": "0.7 mm"})
    record = il.simulate(cell, il.protocols.load("resistance-growth"))
    geometry = Geometry(area_m2=0.785e-4, thickness_m=0.7e-3)
    series = fit_series([(s.frequency_Hz, s.impedance_ohm) for s in record.spectra], geometry=geometry)
    print(series.circuit, {name: label for name, (label, _) in series.labels.items()})

    hours, ohms, errors, pellet = [], [], [], []
    for spectrum, fit in zip(record.spectra, series.fits, strict=True):
        cell_ = resistances(fit, geometry=geometry, labels=series.labels)
        hours.append(spectrum.time_s / 3600.0)
        ohms.append(cell_.R_int.value)
        errors.append(cell_.R_int.stderr)
        pellet.append(cell_.R_b_plus_R_gb.value)
        print(
            f"{hours[-1]:5.0f} h  R_int {ohms[-1]:7.1f} +- {errors[-1]:.1g} ohm, pellet {pellet[-1]:.1f} ohm"
        )

    growth = il.metrics.growth_law(hours, ohms, errors)
    print(growth.verdict)
    for point in il.metrics.compare_ac_dc(record).points:
        print(f"half-cycle {point.half_cycle}: DC {point.dc_ohm.value:.0f} ohm, {point.verdict}")
    assert max(pellet) < 1.01 * min(pellet)
    assert growth.law is None, "four points cannot tell"
    return record


if __name__ == "__main__":
    main()
