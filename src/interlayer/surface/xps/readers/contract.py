"""What a reader of spectra promises, and what a person may say about a file."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, Protocol

from interlayer.errors import InputError, unknown_name
from interlayer.surface.xps.spectrum import Region

AXES: Final = ("binding", "kinetic")
UNITS: Final = ("counts", "counts/s", "1")


@dataclass(frozen=True)
class ColumnMap:
    """What a person says about a file that does not say it itself. What is left out is taken from the file.

    Attributes
    ----------
    energy, intensity : str, int or None
        Column by its name or its position from 1; for tables only.
    axis : {'binding', 'kinetic'} or None
        What the energies are.
    photon_energy_eV : float or None
        Needed to turn kinetic into binding energy; does not replace one that the file states.
    work_function_eV : float or None
        To take off kinetic energies of a table that do not count from the Fermi level; for tables only.
    unit : {'counts', 'counts/s', '1'} or None
        Of the intensity.
    counting_s : float or None
        Dwell time times number of scans.
    name, sample : str or None
        Of a region or sample that the file does not name; for tables only.
    sheet : str or None
        Sheet of a workbook; by default all that hold spectra.

    Raises
    ------
    InputError
        If a value is none of these.
    """

    energy: str | int | None = None
    intensity: str | int | None = None
    axis: str | None = None
    photon_energy_eV: float | None = None
    work_function_eV: float | None = None
    unit: str | None = None
    counting_s: float | None = None
    name: str | None = None
    sample: str | None = None
    sheet: str | None = None

    def __post_init__(self) -> None:
        """Check what was said."""
        if self.axis is not None and self.axis not in AXES:
            raise InputError(unknown_name("kind of energy", self.axis, AXES))
        if self.unit is not None and self.unit not in UNITS:
            raise InputError(unknown_name("unit of intensity", self.unit, UNITS))
        positive = (
            ("photon energy", self.photon_energy_eV),
            ("work function", self.work_function_eV),
            ("counting time", self.counting_s),
        )
        for what, value in positive:
            if value is not None and not (math.isfinite(value) and value > 0):
                raise InputError(f"the {what} is {value}, but must be above 0")
        for what, column in (("energy", self.energy), ("intensity", self.intensity)):
            if isinstance(column, int) and column < 1:
                raise InputError(f"column of the {what}: {column}; columns are counted from 1")

    @classmethod
    def of(cls, said: ColumnMap | Mapping[str, Any] | None) -> ColumnMap:
        """Return what was said as one of these.

        Raises
        ------
        InputError
            For a key that is not known.
        """
        if isinstance(said, ColumnMap):
            return said
        known = [f.name for f in fields(cls)]
        for key in said or {}:
            if key not in known:
                raise InputError(unknown_name("word about a spectrum", key, known))
        return cls(**(said or {}))

    @property
    def names_columns(self) -> bool:
        """Whether it names a column, as only a table has them."""
        return self.energy is not None or self.intensity is not None


class RegionReader(Protocol):
    """One file format. Instances hold no state."""

    @property
    def name(self) -> str:
        """Name of the format: lower case, underscores."""
        ...

    @property
    def version(self) -> str:
        """Version of this reader; raised when it reads the same file differently."""
        ...

    @property
    def extensions(self) -> tuple[str, ...]:
        """Endings of file names that are this format's own, lower case with dot; tried only if no content was
        recognised. Endings that many formats share (.txt, .csv) are those of the table.
        """
        ...

    @property
    def signature(self) -> str:
        """What `sniff` looks for, in words that complete 'a file that ...'."""
        ...

    def sniff(self, path: Path, head: bytes) -> bool:
        """Whether the content is of this format; `head` is the beginning of the file. Never raises."""
        ...

    def read(self, path: Path, told: ColumnMap) -> tuple[Region, ...]:
        """Read the file.

        Raises
        ------
        ReadError
            If it is damaged beyond use, not of this format, or does not say what its numbers are. Whole regions and
            whole points are kept, the rest is named in the findings.
        """
        ...
