"""Names of photoelectron and Auger lines, from whatever a person or program called a region."""

from __future__ import annotations

import re
from typing import Final

import numpy as np

from interlayer.record.record import Finding
from interlayer.surface.xps.spectrum import Region

SURVEY: Final = "survey"
VALENCE: Final = "valence band"

_LIGHT: Final = (
    "H He Li Be B C N O F Ne Na Mg Al Si P S Cl Ar K Ca Sc Ti V Cr Mn Fe Co Ni Cu Zn Ga Ge As Se Br Kr"
)
_HEAVY: Final = (
    "Rb Sr Y Zr Nb Mo Tc Ru Rh Pd Ag Cd In Sn Sb Te I Xe Cs Ba La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er Tm Yb Lu Hf Ta W "
    "Re Os Ir Pt Au Hg Tl Pb Bi Th U"
)
_SYMBOLS: Final = frozenset(f"{_LIGHT} {_HEAVY}".split(" "))
_ORBITAL: Final = re.compile(
    r"([A-Za-z]+)[\s_.\-]{0,2}([1-6][spdfSPDF])(?:[\s_]?[1357](?:[/_]2)?)?(?![A-Za-z0-9])"
)
_LEVELS: Final = r"([KLMN])\d{0,2},?([LMNOV])\d{0,2},?([LMNOV])?\d{0,3}(?![A-Za-z0-9])"
_AUGER: Final = re.compile(rf"(?<![A-Za-z])(?:([A-Z][a-z]?)|([A-Za-z]{{1,2}})[\s_.\-]{{1,2}}){_LEVELS}")
_SERIES: Final = ("KLL", "KLV", "KVV", "LMM", "LMV", "LVV", "MNN", "MNV", "MVV", "NOO", "NOV", "NVV")
_AUGER_WORD: Final = re.compile(r"([A-Za-z]+)[\s_.\-]{0,2}auger", re.IGNORECASE)
_SURVEY: Final = re.compile(
    r"(?<![a-z])(survey|wide|su1s|overview|full\s*range|xps\s*survey)(?![a-z])", re.IGNORECASE
)
_VALENCE: Final = re.compile(r"(?<![A-Za-z])(valence|v\.?\s?b\.?|fermi)(?![A-Za-z0-9])", re.IGNORECASE)
_AUGER_OF: Final = {
    **dict.fromkeys(("C", "N", "O", "F", "Na", "Mg"), "KLL"),
    **dict.fromkeys(("Ti", "V", "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge"), "LMM"),
    **dict.fromkeys(("Ag", "Cd", "In", "Sn", "Sb", "Te", "I", "Cs", "Ba"), "MNN"),
}
"""Series of the strongest Auger lines within reach of Al K-alpha."""

CORE_LEVELS_EV: Final = {
    "Li 1s": 55.0,
    "B 1s": 189.0,
    "C 1s": 284.5,
    "N 1s": 399.0,
    "O 1s": 531.0,
    "F 1s": 686.0,
    "Na 1s": 1072.0,
    "Mg 1s": 1303.0,
    "Mg 2p": 50.0,
    "Al 2p": 73.0,
    "Si 2p": 99.0,
    "P 2p": 130.0,
    "S 2p": 164.0,
    "Cl 2p": 199.0,
    "K 2p": 293.0,
    "Ca 2p": 347.0,
    "Ti 2p": 454.0,
    "Mn 2p": 639.0,
    "Fe 2p": 707.0,
    "Co 2p": 778.0,
    "Ni 2p": 853.0,
    "Cu 2p": 933.0,
    "Cu 3p": 75.0,
    "Zn 2p": 1022.0,
    "Ge 3d": 29.0,
    "Zr 3d": 179.0,
    "Nb 3d": 202.0,
    "Mo 3d": 228.0,
    "Ag 3d": 368.0,
    "In 3d": 444.0,
    "Sn 3d": 485.0,
    "I 3d": 619.0,
    "La 3d": 836.0,
    "Ta 4f": 22.0,
    "W 4f": 31.0,
    "Au 4f": 84.0,
}
"""Binding energy of the strongest part of each line in the element itself, eV; lines of batteries and of what they
are mounted on. Source: J. F. Moulder et al., Handbook of X-ray Photoelectron Spectroscopy (Perkin-Elmer, 1992),
rounded; used only to say which line a nameless region can be."""
_MARGIN_EV: Final = 3.0
_SURVEY_EV: Final = 300.0


def _element(letters: str) -> str | None:
    """Return the symbol at the end of a run of letters: 'InC' is C, 'cu' is Cu, 'region' is none."""
    for count in (2, 1):
        tail = letters[-count:]
        if len(tail) < count:
            continue
        if len(letters) == count and tail.capitalize() in _SYMBOLS:
            return tail.capitalize()
        if tail in _SYMBOLS:
            return tail
    return None


def canonical_line(name: str) -> str | None:
    """Return what a region's name says it shows.

    Parameters
    ----------
    name : str
        'Cu2p Scan', 'Cu 2p3/2', 'C1s_2', 'Su1s', 'Cu LM2', 'O_KLL', 'VB'.

    Returns
    -------
    str or None
        'Cu 2p', 'C 1s', 'Cu LMM', 'survey', 'valence band'; spin-orbit parts are left out. None if it names none, or
        more than one ('Al 2p + Cu 3p').
    """
    if _SURVEY.search(name):
        return SURVEY
    found: set[str] = set()
    for match in _ORBITAL.finditer(name):
        letters, orbital = (match[1], match[2]) if match[1] else (match[3], match[4])
        if symbol := _element(letters):
            found.add(f"{symbol} {orbital.lower()}")
    if not found:
        for match in _AUGER.finditer(name):
            symbol = _element(match[1] or match[2])
            series = f"{match[3]}{match[4]}{match[5] or match[4]}"
            if symbol is not None and series in _SERIES:
                found.add(f"{symbol} {series}")
        for match in _AUGER_WORD.finditer(name):
            symbol = _element(match[1])
            if symbol is not None and symbol in _AUGER_OF:
                found.add(f"{symbol} {_AUGER_OF[symbol]}")
    if len(found) == 1:
        return found.pop()
    if not found and _VALENCE.search(name):
        return VALENCE
    return None


def line_of(region: Region) -> tuple[str | None, tuple[Finding, ...]]:
    """Return the line that a region shows, by its name or else by its range of energies.

    Returns
    -------
    line : str or None
        As `canonical_line`; None if neither name nor range says it.
    findings : tuple of Finding
        A note whenever the range had to say it, or could not.
    """
    if (line := canonical_line(region.name)) is not None:
        return line, ()
    called = f"the name '{region.name}' says no line" if region.name else "the region has no name"
    if region.is_kinetic:
        return None, (
            Finding("line_unknown", f"{called}, and without the photon energy its range does not either"),
        )
    low, high = float(np.min(region.energy_eV)), float(np.max(region.energy_eV))
    span = f"{low:.1f} to {high:.1f} eV"
    if high - low > _SURVEY_EV:
        return SURVEY, (Finding("line_by_range", f"{called}; {span} is a survey", "note"),)
    inside = [n for n, e in CORE_LEVELS_EV.items() if low + _MARGIN_EV <= e <= high - _MARGIN_EV]
    if len(inside) == 1:
        return inside[0], (
            Finding("line_by_range", f"{called}; {inside[0]} is the one common line in {span}", "note"),
        )
    among = ", ".join(inside) if inside else "no common line"
    return None, (Finding("line_unknown", f"{called}; {span} holds {among}: name the line"),)
