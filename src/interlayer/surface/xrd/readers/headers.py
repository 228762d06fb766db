"""What header lines of text exports say of radiation, time and sample."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from interlayer.surface.xrd import radiation
from interlayer.surface.xrd.radiation import Radiation

_VALUE: Final = r"[\"':=\s]*([0-9]+[.,][0-9]+)"
_ALPHA1: Final = re.compile(rf"(?:K[-_ ]?alpha[-_ ]?1|KA1|lambda[-_ ]?1|wl1|alpha1)\b{_VALUE}", re.IGNORECASE)
_ALPHA2: Final = re.compile(rf"(?:K[-_ ]?alpha[-_ ]?2|KA2|lambda[-_ ]?2|wl2|alpha2)\b{_VALUE}", re.IGNORECASE)
_RATIO: Final = re.compile(
    rf"(?:ratio[-_ ]?K?[-_ ]?alpha[-_ ]?2[-_ /]*K?[-_ ]?alpha[-_ ]?1|KA2/KA1)\b{_VALUE}", re.IGNORECASE
)
_WAVELENGTH: Final = re.compile(
    rf"\b(?:wave[-_ ]?length|lambda|wl)(?:[^0-9\n]{{0,30}}?){_VALUE}", re.IGNORECASE
)
_ANODE: Final = re.compile(
    r"(?:anode(?:[-_ ]?material)?|target|tube|radiation|x-?ray)[\"':=\s]*[\"']?(Cr|Fe|Co|Cu|Mo|Ag)(?![a-z])",
    re.IGNORECASE,
)
_TIME: Final = re.compile(
    r"(?:time[-_ ]?per[-_ ]?step|step[-_ ]?time|count(?:ing)?[-_ ]?time)(?:[^0-9\n]{0,12}?)"
    r"[\"':=\s]*([0-9]+(?:[.,][0-9]+)?)",
    re.IGNORECASE,
)


def radiation_of(lines: Sequence[str]) -> Radiation | None:
    """Return what header lines say of the radiation; None if nothing."""
    text = "\n".join(lines)
    one, two, ratio = _number(_ALPHA1, text), _number(_ALPHA2, text), _number(_RATIO, text)
    if one is not None and 0.1 < one < 3.0:
        return radiation.of_wavelengths(one, two, ratio, "the file")
    single = _number(_WAVELENGTH, text)
    if single is not None and 0.1 < single < 3.0:
        return radiation.of_wavelengths(single, None, None, "the file")
    anode = _ANODE.search(text)
    return radiation.of_anode(anode[1], "anode named in the file") if anode else None


def counting_s(lines: Sequence[str]) -> float | None:
    """Return the time at each step that header lines name, s."""
    value = _number(_TIME, "\n".join(lines))
    return value if value is not None and 0.0 < value < 1e6 else None


def _number(pattern: re.Pattern[str], text: str) -> float | None:
    found = pattern.search(text)
    return float(found[1].replace(",", ".")) if found else None
