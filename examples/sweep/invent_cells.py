"""Write measured_cells.csv: example data that were NOT measured, from simulated cells with scatter.

interlayer sweep examples/sweep/plan.toml -o out/sweep && python examples/sweep/invent_cells.py out/sweep
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import polars as pl

from interlayer import sweep

X, SHARE = "cell.coating.thickness / um", "cell.coating.reactant_fraction / %"
COLUMNS = {
    "first_mV": "plateau_overpotential first / mV",
    "aged_mV": "plateau_overpotential 200 / mV",
    "time_to_short_h": "time_to_short / h",
    "passed_mA_cm2": "critical_current_density_last_passed / mA/cm2",
    "failed_mA_cm2": "critical_current_density_first_failed / mA/cm2",
}
HEAD = """\
# NOT MEASURED: invented by examples/sweep/invent_cells.py from cells simulated with ding2024-a, 10 % scatter in
# voltages, 5 % in thickness. Put your own cells here: one row a cell, an empty field where something was not measured.
# thickness_um: of the dry layer; share_percent: CuF2 by volume of the pore-free layer; first_mV, aged_mV: plateau of
# half-cycle 1 and 200 at 0.1 mA/cm2; time_to_short_h: from the first current on; passed_mA_cm2 and
# failed_mA_cm2: of the ramp.
"""

if __name__ == "__main__":
    table = sweep.table(sys.argv[1])
    some = table.filter((pl.col("cell.parameters") == "ding2024-a") & (pl.col(SHARE) == 30) & (pl.col(X) > 6))
    dice = np.random.default_rng(5)
    cells = pl.DataFrame(
        {
            "thickness_um": (some[X] * dice.normal(1.0, 0.05, len(some))).round(1),
            "share_percent": some[SHARE],
            "first_mV": (some[COLUMNS["first_mV"]] * dice.normal(1.0, 0.1, len(some))).round(1),
            "aged_mV": (some[COLUMNS["aged_mV"]] * dice.normal(1.0, 0.1, len(some))).round(1),
            "time_to_short_h": some[COLUMNS["time_to_short_h"]].round(1),
            "passed_mA_cm2": some[COLUMNS["passed_mA_cm2"]].round(2),
            "failed_mA_cm2": some[COLUMNS["failed_mA_cm2"]].round(2),
        }
    )
    Path(__file__).with_name("measured_cells.csv").write_text(HEAD + cells.write_csv(), encoding="utf-8")
