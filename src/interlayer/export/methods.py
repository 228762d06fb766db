"""A methods paragraph from the facts of the records: what they do not say stands in square brackets."""

from __future__ import annotations

from collections.abc import Sequence

from interlayer import units
from interlayer.export.facts import CellFacts, SpectraFacts, all_facts, current_texts
from interlayer.lab.cell_result import CellResult
from interlayer.metrics.critical_current import CRITERION
from interlayer.metrics.overpotential import PLATEAU
from interlayer.report.figures.joins import span_text
from interlayer.report.figures.nyquist import frequency_text
from interlayer.report.labels import number
from interlayer.version import __version__


def methods_paragraph(found: Sequence[CellResult]) -> str:
    """Return how the cells were measured and analysed, in a few plain sentences to be edited.

    Every number in it comes from the records. What a reader of a paper would ask and the records do not say is named
    in square brackets.
    """
    facts = all_facts(found)
    sentences: list[str] = []
    simulated = [one.cell.row.label for one in found if one.cell.record and one.cell.record.is_simulated]
    if simulated:
        sentences.append(f"[Simulated, not measured: {', '.join(simulated)}.]")
    by_kind: dict[str, list[CellFacts]] = {}
    for one in facts:
        by_kind.setdefault(one.kind, []).append(one)
    for kind, members in by_kind.items():
        sentences.append(_test(kind, members))
    spectra = [one.spectra for one in facts if one.spectra is not None]
    if spectra:
        sentences.append(_spectra(spectra))
    sentences.append(_temperature(facts))
    sentences.append(_instruments(facts))
    sentences += _analysis(found)
    return " ".join(sentence for sentence in sentences if sentence) + "\n"


def _test(kind: str, members: list[CellFacts]) -> str:
    count = f"{len(members)} cell{'s' if len(members) != 1 else ''}"
    areas = sorted({number((m.area_m2 or 0.0) * 1e4, 4) for m in members if m.area_m2 is not None})
    area = f"electrode area {' or '.join(areas)} cm2" if areas else "[electrode area not stated]"
    if any(m.area_m2 is None for m in members) and areas:
        area += " [not stated for all]"
    text = f"{count}, {kind or '[kind of test not recognised]'} ({area})"
    flows: list[str] = []
    for areal in (True, False):
        currents = [x for m in members if (m.area_m2 is not None) == areal for x in _currents(m)]
        if currents:
            flows.append(_listed(currents, "mA/cm2" if areal else "mA"))
    if flows:
        text += f", at {' and '.join(flows)}"
    durations = [m.half_cycle_s for m in members if m.half_cycle_s]
    if durations:
        low, high = min(durations), max(durations)
        span = span_text(low) if high <= 1.05 * low else f"{span_text(low)} to {span_text(high)}"
        text += f", half-cycles of {span}"
    return text + "."


def _currents(one: CellFacts) -> list[str]:
    return current_texts(one.currents_A, one.area_m2)


def _listed(texts: Sequence[str], unit: str) -> str:
    """'0.1 mA', '0.1 and 0.2 mA', '0.1 to 0.8 mA in 8 levels'."""
    values = sorted(dict.fromkeys(texts), key=float)
    if len(values) > 3:
        return f"{values[0]} to {values[-1]} {unit} in {len(values)} levels"
    return f"{' and '.join(values)} {unit}"


def _spectra(spectra: list[SpectraFacts]) -> str:
    high, low = max(x.highest_Hz for x in spectra), min(x.lowest_Hz for x in spectra)
    per = [x.per_decade for x in spectra]
    points = f"{min(per):.0f}" if max(per) - min(per) < 0.5 else f"{min(per):.0f} to {max(per):.0f}"
    amplitudes = sorted({x.amplitude_V for x in spectra if x.amplitude_V})
    stated = (
        " or ".join(f"{number(a / units.factor('mV'), 3)} mV" for a in amplitudes)
        if amplitudes
        else "[not stated in the files]"
    )
    count = sum(x.count for x in spectra)
    return (
        f"{count} impedance spectra were measured from {frequency_text(high)} to {frequency_text(low)} "
        f"with {points} points per decade, amplitude {stated}."
    )


def _temperature(facts: list[CellFacts]) -> str:
    known = [one.temperature_degC for one in facts if one.temperature_degC is not None]
    if not known:
        return "[The files do not state the temperature.]" if facts else ""
    low, high = min(t[0] for t in known), max(t[2] for t in known)
    middle = sorted(t[1] for t in known)[len(known) // 2]
    span = "" if high - low < 0.5 else f" (5 to 95 %: {low:.1f} to {high:.1f})"
    rest = "" if len(known) == len(facts) else f" [recorded for {len(known)} of {len(facts)} cells]"
    return f"Temperature: {middle:.1f} °C{span}{rest}."


def _instruments(facts: list[CellFacts]) -> str:
    names = sorted({name for one in facts for name in one.instruments})
    software = sorted({name for one in facts for name in one.software})
    readers = sorted({reader for one in facts for *_, reader in one.sources if reader})
    what = ", ".join(names) if names else "[instrument not named in the files]"
    with_software = f" ({', '.join(software)})" if software else ""
    files = f"; files read as {', '.join(readers)}" if readers else ""
    return f"Instruments: {what}{with_software}{files}." if facts else ""


def _analysis(found: Sequence[CellResult]) -> list[str]:
    """What was computed and by which criteria, only as far as it was."""
    names = {m.name for one in found for m in one.metrics if m.value is not None}
    sentences = [f"The data were analysed with interlayer {__version__}."]
    if "plateau_overpotential" in names:
        low, high = (f"{100 * x:.0f}" for x in PLATEAU)
        sentences.append(
            f"The overpotential is the median of |V| over {low} to {high} % of each half-cycle, ohmic drop included."
        )
    if "R_int" in names:
        sentences.append(
            "R_int, the resistance of all interfaces of the cell, is from fits of equivalent circuits to the spectra, "
            "arcs told apart by their capacitance; errors are one standard deviation."
        )
    if any(one.critical_current is not None for one in found):
        sentences.append(
            "The critical current density is given as the interval between the last level that passed and the first "
            f"that failed; {CRITERION}."
        )
    if "capacity_retention" in names:
        sentences.append("Capacity retention refers to the first complete discharge.")
    if any(one.verdict is not None for one in found):
        sentences.append(
            "Shorts and other failures were judged from voltage, current and spectra by the criteria listed in the "
            "README; cells that had not failed count as censored."
        )
    excluded = [one.cell.row for one in found if one.cell.row.excluded]
    if excluded:
        listed = "; ".join(f"{row.label}: {row.excluded}" for row in excluded)
        sentences.append(f"Left out of groups: {listed}.")
    overruled = [one.cell.row.label for one in found if one.cell.row.overrule]
    if overruled:
        sentences.append(f"Verdicts overruled by a person: {', '.join(overruled)}.")
    return sentences
