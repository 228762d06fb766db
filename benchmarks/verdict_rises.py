"""Weights by which the course of a rise tells the failures apart, and how well they do on families left out.

    python -m benchmarks.verdict_rises --write

draws records of every part that development may look at, computes `interlayer.failures.course.measures`, fits a
multinomial logistic regression with signs that physics gives, and writes `src/interlayer/failures/rise_weights.py`.
Without --write it reports only: in sample, and with each family judged by weights that never saw it.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from benchmarks.verdicts import part_of

KINDS = ("contact_loss", "depletion", "runaway", "none")
SIGNS = {
    "size": "000-",
    "beyond growth": "000-",
    "within": "++--",
    "made up": "++-0",
    "kept": "+-+0",
    "kept known": "0f00",
    "ohmic": "+-+0",
    "ohmic known": "0f00",
    "goes on": "-0+0",
    "heals": "+0--",
    "climbs": "00+-",
    "faster": "00+-",
    "law of lost area": "+-00",
    "law of growth": "0-+0",
    "begun before": "0-+0",
    "salt": "0+00",
    "no salt": "0-00",
    "steepest": "++--",
    "diverges": "++--",
    "returned": "0+-0",
    "number of jumps": "0-+-",
    "greatest jump": "+0-0",
    "jump": "+0--",
    "lost and regained": "+0--",
    "refill": "+0-0",
    "ends early": "000-",
    "from the first": "0+-0",
}
"""Sign that each measure's weight may have, by `KINDS`: + or -, 0 none, f either (a constant of its own)."""
PARTS = ("development", "opened", "opened-second")
SEED_OF_FAMILIES, SEEDS = 32, (31, 33)
OF_FAMILY, OF_PART = 70, 450
"""Records of each family that can rise, and of each part as it is."""
PENALTY = 2.0
FAILURES = KINDS[:3]
TARGET = Path(__file__).parents[1] / "src/interlayer/failures/rise_weights.py"

Array = NDArray[np.float64]
Labels = NDArray[np.int64]


@dataclasses.dataclass(frozen=True)
class Sample:
    """Measures of one record, what is true, and which family it is of."""

    family: str
    kind: str
    value: list[float]


def samples(*, of_family: int = OF_FAMILY, of_part: int = OF_PART) -> list[Sample]:
    """Draw records and measure those that rise."""
    from interlayer.trouble import member

    out: list[Sample] = []
    for name in PARTS:
        part = part_of(name)
        drawn = [(part, seed, of_part) for seed in SEEDS]
        for family in part.families:
            if _can_fail(part, family):
                drawn.append((dataclasses.replace(part, families=(family,)), SEED_OF_FAMILIES, of_family))
        for some, seed, size in drawn:
            for k in range(size):
                record, truth = member(k, seed, some)
                value = measured(record)
                if value is not None:
                    kind = truth.failure if truth.failure in FAILURES else "none"
                    out.append(Sample(f"{name}/{truth.family}", kind, value))
    return out


def _can_fail(part: object, family: object) -> bool:
    """Whether a family's first record has a failure of the cell."""
    from interlayer.trouble import member

    _, truth = member(0, SEED_OF_FAMILIES, dataclasses.replace(part, families=(family,)))  # type: ignore[type-var]
    return truth.failure in FAILURES


def measured(record: object) -> list[float] | None:
    """Measures in the order of `SIGNS`; None if nothing rises, or the record cannot be judged."""
    from interlayer.failures.course import measures
    from interlayer.failures.instrument import instrument
    from interlayer.failures.trace import trace
    from interlayer.metrics.analysis import Analysis

    analysis = Analysis(record)  # type: ignore[arg-type]
    if analysis.get(instrument) or analysis.get(trace).reason:
        return None
    found = analysis.get(measures)
    return None if found is None else [found[name] for name in SIGNS]


def fitted(value: Array, kind: Labels, family: list[str]) -> Array:
    """Return weights, shape (1 + measures, kinds); a family counts with the square root of its number."""
    scale = np.maximum(value.std(axis=0), 0.1)
    design = np.hstack([np.ones((len(value), 1)), value / scale])
    _, where, number = np.unique(family, return_inverse=True, return_counts=True)
    weight = 1.0 / np.sqrt(number[where])
    weight *= weight.size / weight.sum()
    shape = (design.shape[1], len(KINDS))
    mine = np.arange(kind.size)

    def loss(flat: Array) -> tuple[float, Array]:
        w = flat.reshape(shape)
        share = shares(w, design)
        off = share.copy()
        off[mine, kind] -= 1.0
        slope = design.T @ (off * weight[:, None])
        slope[1:] += PENALTY * w[1:]
        likely = np.log(np.maximum(share[mine, kind], 1e-300))
        return float(-(weight * likely).sum() + 0.5 * PENALTY * (w[1:] ** 2).sum()), slope.ravel()

    limits = {"0": (0.0, 0.0), "+": (0.0, None), "-": (None, 0.0), "f": (None, None)}
    bounds = [(None, None)] * len(KINDS) + [limits[c] for signs in SIGNS.values() for c in signs]
    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B", bounds=bounds)
    w = found.x.reshape(shape)
    w[1:] /= scale[:, None]
    return w


def shares(w: Array, design: Array) -> Array:
    """Share of each kind."""
    score = design @ w
    share = np.exp(score - score.max(axis=1, keepdims=True))
    return share / share.sum(axis=1, keepdims=True)


def left_out(value: Array, kind: Labels, family: list[str]) -> Array:
    """Shares of each record's kinds by weights that were fitted without its family."""
    names = np.array(family)
    out = np.zeros((len(value), len(KINDS)))
    for name in np.unique(names):
        mine = names == name
        w = fitted(value[~mine], kind[~mine], names[~mine].tolist())
        out[mine] = shares(w, np.hstack([np.ones((int(mine.sum()), 1)), value[mine]]))
    return out


def report(value: Array, kind: Labels, family: list[str]) -> str:
    """Say how many are right, in sample and with their family left out."""
    design = np.hstack([np.ones((len(value), 1)), value])
    w = fitted(value, kind, family)
    share = left_out(value, kind, family)
    said, sure = share.argmax(axis=1), share.max(axis=1)
    right = said == kind
    lines = [
        f"{len(value)} records that rise; right in sample {np.mean(shares(w, design).argmax(axis=1) == kind):.3f}, "
        f"with their family left out {right.mean():.3f}"
    ]
    for k, name in enumerate(KINDS):
        lines.append(f"  {name:<14} {int((kind == k).sum()):>4} {right[kind == k].mean():.3f}")
    for low, high in ((0.0, 0.5), (0.5, 0.6), (0.6, 0.7), (0.7, 0.8), (0.8, 0.9), (0.9, 0.97), (0.97, 1.01)):
        some = (sure >= low) & (sure < high)
        if some.any():
            lines.append(
                f"  share {low:.2f} to {high:.2f}: {right[some].mean():.3f} right of {int(some.sum())}"
            )
    names = np.array(family)
    for name in np.unique(names):
        mine = names == name
        if right[mine].mean() < 0.98:
            told = {KINDS[k]: n for k, n in Counter(said[mine].tolist()).items()}
            lines.append(f"  {name:<36} {int(mine.sum()):>4} {right[mine].mean():.3f} {told}")
    return "\n".join(lines)


def written(w: Array, count: int, text: str) -> str:
    """Source of the table."""
    lines = [
        '"""Weights of the measures of a rise, by kind: see `interlayer.failures.kind_of_rise`.',
        "",
        f"Written by `python -m benchmarks.verdict_rises --write` from {count} simulated records that rise; {text}.",
        '"""',
        "",
        "from __future__ import annotations",
        "",
        "from typing import Final",
        "",
        f"KINDS: Final = {KINDS!r}".replace("'", '"'),
        f"CONSTANT: Final = ({', '.join(_number(x) for x in w[0])})",
        "WEIGHTS: Final = {",
    ]
    for name, row in zip(SIGNS, w[1:], strict=True):
        lines.append(f'    "{name}": ({", ".join(_number(x) for x in row)}),')
    lines += ["}", ""]
    return "\n".join(lines)


def _number(x: float) -> str:
    return f"{x + 0.0:.3f}" if abs(x) >= 5e-4 else "0.0"


def main(arguments: list[str] | None = None) -> int:
    """Fit, report and perhaps write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args(arguments)
    drawn = samples()
    value = np.array([s.value for s in drawn])
    kind = np.array([KINDS.index(s.kind) for s in drawn], dtype=np.int64)
    family = [s.family for s in drawn]
    sys.stdout.write(report(value, kind, family) + "\n")
    if asked.write:
        right = float(np.mean(left_out(value, kind, family).argmax(axis=1) == kind))
        w = fitted(value, kind, family)
        text = f"with its family\nleft out {right:.1%} of them are right"
        TARGET.write_text(written(w, len(drawn), text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
