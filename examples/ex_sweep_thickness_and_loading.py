"""Sweep layer thickness and CuF2 share; draw overpotential, time to short and critical current under measured cells.

The plan is examples/sweep/plan.toml; on the command line: interlayer sweep examples/sweep/plan.toml -o out/sweep.
Bands lie between the two parameter sets that fit the paper. Give your own cells as a CSV like
examples/sweep/measured_cells.csv, whose head says what its columns are; those in it were NOT measured but invented.
"""

from __future__ import annotations

import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import matplotlib as mpl
import polars as pl
from matplotlib.figure import Figure

from interlayer import sweep
from interlayer.report.palette import INK, MUTED, ramp_colour
from interlayer.sweep.here import HereCrew

HERE = Path(__file__).parent / "sweep"
MARK = "parameters from Ding 2024, not from your cells"
X, SHARE = "cell.coating.thickness / um", "cell.coating.reactant_fraction / %"
FIRST, AGED = "plateau_overpotential first / mV", "plateau_overpotential 200 / mV"
PASSED, FAILED = (f"critical_current_density_{w} / mA/cm2" for w in ("last_passed", "first_failed"))
PANELS = (
    ("overpotential after 1 h / mV", [FIRST], ["first_mV"]),
    ("overpotential after 200 h / mV", [AGED], ["aged_mV"]),
    ("time to short / h", ["time_to_short / h"], ["time_to_short_h"]),
    ("critical current, passed to failed / mA/cm²", [PASSED, FAILED], ["passed_mA_cm2", "failed_mA_cm2"]),
)
TICKS = (5, 7, 10, 15, 20, 30)


class Swept(NamedTuple):
    table: pl.DataFrame
    png: bytes


def band_of(rows: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Lowest and highest over the parameter sets, by thickness."""
    low, high = (f([pl.col(c) for c in columns]) for f in (pl.min_horizontal, pl.max_horizontal))
    return rows.group_by(X, maintain_order=True).agg(low=low.min(), high=high.max())


def draw(table: pl.DataFrame, cells: pl.DataFrame, source: str) -> bytes:
    with mpl.rc_context({"font.size": 8, "axes.spines.top": False, "axes.spines.right": False}):
        figure = Figure((8.5, 6.0), layout="constrained")
        axes = figure.subplots(2, 2, sharex=True).ravel()
        figure.supxlabel("layer thickness / µm", fontsize=8)
        shares = sorted(table[SHARE].unique())
        for place, (title, columns, measured) in zip(axes, PANELS, strict=True):
            bands = [band_of(table.filter(pl.col(SHARE) == share), columns) for share in shares]
            spread = max((one["high"] / bands[0]["high"] - 1).abs().max() for one in bands)
            same = spread < 0.01  # a share that makes no difference is not drawn on top of the others
            for k, (share, band) in enumerate(zip(shares[:1] if same else shares, bands, strict=False)):
                colour = MUTED if same else ramp_colour(0.1 + 0.8 * k / (len(shares) - 1))
                label = "10 to 50 % CuF$_2$ alike" if same else f"{share:g} % CuF$_2$"
                place.fill_between(band[X], band["low"], band["high"], color=colour, alpha=0.4, label=label)
            low, high = cells[measured[0]], cells[measured[-1]]
            middle, half = 0.5 * (low + high), 0.5 * (high - low)
            place.errorbar(cells["thickness_um"], middle, half, fmt="o", color=INK, ms=4, label=source)
            place.set(ylabel=title, xscale="log", xticks=TICKS, xticklabels=TICKS, ylim=(0, None))
            place.minorticks_off()
            place.legend(frameon=False, loc="best")
        figure.suptitle(f"200 h at 0.1 mA/cm², then a ramp by 0.1 mA/cm²; {MARK}", fontsize=9)
        target = BytesIO()
        figure.savefig(target, format="png", dpi=150)
    return target.getvalue()


def main(measured: Path = HERE / "measured_cells.csv") -> Swept:
    plan = sweep.Plan.from_toml(HERE / "plan.toml")
    with tempfile.TemporaryDirectory() as folder:
        sweep.run(plan, folder, HereCrew())
        table = sweep.table(folder)
    # A cell that shorts at once has no overpotential to speak of, and passed no current.
    sound = pl.when(pl.col("time_to_short / h") > 1.0)
    table = table.with_columns(*(sound.then(pl.col(c)) for c in (FIRST, AGED)), pl.col(PASSED).fill_null(0.0))
    cells = pl.read_csv(measured, comment_prefix="#")
    png = draw(table, cells, "invented, not measured" if measured.parent == HERE else "measured cells")
    thin, thick = (table.filter(pl.col(X) == x) for x in (7.0, 15.0))
    print(f"passed at most, mA/cm2: {thin[PASSED].max():.2g} with 7 um, {thick[PASSED].max():.2g} with 15 um")
    # The paper's cells of 10 and 20 uL (7 and 15 um): 72 and about 40 mV, which calibrated the sets.
    assert abs(thin[FIRST].mean() - 72) < 8
    assert abs(thick[FIRST].mean() - 40) < 4
    return Swept(table, png)


if __name__ == "__main__":
    Path("thickness_and_loading.png").write_bytes(main(*map(Path, sys.argv[1:])).png)
