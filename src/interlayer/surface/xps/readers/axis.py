"""Energies: kinetic to binding, and what a label calls them."""

from __future__ import annotations

import re
from typing import Final

from interlayer.errors import ReadError
from interlayer.record.record import Finding
from interlayer.surface.xps.readers.contract import ColumnMap
from interlayer.surface.xps.spectrum import FloatArray

_BINDING: Final = re.compile(r"binding|(?<![a-z])b\.?\s?e\.?(?![a-z])|e_?b(?:ind)?(?![a-z])", re.IGNORECASE)
_KINETIC: Final = re.compile(r"kinetic|(?<![a-z])k\.?\s?e\.?(?![a-z])|e_?k(?:in)?(?![a-z])", re.IGNORECASE)
_IN_PROSE: Final = re.compile(r"(binding|kinetic)\s*energ", re.IGNORECASE)
LINES_EV: Final = {"al": 1486.6, "mg": 1253.6, "ag": 2984.3, "cr": 5414.7, "ga": 9251.7}
"""K-alpha (Ag: L-alpha) of the usual anodes, eV; to recognise a source, never to replace an energy that is stated."""


def axis_of(label: str) -> str | None:
    """Return 'binding' or 'kinetic' as a label says, or None if it says neither or both."""
    binding, kinetic = bool(_BINDING.search(label)), bool(_KINETIC.search(label))
    if binding == kinetic:
        return None
    return "binding" if binding else "kinetic"


def axis_of_prose(text: str) -> str | None:
    """Return 'binding' or 'kinetic' if a text says 'binding energy' or 'kinetic energy', and not both."""
    said = {match[1].lower() for match in _IN_PROSE.finditer(text)}
    return said.pop() if len(said) == 1 else None


def placed(
    energy_eV: FloatArray,
    axis: str | None,
    photon_energy_eV: float | None,
    told: ColumnMap,
    *,
    what: str,
    from_fermi: bool = True,
) -> tuple[FloatArray, float | None, bool, tuple[Finding, ...]]:
    """Return energies as binding energies if that can be done without guessing.

    Kinetic energies of the instruments' own formats count from the Fermi level, so that E_B = h nu - E_K; the work
    function that such a file states has been put in by the instrument. For tables that people made nobody knows:
    there `told.work_function_eV` is taken off, and its absence is a finding.

    Parameters
    ----------
    energy_eV : array, shape (n,)
    axis : {'binding', 'kinetic'} or None
        As the file says.
    photon_energy_eV : float or None
        As the file says, eV.
    told : ColumnMap
        What the person says; the file is believed first, except where it says nothing.
    what : str
        The region, for messages.
    from_fermi : bool
        Whether the format's kinetic energies are known to count from the Fermi level.

    Returns
    -------
    energy_eV : array, shape (n,)
    photon_energy_eV : float or None
    is_kinetic : bool
    findings : tuple of Finding

    Raises
    ------
    ReadError
        If neither says whether the energies are binding or kinetic, or the person contradicts the file.
    """
    findings: list[Finding] = []
    if axis is None:
        axis = told.axis
        if axis is None:
            raise ReadError(
                f"{what}: nothing says whether the energies are binding or kinetic",
                advice="say axis 'binding' or 'kinetic', and with 'kinetic' the photon energy",
            )
        findings.append(
            Finding("axis_told", f"{what}: {axis} energy is what you said, the file does not", "note")
        )
    elif told.axis is not None and told.axis != axis:
        raise ReadError(
            f"{what}: the file says {axis} energy, you say {told.axis}", advice="leave out what you said"
        )
    photon = photon_energy_eV
    if photon is None and told.photon_energy_eV is not None:
        photon = told.photon_energy_eV
        findings.append(
            Finding("photon_energy_told", f"{what}: photon energy {photon:g} eV is what you said", "note")
        )
    elif (
        photon is not None and told.photon_energy_eV is not None and abs(photon - told.photon_energy_eV) > 1.0
    ):
        findings.append(
            Finding(
                "photon_energy_differs",
                f"{what}: the file says {photon:g} eV, you say {told.photon_energy_eV:g} eV; the file's is used",
            )
        )
    if axis == "binding":
        return energy_eV, photon, False, tuple(findings)
    if photon is None:
        findings.append(
            Finding(
                "kinetic_only",
                f"{what}: kinetic energy without the photon energy; binding energies need it: say the photon energy",
            )
        )
        return energy_eV, None, True, tuple(findings)
    if from_fermi:
        return photon - energy_eV, photon, False, tuple(findings)
    work = told.work_function_eV
    if work is None:
        text = (
            f"{what}: binding energy is photon minus kinetic energy; if the kinetic energies do not count from the "
            "Fermi level, it is too high by the work function of the analyser, usually 4 to 5 eV: say the work function"
        )
        findings.append(Finding("work_function_unknown", text))
    return photon - energy_eV - (work or 0.0), photon, False, tuple(findings)
