"""How often the verdict on a cell is right: records with declared truth, half of them by mechanisms never tuned on.

`python benchmarks/run.py --only verdicts` gives the figures; `python -m benchmarks.verdicts --part development
--seed 3 --size 400 [--figure FILE.png]` says more: by family, which are confused, which are wrong.
What is true of a record, and what nobody could tell, is declared in docs/theory/trouble.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes

SEED = 20240406
"""Of the population whose figures are published. Nothing was tuned on it; development has seeds 1 to 9."""
PARTS = ("development", "opened", "opened-second", "held-out")
"""Tuned on from the beginning, tuned on since a first and a second round, and never tuned on."""
SHARES = {"development": 0.25, "opened": 0.125, "opened-second": 0.125, "held-out": 0.5}
"""Of the records whose figures are published."""
UNKNOWN_ALLOWED = 0.05
"""Share of records that may be called unknown; more count as wrong."""
PLATING_TOLERANCE = 0.05
"""Of the duration, in tests of one direction: their one half-cycle is the test."""
SAME_CURRENT = 5e-3
FEWEST_IN_CLASS = 20
"""Verdicts that a class of confidence needs to be drawn."""


@dataclass(frozen=True)
class Outcome:
    """What was said of one record, and what is true.

    Attributes
    ----------
    number : int
    part : str
    truth : interlayer.trouble.Truth
    short, failure : str
        The verdict's.
    time_s : float or None
    confidence : float
    ccd_A : tuple or None
        Interval that was found; None if the record was not taken for a ramp.
    seconds : float
        Of the verdict and the critical current.
    """

    number: int
    part: str
    truth: Any
    short: str
    failure: str
    time_s: float | None
    confidence: float
    ccd_A: tuple[float | None, float | None] | None
    seconds: float

    @property
    def is_right(self) -> bool:
        """Whether short and failure are both right."""
        return self.short == self.truth.short and self.failure == self.truth.failure

    @property
    def is_unknown(self) -> bool:
        """Whether either is left open."""
        return "unknown" in (self.short, self.failure)

    @property
    def is_false_alarm(self) -> bool:
        """Whether a sound cell is said to be in trouble."""
        return (
            self.truth.is_healthy and (self.short, self.failure) != ("none", "none") and not self.is_unknown
        )

    @property
    def time_is_right(self) -> bool | None:
        """Whether the beginning of a short is found within one half-cycle; None if there is none to find.

        Where another failure came before the short, the verdict's time is that of the failure: None.
        """
        t = self.truth
        if t.short_s is None or t.time_s != t.short_s:
            return None
        if self.short in ("none", "unknown") or self.time_s is None:
            return False
        allowed = t.half_s * (PLATING_TOLERANCE if t.kind == "unidirectional plating" else 1.0)
        return t.short_s - allowed <= self.time_s <= t.complete_s + allowed

    @property
    def ccd_is_right(self) -> bool | None:
        """Whether both ends of the interval are right; None where the truth has none."""
        if self.truth.ccd_A is None:
            return None
        if self.ccd_A is None:
            return False
        return all(_same(a, b) for a, b in zip(self.ccd_A, self.truth.ccd_A, strict=True))


def _same(found: float | None, true: float | None) -> bool:
    if found is None or true is None:
        return found is true
    return abs(found - true) <= SAME_CURRENT * true


@dataclass(frozen=True)
class Score:
    """Shares from 0 to 1, NaN where nothing is of that kind.

    Attributes
    ----------
    records, unknown : int
    right : float
        Right ones over all but the unknown ones that are allowed.
    short_right, failure_right : float
        The same of each alone.
    false_alarm : float
        Of the healthy ones.
    missed : float
        Of those in trouble, called healthy.
    time_right, time_right_if_found : float
        Of the shorts; of the shorts that were found.
    ccd_right : float
        Of the ramps.
    healthy, shorts, ramps : int
    """

    records: int
    unknown: int
    right: float
    short_right: float
    failure_right: float
    false_alarm: float
    missed: float
    time_right: float
    time_right_if_found: float
    ccd_right: float
    healthy: int
    shorts: int
    ramps: int


def part_of(name: str):
    """Return the families of one of `PARTS`.

    Raises
    ------
    ValueError
        For a name that is none of `PARTS`.
    """
    if name == "development":
        from interlayer.trouble import DEVELOPMENT

        return DEVELOPMENT
    if name == "opened":
        from benchmarks.verdict_opened import OPENED

        return OPENED
    if name == "opened-second":
        from benchmarks.verdict_opened_second import OPENED_SECOND

        return OPENED_SECOND
    if name == "held-out":
        from benchmarks.verdict_held_out import HELD_OUT

        return HELD_OUT
    raise ValueError(f"no part '{name}'; there are {', '.join(PARTS)}")


def population(size: int, seed: int, part: str = "development") -> list[tuple[Any, Any]]:
    """Return the first `size` records of a part with their truth."""
    from interlayer.trouble import population as drawn

    return drawn(size, seed, part_of(part))


def outcomes(size: int, seed: int, part: str) -> Iterator[Outcome]:
    """Judge the first `size` records of a part, one after the other."""
    from interlayer.trouble import member

    families = part_of(part)
    for k in range(size):
        record, truth = member(k, seed, families)
        yield judged(k, part, record, truth)


def judged(number: int, part: str, record: Any, truth: Any) -> Outcome:
    """Judge one record."""
    from interlayer.failures.judge import find_verdict
    from interlayer.metrics.analysis import Analysis
    from interlayer.metrics.critical_current import find_critical_current

    begin = time.perf_counter()
    analysis = Analysis(record)
    verdict = analysis.get(find_verdict)
    ramp = analysis.get(find_critical_current) if truth.ccd_A is not None else None
    seconds = time.perf_counter() - begin
    interval = None if ramp is None or ramp.reason else (ramp.last_passed_A, ramp.first_failed_A)
    return Outcome(
        number,
        part,
        truth,
        verdict.short,
        verdict.failure,
        verdict.time_s,
        verdict.confidence,
        interval,
        seconds,
    )


def scored(found: Sequence[Outcome]) -> Score:
    """Count."""
    unknown = sum(o.is_unknown for o in found)
    counted = len(found) - min(unknown, int(UNKNOWN_ALLOWED * len(found)))
    healthy = [o for o in found if o.truth.is_healthy]
    ill = [o for o in found if not o.truth.is_healthy]
    times = [o.time_is_right for o in found if o.time_is_right is not None]
    seen = [
        o.time_is_right for o in found if o.time_is_right is not None and o.short not in ("none", "unknown")
    ]
    ramps = [o.ccd_is_right for o in found if o.ccd_is_right is not None]
    return Score(
        records=len(found),
        unknown=unknown,
        right=_over(sum(o.is_right for o in found), counted),
        short_right=_over(sum(o.short == o.truth.short for o in found), counted),
        failure_right=_over(sum(o.failure == o.truth.failure for o in found), counted),
        false_alarm=_over(sum(o.is_false_alarm for o in healthy), len(healthy)),
        missed=_over(sum((o.short, o.failure) == ("none", "none") for o in ill), len(ill)),
        time_right=_over(sum(map(bool, times)), len(times)),
        time_right_if_found=_over(sum(map(bool, seen)), len(seen)),
        ccd_right=_over(sum(map(bool, ramps)), len(ramps)),
        healthy=len(healthy),
        shorts=len(times),
        ramps=len(ramps),
    )


def _over(part: int, whole: int) -> float:
    # more right ones than counted: unknown ones that are right in one of the two words
    return min(part / whole, 1.0) if whole else float("nan")


def label(short: str, failure: str) -> str:
    """Name of a verdict as one word."""
    if "unknown" in (short, failure):
        return "unknown"
    names = [x for x in (short, failure) if x != "none"]
    return " + ".join(names) if names else "sound"


def confusion(found: Sequence[Outcome]) -> tuple[list[str], np.ndarray]:
    """Return labels and counts: row the truth, column the verdict."""
    pairs = Counter((label(o.truth.short, o.truth.failure), label(o.short, o.failure)) for o in found)
    order = [
        "sound",
        "soft",
        "hard",
        "recovering",
        "contact_loss",
        "depletion",
        "runaway",
        "instrument",
        "unknown",
    ]
    seen = {x for pair in pairs for x in pair}
    labels = [x for x in order if x in seen] + sorted(seen - set(order))
    table = np.zeros((len(labels), len(labels)), dtype=int)
    for (true, said), n in pairs.items():
        table[labels.index(true), labels.index(said)] = n
    return labels, table


def reliability(found: Sequence[Outcome], bins: int = 5) -> list[tuple[float, float, int]]:
    """Return mean confidence, share of right verdicts and their number, by confidence; unknown ones left out."""
    told = [o for o in found if not o.is_unknown]
    sure = np.array([o.confidence for o in told])
    right = np.array([o.is_right for o in told], dtype=float)
    edges = np.array([0.0, 0.5, 0.7, 0.85, 0.95, 1.0 + 1e-9])[-bins - 1 :]
    where = np.digitize(sure, edges) - 1
    return [
        (float(sure[where == k].mean()), float(right[where == k].mean()), int((where == k).sum()))
        for k in range(bins)
        if (where == k).any()
    ]


def by_family(found: Sequence[Outcome]) -> list[tuple[str, int, float, int]]:
    """Return each family's name, number of records, share right and number unknown."""
    names = list(dict.fromkeys(o.truth.family for o in found))
    rows = []
    for name in names:
        some = [o for o in found if o.truth.family == name]
        rows.append(
            (name, len(some), sum(o.is_right for o in some) / len(some), sum(o.is_unknown for o in some))
        )
    return rows


# --- benchmark -------------------------------------------------------------------------------------------


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """Judge the published population: half of its records by held-out mechanisms, see `SHARES`."""
    counts = {part: max(round(share * sizes.records), 1) for part, share in SHARES.items()}
    found: list[Outcome] = []
    for part, count in counts.items():
        for o in outcomes(count, SEED, part):
            found.append(o)
            if o.number % 50 == 0:
                progress(len(found) / sum(counts.values()), f"{part}, record {o.number}")
    figures: list[Figure] = []
    for part in ("all", *PARTS):
        some = [o for o in found if part in ("all", o.part)]
        figures += _figures(scored(some), "" if part == "all" else part)
    figures.append(
        Figure(
            "verdict_ms",
            "one verdict with critical current, median",
            1e3 * float(np.median([o.seconds for o in found])),
            "ms",
            note=f"at most {1e3 * max(o.seconds for o in found):.0f} ms",
        )
    )
    sure = reliability(found)
    off = sum(n * abs(said - is_so) for said, is_so, n in sure) / max(sum(n for *_, n in sure), 1)
    figures.append(
        Figure(
            "verdict_calibration",
            "confidence against share of right verdicts, mean difference",
            off,
            note="; ".join(f"{said:.2f} said, {is_so:.2f} right, {n}" for said, is_so, n in sure),
        )
    )
    return figures


def _figures(s: Score, part: str) -> list[Figure]:
    key = f"_{part.replace('-', '_')}" if part else ""
    of = f", {part}" if part else ""
    return [
        Figure(
            f"verdict_right{key}",
            f"verdicts right{of}",
            s.right,
            "1",
            0.97,
            note=f"{s.records} records, {s.unknown} unknown; short {s.short_right:.3f}, failure "
            f"{s.failure_right:.3f}; in trouble and called sound {s.missed:.3f}",
        ),
        Figure(
            f"verdict_false_alarm{key}",
            f"sound cells said to be in trouble{of}",
            s.false_alarm,
            "1",
            0.01,
            sense="at most",
            note=f"{s.healthy} sound cells",
        ),
        Figure(
            f"verdict_time{key}",
            f"shorts found within one half-cycle{of}",
            s.time_right,
            "1",
            0.95,
            note=f"{s.shorts} shorts; of those found {s.time_right_if_found:.3f}",
        ),
        Figure(
            f"verdict_ccd{key}",
            f"critical current, interval exact{of}",
            s.ccd_right,
            "1",
            0.95,
            note=f"{s.ramps} ramps",
        ),
    ]


def draw(found: Sequence[Outcome], path: Path) -> None:
    """Draw the confusion matrix, the families and the reliability of the confidence."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure as Canvas

    labels, table = confusion(found)
    # a verdict of a short and a failure at once is one class here, whichever they are
    classes = [x for x in labels if " + " not in x] + ["both"] * any(" + " in x for x in labels)
    where = [classes.index("both" if " + " in x else x) for x in labels]
    lumped = np.zeros((len(classes), len(classes)), dtype=int)
    np.add.at(lumped, np.ix_(where, where), table)
    occurs = lumped.sum(axis=1) > 0
    table = lumped[occurs]
    names = [x.replace("_", " ") for x in classes]
    figure = Canvas(figsize=(12.5, 5.6), layout="constrained")
    FigureCanvasAgg(figure)
    left, middle, right = figure.subplots(1, 3, width_ratios=(1.25, 0.9, 0.9))
    share = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    left.imshow(share, cmap="Blues", vmin=0, vmax=1.3)
    for (row, column), n in np.ndenumerate(table):
        if n:
            dark = share[row, column] > 0.6
            left.text(
                column, row, str(n), ha="center", va="center", fontsize=8, color="white" if dark else "black"
            )
    left.set_xticks(range(len(names)), names, rotation=60, ha="right", fontsize=8)
    left.set_yticks(range(len(table)), [n for n, o in zip(names, occurs, strict=True) if o], fontsize=8)
    left.set_xlabel("verdict")
    left.set_ylabel("truth")
    rows = sorted(by_family(found), key=lambda r: r[0])
    place = np.arange(len(rows))[::-1]
    middle.barh(place, [r[2] for r in rows], color="#4a7fb5")
    middle.set_yticks(place, [f"{r[0]} ({r[1]})" for r in rows], fontsize=7)
    middle.set_xlim(0, 1)
    middle.set_xlabel("share right")
    sure = [x for x in reliability(found) if x[2] >= FEWEST_IN_CLASS]
    right.plot([0, 1], [0, 1], color="0.7", lw=1)
    right.plot([x[0] for x in sure], [x[1] for x in sure], "o-", color="#4a7fb5")
    for said, is_so, n in sure:
        right.annotate(str(n), (said, is_so), textcoords="offset points", xytext=(5, -10), fontsize=8)
    right.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel="confidence", ylabel="share right", aspect="equal")
    figure.savefig(path, dpi=150)


def main(arguments: list[str] | None = None) -> int:
    """Judge a population and say what went wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--part", choices=PARTS, default="development")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=200)
    parser.add_argument("--figure", type=Path)
    asked = parser.parse_args(arguments)
    found = list(outcomes(asked.size, asked.seed, asked.part))
    out = sys.stdout.write
    labels, table = confusion(found)
    out("truth \\ verdict   " + " ".join(f"{x[:9]:>9}" for x in labels) + "\n")
    for name, row in zip(labels, table, strict=True):
        out(f"{name[:17]:<17} " + " ".join(f"{n:>9}" for n in row) + "\n")
    out("\nfamily, records, right, unknown\n")
    for name, n, share, unknown in by_family(found):
        out(f"{name:<30} {n:>5} {share:>7.3f} {unknown:>5}\n")
    out("\nnumber, family, kind, truth, verdict, time\n")
    for o in found:
        faults = [
            word
            for word, good in (("verdict", o.is_right), ("time", o.time_is_right), ("ccd", o.ccd_is_right))
            if good is False
        ]
        if faults:
            true = label(o.truth.short, o.truth.failure)
            out(
                f"{o.number:>5} {o.truth.family:<28} {o.truth.kind:<24} {true:<14} {label(o.short, o.failure):<22} "
                f"{_h(o.truth.time_s)} {_h(o.time_s)} wrong: {', '.join(faults)}\n"
            )
    score = scored(found)
    out("\n" + "\n".join(f"{k:<22} {v:.4g}" for k, v in vars(score).items()) + "\n")
    for said, is_so, n in reliability(found):
        out(f"confidence {said:.2f}: {is_so:.2f} right of {n}\n")
    if asked.figure:
        draw(found, asked.figure)
    return 0


def _h(seconds: float | None) -> str:
    return "-" if seconds is None else f"{seconds / 3600:.4g} h"


BENCHMARK = Benchmark(
    "verdicts",
    "verdicts on simulated cells whose truth is declared",
    ("verdict_right", "verdict_false_alarm", "verdict_time", "verdict_ccd"),
    run,
    300.0,
    long=True,
)

if __name__ == "__main__":
    raise SystemExit(main())
