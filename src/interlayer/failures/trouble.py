"""What a finder of trouble with the instrument returns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One sign of an instrument in trouble.

    Attributes
    ----------
    sign : str
    time_s : float
    row : int
        In the record's cycling rows.
    half : int or None
    weight : float
        ln of how much likelier this is with an instrument in trouble than without.
    detail : str
    """

    sign: str
    time_s: float
    row: int
    half: int | None
    weight: float
    detail: str
