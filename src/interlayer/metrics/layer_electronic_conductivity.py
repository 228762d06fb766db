"""Electronic conductivity of a layer alone, from the DC polarisations of a coated and a bare sample."""

from __future__ import annotations

from dataclasses import replace

from interlayer.errors import InputError
from interlayer.metrics.analysis import Analysis
from interlayer.metrics.electronic_conductivity import (
    Contacts,
    contacts,
    current_voltage,
    sample_length,
)
from interlayer.metrics.polarisation_steps import NO_STEP, polarisation_steps
from interlayer.metrics.series_rule import LayerConductivity, layer_conductivity
from interlayer.record import Record


def layer_electronic_conductivity(coated: Record, bare: Record) -> LayerConductivity:
    """Return the electronic conductivity of the layers of a coated sample.

    Parameters
    ----------
    coated, bare : Record
        DC polarisations between the same kind of contacts. The coated one's cell states its coatings' thickness.

    Raises
    ------
    InputError
        If a sample is not described, the contacts differ, or a record has no usable step.
    """
    one, other = (_conductivity(x) for x in (coated, bare))
    if one[0].kind != other[0].kind:
        raise InputError(
            f"the coated sample has {one[0].text}, the bare one {other[0].text}",
            advice="compare samples with the same contacts",
        )
    layers = _layers(coated)
    pellet = sample_length(bare)
    if not layers or pellet is None:
        raise InputError(
            "the coated sample's cell describes no [coating] with a thickness", where=coated.label
        )
    found = layer_conductivity(
        one[1],
        other[1],
        pellet_m=pellet,
        layer_m=sum(layers) / len(layers),
        layers=len(layers),
        sample_m=one[0].length_m,
        # a bound is one-sided: its error is the decay that is left, which makes the layer conduct less, never more
        relative_errors=(0.0 if one[3] else one[2], other[2], 0.0),
    )
    if one[3] is None and other[3] is None:
        return found
    which = " and ".join(name for name, x in (("coated", one), ("bare", other)) if x[3])
    note = f"{found.text}; the {which} sample had not become steady"
    # a coated sample that conducts less leaves the layer less; a bare one, more
    bound = "<=" if one[3] and not other[3] and found.bound is None else None
    return replace(found, bound=bound or found.bound, text=note)


def _conductivity(record: Record) -> tuple[Contacts, float, float, str | None]:
    """Contacts, conductivity in S/m, relative error and bound: of the line through the steps, else of the last one."""
    analysis = Analysis(record)
    them = contacts(analysis)
    if them.reason:
        raise InputError(them.reason, where=record.label)
    curve = analysis.get(current_voltage)
    if curve is not None:
        return them, curve.conductance_S * them.factor, curve.stderr_S / curve.conductance_S, curve.bound
    steps = [x for x in analysis.get(polarisation_steps) if x.is_steady or x.change < 0]
    if not steps:
        raise InputError(NO_STEP, where=record.label)
    last = next((x for x in reversed(steps) if x.is_steady), steps[-1])
    return them, last.conductance_S * them.factor, last.stderr_S / last.conductance_S, last.bound


def _layers(record: Record) -> list[float]:
    resolved = (record.cell or {}).get("resolved") or {}
    inner = [x.get("thickness_m") for x in resolved.get("layers") or () if x.get("kind") == "interlayer"]
    return [float(x) for x in inner if x]
