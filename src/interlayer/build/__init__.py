"""Cell description + parameter set -> equations, and a ledger that says where every number came from.

`assembly` makes the equations, of `conduction`, `cathode` and `lithium`. Their numbers come from the mechanisms'
declared defaults, `material_library`, the parameter set, `own_measurements` and `model_tables`, in rising priority;
`given` and `resolve` take all of them the same way in, `value` is what the ledger keeps.
"""

from interlayer.build.assembly import build
from interlayer.build.built import Built
from interlayer.build.model_tables import SHARED
from interlayer.build.value import Origin, Value
from interlayer.descriptions.sides import SIDES

__all__ = ["SHARED", "SIDES", "Built", "Origin", "Value", "build"]
