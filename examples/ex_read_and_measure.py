"""Read an instrument's text export and get its numbers, in the way one's own files are read.

The file is made here, in a folder that is deleted afterwards: the impedance of a resistor of 100 ohm in series with
one of 50 ohm beside a capacitor of 1 uF, whose numbers anybody can check.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np

import interlayer as il


def write_export(path):
    """A spectrum as EC-Lab exports it: tabs, a decimal point, -Im(Z)."""
    frequency = np.geomspace(1e6, 0.1, 71)
    impedance = 100.0 + 50.0 / (1.0 + 2j * np.pi * frequency * 50.0 * 1e-6)
    rows = zip(frequency, impedance.real, -impedance.imag, strict=True)
    text = ["EC-Lab ASCII FILE", "Nb header lines : 3", "freq/Hz\tRe(Z)/Ohm\t-Im(Z)/Ohm\t"]
    text += [f"{f:.7E}\t{real:.7E}\t{minus:.7E}" for f, real, minus in rows]
    path.write_text("\r\n".join(text) + "\r\n", encoding="utf-8")


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "resistors.mpt"
        write_export(path)
        record = il.read(path, area_m2=0.785e-4, label="two resistors")
    print(record)

    numbers = {metric.name: metric for metric in il.metrics.evaluate(record, ["R_b_plus_R_gb", "R_int"])}
    for metric in numbers.values():
        print(metric)
    # 1 uF at 0.785 cm2 is the capacitance of an interface: its 50 ohm are R_int, the 100 ohm in front are the pellet.
    assert abs(numbers["R_b_plus_R_gb"].value - 100.0) < 0.1
    assert abs(numbers["R_int"].value - 50.0) < 0.1

    # No current flows, so there is no overpotential; the metric says so instead of giving a number.
    (nothing,) = il.metrics.evaluate(record, ["plateau_overpotential"])
    assert nothing.value is None
    print(nothing)
    return record


if __name__ == "__main__":
    main()
