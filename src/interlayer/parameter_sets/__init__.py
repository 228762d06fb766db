"""Parameter sets: values that cells share, each with its status and what fixed it.

A set is a TOML file. Section `cell` holds what a publication does not say about the cell itself; the other
sections are named for a surface: `all`, `bare` (no coating), or the material of a coating. Inside, one table a
mechanism family, whose fields are `{ value, status, fixed_by, low, high }`.
"""

from interlayer.parameter_sets.load import Entry, ParameterSet, load, names

__all__ = ["Entry", "ParameterSet", "load", "names"]
