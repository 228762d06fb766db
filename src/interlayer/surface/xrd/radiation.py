"""The radiation of a pattern: wavelengths of the lines that the sample sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from interlayer import units
from interlayer.errors import InputError

K_LINES: Final[dict[str, tuple[float, float, float]]] = {
    "Cr": (2.2897260, 2.2936510, 2.0848810),
    "Fe": (1.9360410, 1.9399730, 1.7566040),
    "Co": (1.7889960, 1.7928350, 1.6208260),
    "Cu": (1.5405929, 1.5444274, 1.3922340),
    "Mo": (0.70931715, 0.7136070, 0.6323030),
    "Ag": (0.55942178, 0.5638131, 0.4970817),
}
"""K-alpha1, K-alpha2 and K-beta1 in angstrom: International Tables C (2006), table 4.2.2.4."""
RATIO: Final = 0.5
"""Intensity of K-alpha2 over K-alpha1, where a file does not say it."""
TUNGSTEN_L: Final = 1.47642
"""W L-alpha1, angstrom: an old tube's filament evaporates onto its anode."""
_CLOSE: Final = 0.004
_SHORTEST, _LONGEST = 0.1, 3.0


@dataclass(frozen=True)
class Radiation:
    """What illuminated the sample.

    Attributes
    ----------
    alpha1, alpha2 : float and float or None
        Wavelengths, angstrom; `alpha2` None: one line only (monochromator, synchrotron).
    ratio : float
        Intensity of alpha2 over alpha1.
    anode : str
        'Cu' and so on; '' if it is none of a tube.
    origin : str
        Who says so: 'given', 'the file', 'anode named in the file'.
    """

    alpha1: float
    alpha2: float | None = None
    ratio: float = RATIO
    anode: str = ""
    origin: str = "given"

    def __post_init__(self) -> None:
        for value in (self.alpha1, self.alpha2):
            if value is not None and not _SHORTEST < value < _LONGEST:
                raise InputError(
                    f"a wavelength of {value:g} angstrom is not between {_SHORTEST} and {_LONGEST}",
                    advice="Cu K-alpha1 has 1.5406 angstrom",
                )
        if not 0.0 <= self.ratio <= 1.0:
            raise InputError(f"a K-alpha2 of {self.ratio:g} times K-alpha1 is not between 0 and 1")

    @property
    def lines(self) -> tuple[tuple[float, float], ...]:
        """(wavelength in angstrom, weight) of each line; weights sum to 1."""
        if self.alpha2 is None or not self.ratio:
            return ((self.alpha1, 1.0),)
        whole = 1.0 + self.ratio
        return ((self.alpha1, 1.0 / whole), (self.alpha2, self.ratio / whole))

    @property
    def beta(self) -> float | None:
        """Wavelength of K-beta1, angstrom; None if the anode is unknown."""
        return K_LINES[self.anode][2] if self.anode in K_LINES else None

    def __str__(self) -> str:
        second = "" if self.alpha2 is None else f" and {self.alpha2:.5f}"
        anode = f"{self.anode} K-alpha, " if self.anode else ""
        return f"{anode}{self.alpha1:.5f}{second} angstrom ({self.origin})"


def of_anode(anode: str, origin: str = "given") -> Radiation:
    """Return the K-alpha doublet of an anode.

    Raises
    ------
    InputError
        If it is not in `K_LINES`.
    """
    name = anode.strip().capitalize()
    if name not in K_LINES:
        raise InputError(
            f"anode '{anode[:20]}' is not known",
            advice=f'one of {", ".join(K_LINES)}, or a wavelength such as "1.5406 angstrom"',
        )
    one, two, _ = K_LINES[name]
    return Radiation(one, two, anode=name, origin=origin)


def of_wavelengths(alpha1: float, alpha2: float | None, ratio: float | None, origin: str) -> Radiation:
    """Return the radiation that a file's own wavelengths describe; the anode is the one whose line it is."""
    second = alpha2 if alpha2 and 0.0 < alpha2 - alpha1 < 0.02 else None
    near = [name for name, (one, _, _) in K_LINES.items() if abs(one - alpha1) < _CLOSE]
    # Without a second wavelength there is one line, and then its dispersion is that of no tube.
    return Radiation(alpha1, second, RATIO if ratio is None else ratio, near[0] if near else "", origin)


def parse(text: str) -> Radiation:
    """Return what a person says: an anode ('Cu', 'Cu Ka', 'CuKa1') or a wavelength with unit.

    Raises
    ------
    InputError
        If it is neither.
    """
    bare = "".join(text.replace("α", "a").replace("-", "").split()).lower().replace("alpha", "a")
    for name in K_LINES:
        rest = bare.removeprefix(name.lower())
        if rest != bare and rest in ("", "k", "ka", "ka1+2", "ka12", "ka1", "ka1a2"):
            if rest == "ka1":
                return Radiation(K_LINES[name][0], anode=name)
            return of_anode(name)
    try:
        wavelength = round(units.parse(text, "m", where="--wavelength") * 1e10, 9)
    except InputError as problem:
        raise InputError(
            f"'{text[:30]}' is neither an anode nor a wavelength with unit",
            where="--wavelength",
            advice=f'one of {", ".join(K_LINES)}, or such as "1.5406 angstrom"',
        ) from problem
    return of_wavelengths(wavelength, None, None, "given")
