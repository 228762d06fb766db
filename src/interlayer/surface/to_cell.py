"""What observations say of a cell that is to be simulated: thickness, porosity, density, and the skin's conversion."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from interlayer import measured, units
from interlayer.cell import Cell
from interlayer.errors import InputError
from interlayer.materials import find
from interlayer.metrics.base import Metric
from interlayer.record.record import Finding
from interlayer.surface.observation import Observation
from interlayer.surface.wetting.contact_prior import contact_prior

INFORMATION_DEPTH_M: Final = 10e-9
"""Depth that photoelectrons come from at most: three attenuation lengths of some 3 nm."""
_LATER: Final = ("cycled", "after short")
"""States that say nothing of how the test began."""


@dataclass(frozen=True)
class Taken:
    """A cell that observations have filled.

    Attributes
    ----------
    cell : Cell
    findings : tuple of Finding
        What was taken and what was not, each with its reason; kinds 'taken' and 'not_taken'.
    """

    cell: Cell
    findings: tuple[Finding, ...]


def taken(cell: Cell, observations: Sequence[Observation], *, use_angles: bool = False) -> Taken:
    """Return the cell with what observations say of its coatings and its pellet.

    A measured thickness, porosity or density replaces what the description says, with its uncertainty. Of a spectrum
    only the skin is known to have converted: its share of the layer is fraction times 10 nm over the thickness, a
    lower bound of what has converted before the test. Angles of molten lithium are not used unless a person says so.

    Parameters
    ----------
    cell : Cell
    observations : sequence of Observation
        Of this cell or one made like it.
    use_angles : bool
        Take contact angles as a wide prior of the initial contact.

    Raises
    ------
    InputError
        If nothing in them can be used, or two of them say different things of the same.
    """
    found: list[Finding] = []
    changes: dict[str, str] = {}
    whose: dict[str, str] = {}
    # Thickness first: the share of the skin follows from it.
    rules = sorted(
        ((one, metric) for one in observations for metric in one.metrics if metric.name in _RULES),
        key=lambda pair: list(_RULES).index(pair[1].name),
    )
    for one, metric in rules:
        source = one.provenance.file_name or one.label
        key, text, reason = _RULES[metric.name](cell.override(changes) if changes else cell, one, metric)
        if not text:
            found.append(Finding("not_taken", f"{metric.name} of {source}: {reason}"))
        elif key in changes and changes[key] != text:
            raise InputError(
                f"{whose[key]} says {changes[key]} and {source} says {text}",
                where=key,
                advice="give one of them, or write the value that you mean into the cell",
            )
        else:
            changes[key], whose[key] = text, source
            found.append(
                Finding("taken", f"{key} = {text} from {source}{'; ' + reason if reason else ''}", "note")
            )
    for one in observations:
        if one.technique == "wetting" and use_angles:
            changes["model.contact.initial"], reason = _contact(cell, one)
            found.append(Finding("taken", reason, "note"))
        elif one.technique == "wetting":
            text = "contact angles of molten lithium say little about a foil pressed on at 25 degC"
            found.append(Finding("not_taken", f"{one.provenance.file_name or one.label}: {text}", "note"))
    if not changes:
        why = "; ".join(f.detail for f in found) or "no thickness, porosity, density or conversion in them"
        raise InputError(f"the observations say nothing that a cell could take: {why}", where="--from-record")
    return Taken(cell.override(changes), tuple(found))


def _contact(cell: Cell, one: Observation) -> tuple[str, str]:
    """Text of the initial contact fraction, and how it came about."""
    known = [m for m in one.metrics if m.name == "contact_angle" and m.value is not None]
    source = one.provenance.file_name or one.label
    if not known or known[0].value is None:
        raise InputError("no contact angle in this observation", where=source)
    hardness = find("lithium").hardness.value
    value, sigma = contact_prior(known[0].value, cell.assembly_pressure, hardness)
    text = f"{value:.3g} +- {sigma:.2g}"
    pressed = "an unknown pressure" if cell.assembly_pressure is None else "the assembly pressure"
    return text, (
        f"model.contact.initial = {text} from {source}: {pressed} over the hardness of lithium, and the angle; a wide "
        "prior, since molten lithium says little about a foil pressed on at 25 degC"
    )


def _number(metric: Metric, unit: str, scale: float = 1.0) -> str:
    """Value and uncertainty of a metric as a cell file says it; '' without a value or for a mere bound."""
    if metric.value is None or metric.bound is not None:
        return ""
    factor = units.factor(metric.unit) * scale
    sigma = None if not metric.uncertainty else metric.uncertainty * factor
    # Six digits are more than any of these has; the rest would be rounding of the units.
    return measured.write(
        float(f"{metric.value * factor:.6g}"), None if sigma is None else float(f"{sigma:.3g}"), unit
    )


def _why(metric: Metric) -> str:
    if metric.value is None:
        return "; ".join(metric.evidence) or "no value"
    return f"only a bound is known, {metric.bound} {metric.value:.3g}"


def _coated(cell: Cell) -> bool:
    return cell.coating.left is not None or cell.coating.right is not None


def _of_the_coating(key: str, unit: str) -> Callable[[Cell, Observation, Metric], tuple[str, str, str]]:
    def rule(cell: Cell, one: Observation, metric: Metric) -> tuple[str, str, str]:
        path = f"coating.{key}"
        if not _coated(cell):
            return path, "", "the cell has no coating"
        text = _number(metric, unit)
        late = f"measured {one.state}, used as it was at the start" if one.state in _LATER else ""
        return path, text, late if text else _why(metric)

    return rule


def _relative_density(_cell: Cell, _one: Observation, metric: Metric) -> tuple[str, str, str]:
    text = _number(metric, "%")
    return "electrolyte.relative_density", text, "" if text else _why(metric)


def _skin(cell: Cell, one: Observation, metric: Metric) -> tuple[str, str, str]:
    path = "coating.converted"
    if not _coated(cell):
        return path, "", "the cell has no coating"
    if one.state in _LATER:
        return path, "", f"the spectrum is of the {one.state} cell and says nothing of the start"
    if metric.value is None or metric.bound is not None:
        return path, "", _why(metric)
    layers = [layer for layer in cell.dry_layers if layer is not None]
    thickness = min(layer.thickness_m for layer in layers)
    share = min(1.0, INFORMATION_DEPTH_M / thickness)
    why = (
        f"the skin's {metric.value * units.factor(metric.unit):.0%} over at most 10 nm of "
        f"{thickness * 1e6:.3g} um; a lower bound, the film below is taken as unconverted"
    )
    return path, _number(metric, "%", share), why


_RULES: Final[dict[str, Callable[[Cell, Observation, Metric], tuple[str, str, str]]]] = {
    "interlayer_thickness": _of_the_coating("thickness", "um"),
    "porosity": _of_the_coating("porosity", "%"),
    "relative_density": _relative_density,
    "copper_not_divalent_fraction": _skin,
}
"""What is done with a metric: the key of the cell, its text ('' if it is not taken), and why."""
