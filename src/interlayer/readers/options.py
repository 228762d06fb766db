"""What a person may say about a file that does not say it itself: columns, delimiter, sign, current, dates."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

from interlayer import units
from interlayer.errors import InputError

DELIMITERS: Final = {
    "tab": "\t",
    "comma": ",",
    "semicolon": ";",
    "blank": " ",
    "\\t": "\t",
    "\t": "\t",
    ",": ",",
    ";": ";",
    " ": " ",
}
DECIMALS: Final = {"point": ".", "comma": ",", ".": ".", ",": ","}
SIGNS: Final = ("plus", "minus")
ROLES: Final = (
    *("frequency", "angular", "real", "imaginary", "-imaginary", "modulus", "phase", "-phase"),
    *("time", "voltage", "current", "temperature", "skip"),
    *("datetime", "unix_time", "step_time", "step", "step_type", "cycle"),
    *("charge_capacity", "discharge_capacity", "capacity", "pressure"),
    *("working_potential", "counter_potential", "-current", "-voltage", "current_density"),
)
"""What a column may be; '-imaginary' is a column of -Z'', '-phase' one of the negative phase angle, '-current' one
that is > 0 while the working electrode is reduced."""
DATES: Final = ("day-first", "month-first")
OF_SPECTRA: Final = frozenset(
    ("frequency", "angular", "real", "imaginary", "-imaginary", "modulus", "phase", "-phase")
)
"""Roles that only a table of spectra has."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table that people made; what is left out is detected and stated in the findings.

    Attributes
    ----------
    columns : tuple of str or None
        What each column is, from the first on: one of `ROLES`, with a unit behind it if it is not Hz, ohm,
        deg, s, V, A, Ah, kPa or degC ('frequency kHz', 'current mA').
    delimiter : str or None
        'tab', 'comma', 'semicolon', 'blank' or the character itself.
    decimal : str or None
        'point', 'comma' or the character itself.
    imaginary : str or None
        'plus' if the file stores Z'' (negative for a capacitor), 'minus' if it stores -Z''.
    sheet : str or None
        Sheet of a workbook; by default the first that holds spectra or cycling data.
    current : str or None
        Constant current of a table that has none, such as '50 uA' or '0.1 mA/cm2', or a settings file (.mps).
    dates : str or None
        'day-first' or 'month-first', for dates like 05/06/2024.
    area_m2 : float or None
        Electrode area for a current density, m2; filled by `interlayer.readers.read`.

    Raises
    ------
    InputError
        If a value is none of these.
    """

    columns: tuple[str, ...] | None = None
    delimiter: str | None = None
    decimal: str | None = None
    imaginary: str | None = None
    sheet: str | None = None
    current: str | None = None
    dates: str | None = None
    area_m2: float | None = None

    def __post_init__(self) -> None:
        """Bring delimiter and decimal mark to one character each."""
        if self.delimiter is not None:
            object.__setattr__(self, "delimiter", _one_of("delimiter", self.delimiter, DELIMITERS))
        if self.decimal is not None:
            object.__setattr__(self, "decimal", _one_of("decimal", self.decimal, DECIMALS))
        if self.decimal is not None and self.decimal == self.delimiter:
            raise InputError(
                "delimiter and decimal mark are both a comma", advice="give the delimiter that stands between"
            )
        if self.imaginary is not None and self.imaginary not in SIGNS:
            raise InputError(
                f"imaginary = '{self.imaginary}' is not known",
                advice="plus: the file stores Z''; minus: it stores -Z''",
            )
        if self.dates is not None and self.dates not in DATES:
            raise InputError(f"dates = '{self.dates}' is not known", advice="one of " + ", ".join(DATES))
        if self.current is not None and not self.current.lower().endswith(".mps"):
            units.parse_either(self.current, ("A", "A/m2"), where="--current")
        for text in self.columns or ():
            role = text.split(" ", 1)[0]
            if role not in ROLES:
                raise InputError(f"column '{text}' is not known", advice="one of " + ", ".join(ROLES))

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the options that are set."""
        return tuple(
            f.name for f in fields(self) if f.name != "area_m2" and getattr(self, f.name) is not None
        )

    @property
    def of_cycling(self) -> bool:
        """Whether what is said fits cycling data only."""
        roles = {text.split(" ", 1)[0] for text in self.columns or ()}
        if self.columns is not None:
            return not roles & OF_SPECTRA and bool(roles - {"skip", "temperature"})
        return self.current is not None or self.dates is not None


def _one_of(name: str, text: str, known: dict[str, str]) -> str:
    found = known.get(text) or known.get(text.lower())
    if found is None:
        words = ", ".join(k for k in known if len(k) > 2)
        raise InputError(f"{name} = '{text}' is not known", advice=f"one of {words}")
    return found
