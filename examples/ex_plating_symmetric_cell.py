"""Plate and strip a coated symmetric cell for an hour each, and part its voltage into resistance and the rest.

Ding et al. 2024 publish an overpotential of about 40 mV at 0.1 mA/cm2 and an interface resistance of 92 ohm for
this cell. Both numbers were used to fix the parameters of the shipped set: finding them again shows that the line
works, not that the physics is right.
"""

from __future__ import annotations

import interlayer as il

CURRENT_DENSITY = 0.1  # mA/cm2


def main():
    cell = il.cells.load("ding2024/cuf2-20ul")
    protocol = il.Protocol(
        [
            "EIS from 1 MHz to 0.1 Hz",
            f"Plate at {CURRENT_DENSITY} mA/cm2 for 1 hour",
            f"Strip at {CURRENT_DENSITY} mA/cm2 for 1 hour",
        ]
    )
    record = il.simulate(cell, protocol)

    plating, stripping = il.metrics.plateau(record)
    print(plating)
    print(stripping)
    assert abs(plating.value - 40.0) < 0.1 * 40.0  # mV

    numbers = {metric.name: metric for metric in il.metrics.evaluate(record, ["R_b_plus_R_gb", "R_int"])}
    for metric in numbers.values():
        print(metric)
    assert abs(numbers["R_int"].value - 92.0) < 0.02 * 92.0  # ohm

    # What direct current shows and the spectrum above 0.1 Hz does not.
    seen = sum(metric.value for metric in numbers.values())  # ohm
    current = CURRENT_DENSITY * record.area_m2 * 1e4  # mA
    rest = plating.value - seen * current
    print(
        f"of {plating.value:.1f} mV the spectrum explains {seen * current:.1f} mV, {rest:.1f} mV it does not"
    )
    return record


if __name__ == "__main__":
    main()
