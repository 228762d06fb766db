"""What a person may say about a file that does not say it itself: columns, delimiter, decimal mark, sign."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

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
)
"""What a column may be; '-imaginary' is a column of -Z'', '-phase' one of the negative phase angle."""


@dataclass(frozen=True)
class ReadOptions:
    """How to read a table that people made; what is left out is detected and stated in the findings.

    Attributes
    ----------
    columns : tuple of str or None
        What each column is, from the first on: one of `ROLES`, with a unit behind it if it is not Hz, ohm,
        deg, s, V, A or degC ('frequency kHz').
    delimiter : str or None
        'tab', 'comma', 'semicolon', 'blank' or the character itself.
    decimal : str or None
        'point', 'comma' or the character itself.
    imaginary : str or None
        'plus' if the file stores Z'' (negative for a capacitor), 'minus' if it stores -Z''.
    sheet : str or None
        Sheet of a workbook; by default the first that holds spectra.

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
        for text in self.columns or ():
            role = text.split(" ", 1)[0]
            if role not in ROLES:
                raise InputError(f"column '{text}' is not known", advice="one of " + ", ".join(ROLES))

    @property
    def given(self) -> tuple[str, ...]:
        """Names of the options that are set."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) is not None)


def _one_of(name: str, text: str, known: dict[str, str]) -> str:
    found = known.get(text) or known.get(text.lower())
    if found is None:
        words = ", ".join(k for k in known if len(k) > 2)
        raise InputError(f"{name} = '{text}' is not known", advice=f"one of {words}")
    return found
