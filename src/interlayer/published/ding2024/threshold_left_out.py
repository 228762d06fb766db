"""The bare cell's critical current, predicted without itself.

It alone fixes the threshold of filaments, so that its prior is what is left: thresholds from `priors.toml`, the cell
from the posterior, which no ramp has touched, and the step of the ramp from its prior. That the bare cell lived 400 h
at 0.1 mA/cm2, and a full cell through 1C, would hold the threshold from below; neither is a calibrating number, and
neither is used.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np

from interlayer.inference.left_out import LEVELS
from interlayer.inference.scores import weighted_quantiles
from interlayer.published.ding2024 import posterior, priors
from interlayer.published.ding2024.draw import Draw
from interlayer.published.ding2024.ensemble import FAILED_AT
from interlayer.published.ding2024.posterior import LeftOut, Posterior
from interlayer.published.ding2024.shorts import failed_levels, ramp

ID: Final = "ccd-bare"
"""Both rows of the comparison, one for each assumed step of the ramp."""
CELLS: Final = 24
"""From the posterior."""
THRESHOLDS: Final = 100
"""On each cell."""
END: Final = 1.5
"""mA/cm2; end of the ramp."""


def leave_out(fitted: Posterior) -> LeftOut:
    """First failed step (mA/cm2) without the published one; infinite: beyond `END`."""
    prior = priors.load()["threshold_current"]
    at = prior.value(priors.ndtri((np.arange(THRESHOLDS) + 0.5) / THRESHOLDS))

    def one(draw: Draw) -> list[float]:
        step = draw.values["ramp_step"] / 10.0
        return failed_levels(draw.system("bare"), ramp(step, END), at).tolist()

    draws = _draws(fitted)
    first = one(draws[0])  # compiled before the threads start
    with ThreadPoolExecutor(max_workers=2) as pool:
        found = np.array([first, *pool.map(one, draws[1:])]).ravel()
    p05, p25, p50, p75, p95 = (float(q) for q in weighted_quantiles(found, np.ones(len(found)), LEVELS))
    how = f"ramps of {CELLS} cells"
    return LeftOut(
        ID, FAILED_AT, "mA/cm2", p05, p25, p50, p75, p95, np.nan, np.nan, False, (prior.name,), how
    )


def _draws(fitted: Posterior) -> list[Draw]:
    """Cells from the posterior, without a threshold."""
    rng = np.random.default_rng([fitted.seed, 302])
    chosen = rng.choice(len(fitted.z), size=CELLS, p=fitted.weight)
    others = {p.name: p.value(rng.standard_normal(CELLS)) for p in priors.drawn_afterwards()}
    steps = rng.choice(priors.load()["ramp_step"].numbers, size=CELLS)
    out: list[Draw] = []
    for k, particle in enumerate(chosen):
        stratum = posterior.strata()[fitted.stratum[particle]]
        felt = posterior.parameters(fitted.z[particle], stratum.area_m2, stratum.arc, priors.ndtr)
        values = {n: float(v) for n, v in felt.items()} | {n: float(v[k]) for n, v in others.items()}
        values |= {"reading": float(stratum.reading), "ramp_step": 10.0 * float(steps[k])}
        out.append(Draw(k, values, {}, {}, 1.0, fitted.seed))
    return out
