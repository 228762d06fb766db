"""A simulator of trouble: records of symmetric cells whose truth is declared, to check a detector on.

>>> from interlayer.trouble import population
>>> members = population(3, seed=1)
>>> record, truth = members[0]

`truth` says what is wrong with the cell, since when, and for ramps the critical current. What counts as what stands in
docs/theory/trouble.md. Everything follows from the seed.
"""

from interlayer.trouble.development import DEVELOPMENT
from interlayer.trouble.family import Family, Part
from interlayer.trouble.population import member, population
from interlayer.trouble.truth import Truth

__all__ = ["DEVELOPMENT", "Family", "Part", "Truth", "member", "population"]
