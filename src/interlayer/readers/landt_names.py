"""Names of columns in exports of LAND (LANHE, Landt) cyclers, English and Chinese, and what they mean.

'Capacity/mAh' counts from zero in each step, without a sign. Charge is positive current, our sign with the
working electrode at +. States: R rest, C_CC, C_CV, C_Rate charge, D_CC, D_CV, D_Rate discharge.
"""

from __future__ import annotations

from typing import Final

from interlayer.readers import cycling_roles
from interlayer.readers.cycling_format import Format

LANDT: Final = Format(
    name="LAND",
    net_capacity_of_step=True,
    kinds={
        "time": "time",
        "testtime": "time",
        "steptime": "step_time",
        "systime": "datetime",
        "mode": "step_type",
    },
)
_OLDER: Final = frozenset(("testtime", "测试时间"))
_OWN: Final = frozenset(
    ("systime", "系统时间", "steptime", "步骤时间", "scapacity", "比容量", "state", "状态", "stepno", "mode")
)
_NEWER: Final = frozenset(
    ("channel_index", "cycle_index", "date_time_iso_string", "test_time_s", "step_name")
)


def recognises(names: tuple[str, ...]) -> bool:
    """Whether names of columns are those of recorded rows in a LAND export."""
    plain = {name.strip().lower() for name in names}
    if len(plain & _NEWER) >= 4:
        return True
    words = {name.split("/")[0].strip().lower() for name in names}
    kinds = {role.kind for role in cycling_roles.roles_of(names).values()}
    slashes = any("/" in name for name in names)
    return bool(words & _OLDER and words & _OWN and "voltage" in kinds and slashes)
