"""How often a fit of an impedance spectrum is right, how often it is wrong and silent, and what it costs.

The declared population of `impedance_population` goes through this project's fit without any guess and, where
they are installed, through impedance.py and pyimpspec with the true circuit and the true values off by up to a
factor of three. They are looked for in this Python and in the one that the environment variable INTERLAYER_PEERS names.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.harness import PROGRESS, Benchmark, Figure, Sizes
from benchmarks.impedance_population import (
    ELECTROLYTE_BELOW_F,
    IDENTIFIABLE,
    RIGHT,
    SEED,
    SIZE,
    TAIL_ABOVE_F,
    UNIDENTIFIABLE,
    FloatArray,
    Spectrum,
    population,
)

QUANTITIES = ("R_gb", "R_int", "total")
FLAGGED_FROM = 0.10
"""Relative standard error from which a value counts as flagged."""
BATCH = 100
SLOW_PROGRAM = 300
"""First members that go through impedance.py, which takes seconds for one."""
_PEERS = Path(__file__).with_name("impedance_peers.py")


@dataclass(frozen=True)
class Estimate:
    """What a program says of one spectrum.

    Attributes
    ----------
    value, stderr : dict
        R_gb, R_int and total in ohm; NaN where it gives none.
    flagged : bool
        Whether it warns that R_gb or R_int is not to be relied on.
    """

    value: dict[str, float]
    stderr: dict[str, float]
    flagged: bool


@dataclass(frozen=True)
class Verdict:
    """What became of a population; shares from 0 to 1, NaN where no spectrum is of that kind."""

    identifiable: int
    right: float
    wrong_and_silent: float
    identifiable_flagged: float
    between_right: float
    between_flagged: float
    between_wrong_and_silent: float
    unidentifiable: int
    flagged: float
    total_right: float
    """Of spectra whose bound of the total is below the limit of identifiable ones."""
    stderr_ratio: dict[str, float]
    """Median of reported standard error over bound, identifiable spectra."""
    coverage: dict[str, float]
    """Share of 95 % intervals of identifiable spectra that hold the truth."""


def ours(spectra: Sequence[Spectrum]) -> tuple[list[Estimate], FloatArray]:
    """Fit without a guess in batches; estimates, and milliseconds a spectrum of each batch."""
    from interlayer.circuits import fit_spectra

    found: list[Estimate] = []
    times: list[float] = []
    for begin in range(0, len(spectra), BATCH):
        some = spectra[begin : begin + BATCH]
        start = time.perf_counter()
        fits = fit_spectra([(s.frequency_Hz, s.impedance_ohm) for s in some])
        times.append(1e3 * (time.perf_counter() - start) / len(some))
        found += [_of_fit(f) for f in fits]
    return found, np.array(times)


def _of_fit(fit) -> Estimate:
    """Name arcs by capacitance and take errors that count rival circuits."""
    from interlayer.circuits import Parameter, averaged

    def part(low: float, high: float, alone: bool):
        def sum_of(one) -> Parameter | None:
            names = [a.name for a in one.arcs if low <= a.capacitance_F < high]
            if alone and (not names or any(one.parameters[n].stderr is None for n in names)):
                return None
            return one.sum_of(tuple(names if alone else ["R0", *names]))

        return averaged(fit, sum_of)

    found = {
        "R_gb": part(0.0, ELECTROLYTE_BELOW_F, True),
        "R_int": part(ELECTROLYTE_BELOW_F, TAIL_ABOVE_F, True),
        "total": part(0.0, TAIL_ABOVE_F, False),
    }
    value = {k: np.nan if p is None else p.value for k, p in found.items()}
    stderr = {k: np.nan if p is None or p.stderr is None else p.stderr for k, p in found.items()}
    warned = any(f.name == "an arc may be hidden" for f in fit.findings)
    return Estimate(value, stderr, warned or _is_loose(value, stderr))


def _is_loose(value: dict[str, float], stderr: dict[str, float]) -> bool:
    return any(not stderr[k] < FLAGGED_FROM * value[k] for k in ("R_gb", "R_int"))


def judged(spectra: Sequence[Spectrum], estimates: Sequence[Estimate]) -> Verdict:
    """Compare with truth and bound."""

    def table(get) -> dict[str, FloatArray]:
        return {
            q: np.array([get(s, e)[q] for s, e in zip(spectra, estimates, strict=True)]) for q in QUANTITIES
        }

    truth, bound = table(lambda s, _: s.truth), table(lambda s, _: s.bound)
    value, stderr = table(lambda _, e: e.value), table(lambda _, e: e.stderr)
    worst = np.array([s.worst for s in spectra])
    good, bad = worst <= IDENTIFIABLE, worst > UNIDENTIFIABLE
    between = ~good & ~bad
    flagged = np.array([e.flagged for e in estimates])
    off = {q: np.abs(value[q] / truth[q] - 1.0) for q in QUANTITIES}
    right = (off["R_gb"] < RIGHT) & (off["R_int"] < RIGHT)
    silent = ~right & ~flagged
    total = bound["total"] / truth["total"] <= IDENTIFIABLE
    with np.errstate(invalid="ignore"):
        inside = {q: np.abs(value[q] - truth[q]) < 1.96 * stderr[q] for q in QUANTITIES}
    return Verdict(
        int(good.sum()),
        _share(right, good),
        _share(silent, good),
        _share(flagged, good),
        _share(right, between),
        _share(flagged, between),
        _share(silent, between),
        int(bad.sum()),
        _share(flagged, bad),
        _share(off["total"] < RIGHT, total),
        {q: float(np.nanmedian((stderr[q] / bound[q])[good])) if good.any() else np.nan for q in QUANTITIES},
        {q: _share(inside[q], good) for q in QUANTITIES},
    )


def _share(which: np.ndarray, among: np.ndarray) -> float:
    return float(which[among].mean()) if among.any() else float("nan")


def peer(
    program: str, python: str, spectra: Sequence[Spectrum], seed: int
) -> tuple[list[Estimate], FloatArray]:
    """The same through another program, guesses off by up to a factor of three; seconds of each spectrum."""
    rng = np.random.default_rng([seed, 3])
    asked = [_question(s, rng) for s in spectra]
    done = subprocess.run(
        [python, str(_PEERS), program], input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    answers = json.loads(done.stdout[done.stdout.index("[{") :])
    estimates = [
        _of_peer(a, q["lead"], q["arcs"], s.truth) for a, q, s in zip(answers, asked, spectra, strict=True)
    ]
    return estimates, np.array([a["seconds"] for a in answers])


def _question(s: Spectrum, rng: np.random.Generator, spread: float = 3.0) -> dict:
    lead, arcs = s.circuit.startswith("L"), s.circuit.count("p(")
    tail = "Ws" if "Ws" in s.circuit else "W" if "W" in s.circuit else ""
    guess = s.values.copy()
    exponents = [lead + 3 + 3 * k for k in range(arcs)]
    for n in exponents:
        guess[n - 1] = guess[n - 1] ** guess[n] / guess[n - 2]
    factor = spread ** rng.uniform(-1.0, 1.0, guess.size)
    # exponents stay as they are: three times one is none
    factor[exponents] = 1.0
    return {
        "f": s.frequency_Hz.tolist(),
        "re": s.impedance_ohm.real.tolist(),
        "im": s.impedance_ohm.imag.tolist(),
        "lead": lead,
        "arcs": arcs,
        "tail": tail,
        "guess": (guess * factor).tolist(),
    }


def _of_peer(answer: dict, lead: bool, arcs: int, truth: dict[str, float]) -> Estimate:
    """Arcs named by capacitance or by their order, whichever is nearer the truth: names are not what is judged.

    Errors are those of sums without correlation, which these programs do not give.
    """
    nothing = dict.fromkeys(QUANTITIES, np.nan)
    if answer["values"] is None:
        return Estimate(nothing, nothing, True)
    v = answer["values"]
    e = [np.nan if x is None else x for x in answer["stderr"]]
    found: list[tuple[float, float, float, float]] = []
    for k in range(arcs):
        r, q, n = v[lead + 1 + 3 * k : lead + 4 + 3 * k]
        with np.errstate(all="ignore"):
            tau = float(np.power(np.abs(r * q), 1.0 / n)) if n > 0 else np.inf
        found.append((tau, r, e[lead + 1 + 3 * k], tau / r if r > 0 else np.inf))
    found.sort()
    by_order = ["R_gb" if k == 0 else "R_int" for k in range(arcs)]
    by_capacitance = [
        "" if c >= TAIL_ABOVE_F else "R_gb" if c < ELECTROLYTE_BELOW_F else "R_int" for *_, c in found
    ]
    estimates: list[Estimate] = []
    for names in (by_order, by_capacitance):
        value = {"R_gb": 0.0, "R_int": 0.0, "total": v[lead]}
        square = {"R_gb": 0.0, "R_int": 0.0, "total": e[lead] ** 2}
        for name, (_, r, error, _) in zip(names, found, strict=True):
            for key in (name, "total") if name else ():
                value[key] += r
                square[key] += error**2
        stderr = {k: float(np.sqrt(x)) for k, x in square.items()}
        estimates.append(Estimate(value, stderr, _is_loose(value, stderr)))
    return min(estimates, key=lambda x: max(abs(x.value[q] / truth[q] - 1.0) for q in ("R_gb", "R_int")))


def python_with(module: str) -> str | None:
    """A Python that can import a module: this one, or the one that INTERLAYER_PEERS names."""
    for python in (sys.executable, os.environ.get("INTERLAYER_PEERS", "")):
        if python and not subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode:
            return python
    return None


def peers_case() -> list[tuple[FloatArray, np.ndarray]]:
    """A hundred spectra whose interface arc grows from 562 to 4083 ohm, 0.3 % noise."""
    f = np.geomspace(1e6, 0.1, 70)
    omega = 2.0 * np.pi * f
    rng = np.random.default_rng(100)

    def arc(r: float, q: float, n: float):
        return r / (1.0 + r * q * (1j * omega) ** n)

    out: list[tuple[FloatArray, np.ndarray]] = []
    for r_int in np.linspace(562.0, 4083.0, 100):
        z = 60.0 + arc(140.0, 3e-9, 0.95) + arc(r_int, 2e-6, 0.80)
        noise = rng.standard_normal(f.size) + 1j * rng.standard_normal(f.size)
        out.append((f, z + 0.003 * np.abs(z) * noise))
    return out


PROGRAMS = (("impedance.py", "impedance", SLOW_PROGRAM), ("pyimpspec", "pyimpspec", SIZE))


def run(sizes: Sizes, progress: PROGRESS) -> list[Figure]:
    """The whole population, or as much of it as is asked for."""
    progress(0.0, "drawing the population")
    spectra = population(sizes.spectra, SEED)
    ours(spectra[:3])
    progress(0.02, f"{len(spectra)} spectra without a guess")
    begin = time.process_time()
    found, times = ours(spectra)
    worked = time.process_time() - begin
    verdict = judged(spectra, found)
    note = f"{verdict.identifiable} of {len(spectra)} spectra, seed {SEED}"
    figures = [
        Figure(
            "eis_right",
            "identifiable spectra fitted within 5 %, no guess",
            verdict.right,
            "1",
            0.99,
            note=note,
        ),
        Figure(
            "eis_wrong_silent",
            "identifiable spectra fitted wrong without a word",
            verdict.wrong_and_silent,
            "1",
            sense="at most",
            note=note,
        ),
        Figure(
            "eis_flagged",
            "spectra with a bound above 10 % that are flagged",
            verdict.flagged,
            "1",
            0.95,
            note=f"{verdict.unidentifiable} spectra; of the identifiable ones {verdict.identifiable_flagged:.3f}, "
            f"of those between {verdict.between_flagged:.3f}, "
            f"of which wrong and silent {verdict.between_wrong_and_silent:.3f}",
        ),
        Figure(
            "eis_total_right", "R_b + R_gb + R_int within 5 %", verdict.total_right, note="bound below 1.5 %"
        ),
    ]
    for q in QUANTITIES:
        figures += [
            Figure(
                f"eis_stderr_{q}",
                f"standard error of {q} over the bound, median",
                verdict.stderr_ratio[q],
                "1",
                1.5,
                sense="at most",
            ),
            Figure(
                f"eis_coverage_{q}",
                f"95 % intervals of {q} that hold the truth",
                verdict.coverage[q],
                note="0.92 to 0.97 asked",
            ),
        ]
    figures.append(
        Figure(
            "eis_ms",
            f"one spectrum in a batch of {BATCH}, median",
            float(np.median(times)),
            "ms",
            10.0,
            2.0,
            "at most",
            f"{times.min():.3g} to {times.max():.3g} ms, {times.size} batches;"
            f" processor {1e3 * worked / len(spectra):.3g} ms",
        )
    )
    figures += _peers_case_figures()
    for k, (program, module, most) in enumerate(PROGRAMS):
        progress(0.3 + 0.3 * k, program)
        figures += _program(program, module, spectra[:most])
    return figures


def _peers_case_figures() -> list[Figure]:
    from interlayer.circuits import fit_spectra

    spectra = peers_case()
    times: list[float] = []
    for _ in range(3):
        start = time.perf_counter()
        fits = fit_spectra(spectra)
        times.append(time.perf_counter() - start)
    estimates = [_of_fit(f) for f in fits]
    right = sum(
        abs(e.value["R_gb"] / 140.0 - 1.0) < RIGHT and abs(e.value["R_int"] / r - 1.0) < RIGHT
        for e, r in zip(estimates, np.linspace(562.0, 4083.0, 100), strict=True)
    )
    return [
        Figure(
            "eis_series_s",
            "100 spectra, R_int 562 to 4083 ohm",
            float(np.median(times)),
            "s",
            1.0,
            0.2,
            "at most",
        ),
        Figure("eis_series_right", "of these within 5 %", float(right) / len(spectra), "1", 1.0),
    ]


def _program(program: str, module: str, spectra: Sequence[Spectrum]) -> list[Figure]:
    key = module.replace("impedance", "impedance_py")
    python = python_with(module)
    shown = [
        (f"{key}_right", "identifiable spectra within 5 %", "1"),
        (f"{key}_wrong_silent", "identifiable spectra wrong without a word", "1"),
        (f"{key}_flagged", "spectra with a bound above 10 % that are flagged", "1"),
        (f"{key}_ms", "one spectrum, mean", "ms"),
    ]
    if python is None:
        why = f"{program} is not installed; name a Python that has it in INTERLAYER_PEERS"
        return [Figure(k, f"{program}: {meaning}", None, unit, note=why) for k, meaning, unit in shown]
    found, seconds = peer(program, python, spectra, SEED)
    verdict = judged(spectra, found)
    note = f"first {len(spectra)} spectra, {verdict.identifiable} identifiable; true circuit, guesses off"
    values = (verdict.right, verdict.wrong_and_silent, verdict.flagged, 1e3 * float(seconds.mean()))
    return [
        Figure(k, f"{program}: {meaning}", value, unit, note=note)
        for (k, meaning, unit), value in zip(shown, values, strict=True)
    ]


BENCHMARK = Benchmark(
    "impedance-population",
    "fits of spectra without a guess",
    ("eis_right", "eis_flagged", "eis_ms", "eis_series_s"),
    run,
    900.0,
    long=True,
)
