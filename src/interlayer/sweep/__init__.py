"""Many cells from one plan: designs over any field of cell or protocol, in chunks that survive being killed.

`interlayer sweep PLAN.toml -o DIR` on the command line; here the same in Python. See docs/sweeps.md.
"""

from interlayer.sweep.plan import Plan
from interlayer.sweep.run import run
from interlayer.sweep.table import table

__all__ = ["Plan", "run", "table"]
