"""What kind of test a record is of, from its cell and its data, saying how it is known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interlayer.metrics.analysis import Analysis
from interlayer.metrics.cell_kind import cell_kind
from interlayer.metrics.critical_current import find_critical_current
from interlayer.metrics.halves import halves

KINDS: Final = (
    "symmetric cycling",
    "rate test",
    "critical current ramp",
    "unidirectional plating",
    "lithium-copper",
    "full cell",
    "dc polarisation",
    "impedance",
    "open circuit",
    "unknown",
)
"""Every kind of test that is recognised, or can be stated by a person instead."""


@dataclass(frozen=True)
class TestKind:
    """Kind of test.

    Attributes
    ----------
    name : str
        One of `KINDS`.
    evidence : tuple of str
        How it is known.
    stated : bool
        Whether a person said so.
    """

    __test__ = False

    name: str
    evidence: tuple[str, ...]
    stated: bool = False


def kind_of_test(analysis: Analysis) -> TestKind:
    """Recognise the kind of test of a record."""
    full = analysis.get(cell_kind)
    if full.full:
        return TestKind("full cell", (full.evidence or "described with a cathode",))
    h = analysis.get(halves)
    if not len(h):
        if analysis.record.spectra:
            return TestKind("impedance", ("spectra and no current",))
        return TestKind("unknown", (h.reason,))
    ramp = analysis.get(find_critical_current)
    if not ramp.reason:
        return TestKind("critical current ramp", (f"the current rises in steps, {ramp.directions}",))
    return TestKind("symmetric cycling", ("the voltage changes its sign with the current",))
