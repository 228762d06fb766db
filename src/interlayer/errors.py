"""Every error that a user can meet, in one tree.

InterlayerError                  exit code 3 unless a subclass says otherwise
├── InputError                   exit code 2: what the user gave cannot be used
│   ├── UnitError                a number with unit that cannot be read, or has the wrong dimension
│   ├── DescriptionError         a cell, protocol or parameter file
│   ├── ProtocolError            a step sentence, or a step that the cell cannot do
│   ├── ReadError                an instrument file that cannot be read
│   ├── MissingAreaError         an areal quantity asked of something without an area
│   └── OutputError              an output that may not or cannot be written
└── SimulationError              exit code 1: the calculation ran and did not arrive
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InterlayerError(Exception):
    """Base of all errors raised on purpose by this package.

    Parameters
    ----------
    what : str
        What is wrong, in the words of the laboratory.
    where : str, optional
        File, line, table or step in which it stands.
    advice : str, optional
        What to do, if possible the corrected line itself.
    """

    exit_code = 3

    def __init__(self, what: str, *, where: str = "", advice: str = "") -> None:
        self.what = what
        self.where = where
        self.advice = advice
        super().__init__(self._text())

    def _text(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return f"{head} -> {self.advice}" if self.advice else head

    def at(self, where: str) -> InterlayerError:
        """Return the same error placed in `where` (kept if it already has a place)."""
        return self if self.where else type(self)(self.what, where=where, advice=self.advice)


class InputError(InterlayerError):
    """What the user gave cannot be used."""

    exit_code = 2


class UnitError(InputError):
    """A number with unit that cannot be read, or has the wrong dimension."""


class DescriptionError(InputError):
    """A cell, protocol or parameter description that breaks its contract."""


class ProtocolError(InputError):
    """A step sentence that cannot be read, or a step that the cell cannot do."""


class ReadError(InputError):
    """An instrument file that cannot be read."""


class MissingAreaError(InputError):
    """An areal quantity was asked of a record or cell without an area."""


class OutputError(InputError):
    """An output that may not be overwritten or cannot be written."""


class SimulationError(InterlayerError):
    """The calculation ran and did not arrive."""

    exit_code = 1


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Return up to `most` of the `known` names that look like `name`, best first."""
    known = sorted(set(known))
    lower = {k.lower(): k for k in known}
    hits = difflib.get_close_matches(name.lower(), list(lower), n=most, cutoff=0.5)
    return [lower[h] for h in hits]


def unknown_name(kind: str, name: str, known: Iterable[str]) -> str:
    """Sentence for an unknown name: the nearest names if any, else all of them."""
    known = sorted(set(known))
    close = nearest(name, known)
    offer = close or known[:12]
    lead = "did you mean" if close else "known are"
    return f"unknown {kind} '{name}'; {lead} " + ", ".join(f"'{k}'" for k in offer) + ("?" if close else "")
