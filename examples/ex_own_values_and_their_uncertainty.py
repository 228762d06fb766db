"""State what was measured on one's own cell, with its uncertainty, and see how sure the simulated numbers are.

Four values of one's own replace four of a shipped cell field by field; all others stay those of its parameter set.
Each draw is a cell with other values of the four. The pellet's resistance is a check: L/(sigma A) has the closed form
of error propagation. R_int is that of the interfaces; the plateau holds all.
"""

from __future__ import annotations

import math
import statistics

import interlayer as il

OWN = {
    "label": "my cell",
    "area": "0.785 +- 0.016 cm2",
    "electrolyte.thickness": "0.70(2) mm",
    "electrolyte.conductivity": "(4.9 +- 0.3)e-4 S/cm",
    "model.charge_transfer.exchange_current_density": "0.7 mA/cm2 +- 15 %",
}
DRAWS = 50


def main():
    cell = il.cells.load("ding2024/cuf2-20ul").override(OWN)
    protocol = il.Protocol(["EIS from 1 MHz to 0.1 Hz", "Plate at 0.1 mA/cm2 for 1 hour"])
    record = il.simulate(cell, protocol)
    for name in ("conduction.conductivity", "1.charge_transfer.exchange_current_density"):
        one = record.parameters[name]
        print(f"{name} = {one['value']:.3g} +- {one['uncertainty']:.2g} {one['unit']}, {one['origin']}")

    draws = il.uncertainty.sample(cell, DRAWS, seed=1, ranges=False)
    found: dict[str, list[float]] = {}
    for built in draws:
        drawn = il.simulate(built.cell, protocol, built=built)
        numbers = [*il.metrics.evaluate(drawn, ["R_b_plus_R_gb", "R_int"]), il.metrics.plateau(drawn)[0]]
        for metric in numbers:
            if metric.value is not None:
                found.setdefault(f"{metric.name} / {metric.unit}", []).append(metric.value)
    for name, values in found.items():
        mean, sigma = statistics.mean(values), statistics.stdev(values)
        print(f"{name}: {mean:.4g} +- {sigma:.2g} from {len(values)} draws")

    pellet = found["R_b_plus_R_gb / ohm"]
    expected = math.hypot(0.016 / 0.785, 0.02 / 0.70, 0.3 / 4.9)
    seen = statistics.stdev(pellet) / statistics.mean(pellet)
    # The deviation of 50 draws is itself known to one part in ten.
    assert abs(seen - expected) < 3.0 * expected / math.sqrt(2.0 * (DRAWS - 1))
    return record


if __name__ == "__main__":
    main()
