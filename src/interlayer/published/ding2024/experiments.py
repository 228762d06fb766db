"""The paper's electrochemical experiments, as protocols on the shipped cells.

What the paper does not state is assumed here and named: rests of half an hour before a spectrum, five cycles a
rate step, ramp steps of 0.05 and 0.1 mA/cm2, plating first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

from interlayer import cells
from interlayer.build import build
from interlayer.protocol import Block, Protocol
from interlayer.published.ding2024 import full_cells
from interlayer.published.ding2024.calibrate import MEMBERS, RATE_CURRENTS, RATE_CYCLES
from interlayer.record import Record
from interlayer.simulation import simulate

DEFAULT_SET: Final = "ding2024-b"
EIS: Final = "EIS from 1 MHz to 0.1 Hz"
REST: Final = "Rest for 30 minutes"
PLATE, STRIP = "Plate at {i} mA/cm2 for 1 hour", "Strip at {i} mA/cm2 for 1 hour"


def cycling(current: float, hours: float) -> Block:
    """Cycles of 2 x 1 h at `current` mA/cm2 for `hours`."""
    return Block([PLATE.format(i=current), STRIP.format(i=current)], repeat=round(hours / 2))


def with_spectra(current: float, ages: Sequence[float], end: float) -> Protocol:
    """Cycling to `end` hours with a spectrum before it and at each age (hours under current)."""
    steps: list[str | Block] = [EIS]
    for begin, age in zip([0.0, *ages], ages, strict=False):
        steps += [cycling(current, age - begin), REST, EIS]
    if end > ages[-1]:
        steps.append(cycling(current, end - ages[-1]))
    return Protocol(steps, label=f"{current} mA/cm2, 1 h a half-cycle, to {end:g} h")


@dataclass(frozen=True)
class Experiment:
    """One experiment: a shipped cell, a protocol, and whether every parameter set runs it."""

    cell: str
    protocol: Protocol
    everywhere: bool = True
    temperature_c: float | None = None
    rtol: float = 1e-3
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    """To the cell, by dotted key."""

    @property
    def default_set(self) -> str:
        """Parameter set whose value stands in the comparison."""
        return default_set(self.cell)


def default_set(cell: str) -> str:
    """Parameter set whose value stands in the comparison, by the shipped cell."""
    return DEFAULT_SET if cells.load(cell).cathode is None else full_cells.FULL_CELL_SET


def experiments() -> dict[str, Experiment]:
    """All experiments by name."""
    bare, coated = "ding2024/bare", "ding2024/cuf2-20ul"
    rate = Protocol.rate_test([f"{i} mA/cm2" for i in RATE_CURRENTS], cycles=RATE_CYCLES)
    found = {
        "bare-cycling": Experiment(bare, with_spectra(0.1, (100, 200, 400), 400)),
        "cuf2-cycling": Experiment(coated, with_spectra(0.1, (100, 200, 400, 4000), 6000), everywhere=False),
        "cuf2-early": Experiment(coated, with_spectra(0.1, (100, 200, 400), 400)),
        "cuf2-0.2": Experiment(coated, Protocol([cycling(0.2, 2200)]), everywhere=False),
        "cuf2-0.3": Experiment(coated, Protocol([cycling(0.3, 1600)]), everywhere=False),
        "cuf2-0.5": Experiment(coated, Protocol([cycling(0.5, 250)]), everywhere=False),
        "cuf2-0.2-early": Experiment(coated, Protocol([cycling(0.2, 20)])),
        "cuf2-0.3-early": Experiment(coated, Protocol([cycling(0.3, 20)])),
        "cuf2-10ul": Experiment("ding2024/cuf2-10ul", Protocol([cycling(0.1, 300)])),
        "cuf2-30ul": Experiment("ding2024/cuf2-30ul", Protocol([cycling(0.1, 300)])),
        "pvdf": Experiment("ding2024/pvdf", Protocol([cycling(0.1, 100)])),
        "rate": Experiment(coated, rate),
        "bare-ramp-0.05": Experiment(
            bare, Protocol.critical_current_ramp("0.05 mA/cm2", "0.05 mA/cm2", "0.4 mA/cm2")
        ),
        "bare-ramp-0.1": Experiment(
            bare, Protocol.critical_current_ramp("0.1 mA/cm2", "0.1 mA/cm2", "0.4 mA/cm2")
        ),
        "cuf2-ramp": Experiment(
            coated, Protocol.critical_current_ramp("0.1 mA/cm2", "0.1 mA/cm2", "3 mA/cm2")
        ),
    }
    for celsius in (15, 25, 45):
        found[f"bare-eis-{celsius}"] = Experiment(bare, Protocol([EIS]), False, celsius)
    return found | full_cell_experiments()


def full_cell_experiments() -> dict[str, Experiment]:
    """Those of full cells. 'lfp-bare-rate-constant' is the baseline without any growth of resistance."""
    found: dict[str, Experiment] = {}
    still = {"model.interphase.driving_potential": "0 V", "model.cathode_contact.damage_rate": "0 ohm cm2/h"}
    alone = {"model.cathode_contact.damage_rate": "0 ohm cm2/h"}
    for kind in ("cuf2", "bare"):
        lfp, ncm = f"ding2024/lfp-{kind}", f"ding2024/ncm811-{kind}"
        rich = Protocol.rate_capability(
            list(full_cells.RATES), full_cells.RATE_CYCLES, "4.3 V", "2.8 V", cv_until=None, rest=None
        )
        long = Protocol.full_cell_cycling("0.5C", 100, "4.3 V", "2.8 V", cv_until=None, rest=None)
        found |= {
            f"lfp-{kind}-rate": Experiment(lfp, full_cells.rate_test()),
            f"lfp-{kind}-0.2C": Experiment(
                lfp, full_cells.cycling("0.2C", 100, spectra=True), kind == "bare", rtol=full_cells.COARSE
            ),
            f"ncm811-{kind}-rate": Experiment(ncm, rich, False),
            f"ncm811-{kind}-0.5C": Experiment(ncm, long, False, rtol=full_cells.COARSE),
        }
    for kind, cycles in (("cuf2", 540), ("bare", 120), ("pvdf", 80)):
        protocol = full_cells.cycling("0.5C", cycles)
        found[f"lfp-{kind}-0.5C"] = Experiment(
            f"ding2024/lfp-{kind}", protocol, kind == "bare", rtol=full_cells.COARSE
        )
    for name, changes in (("constant", still), ("alone", alone)):
        found[f"lfp-bare-rate-{name}"] = Experiment(
            "ding2024/lfp-bare", full_cells.rate_test(), False, changes=changes
        )
    return found


Threshold = str
"""'chosen', 'low' or 'high': which end of the calibrated interval of the threshold current is used."""


@dataclass(frozen=True)
class Member:
    """A parameter set that fits as well as the others, and an end of its threshold interval."""

    set_name: str
    threshold: Threshold = "chosen"


def members() -> list[Member]:
    """All parameter sets, the default one first, each with both ends of the threshold interval for the ramps."""
    names = [DEFAULT_SET, *(n for n in MEMBERS if n != DEFAULT_SET)]
    return [Member(n, t) for n in names for t in ("chosen", "low", "high")]


def run(member: Member, name: str, experiment: Experiment) -> Record:
    """Run one experiment with one member."""
    cell = cells.load(experiment.cell).override({"parameters": member.set_name})
    if experiment.temperature_c is not None:
        cell = cell.override({"temperature": f"{experiment.temperature_c} degC"})
    if member.threshold != "chosen":
        threshold = build(cell).values["1.filament.threshold_current"]
        value = threshold.low if member.threshold == "low" else threshold.high
        if value is not None:
            cell = cell.override({"model.filament.threshold_current": f"{value * 0.1:.8g} mA/cm2"})
    if experiment.changes:
        cell = cell.override(experiment.changes)
    return simulate(cell, experiment.protocol, rtol=experiment.rtol).with_(label=name)


Runs = Mapping[tuple[Member, str], Record]


def run_all(progress: Callable[[str, float], None] | None = None) -> dict[tuple[Member, str], Record]:
    """Run every experiment with every member that it asks for; two at a time.

    A default set runs everything; the other sets what their bands need; the ends of the threshold only ramps.
    """
    jobs: list[tuple[Member, str, Experiment]] = []
    for member in members():
        for name, experiment in experiments().items():
            ramp = "ramp" in name
            if member.threshold != "chosen" and not ramp:
                continue
            if member.set_name != experiment.default_set and not experiment.everywhere:
                continue
            jobs.append((member, name, experiment))
    done: dict[tuple[Member, str], Record] = {}
    total = sum(experiment.protocol.n_steps + 20 for _, _, experiment in jobs)
    reached = 0
    with ThreadPoolExecutor(max_workers=2) as pool:
        waiting = [(member, name, e, pool.submit(run, member, name, e)) for member, name, e in jobs]
        for member, name, experiment, job in waiting:
            done[member, name] = job.result()
            reached += experiment.protocol.n_steps + 20
            if progress:
                progress(f"{name} ({member.set_name})", reached / total)
    return done
