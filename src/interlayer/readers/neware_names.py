"""Names of columns in exports of Neware's BTS client and BTSDA, English and Chinese, and what they mean.

'Time' is that of the step, 'Total Time' that of the test; 'Capacity' counts from zero in each step. Charge is
positive current, which is oxidation at the electrode at +, our sign; some versions print no sign.
"""

from __future__ import annotations

from typing import Final

from interlayer.readers import cycling_roles
from interlayer.readers.cycling_format import Format

_RECORDS: Final = frozenset(
    ("datapoint", "record index", "record id", "record number", "数据序号", "记录序号", "记录号", "数据点")
)
_STEPS: Final = frozenset(
    (
        "step type",
        "step name",
        "status",
        "state",
        "工步类型",
        "工步名称",
        "工步状态",
        "状态",
        "step index",
        "step id",
        "step",
        "工步号",
        "步次",
    )
)
_TIMES: Final = frozenset(
    (
        "time",
        "total time",
        "cumulative time",
        "relative time",
        "absolute time",
        "realtime",
        "date",
        "step time",
        "时间",
        "总时间",
        "累计时间",
        "相对时间",
        "绝对时间",
        "系统时间",
        "日期",
    )
)
NEWARE: Final = Format(
    name="Neware",
    net_capacity_of_step=True,
    kinds={
        "time": "step_time",
        "时间": "step_time",
        "relative time": "step_time",
        "相对时间": "step_time",
        "total time": "time",
        "cumulative time": "time",
        "总时间": "time",
        "累计时间": "time",
        "date": "datetime",
        "absolute time": "datetime",
        "realtime": "datetime",
        "绝对时间": "datetime",
        "accumulated capacity": "",
    },
)


def recognises(names: tuple[str, ...]) -> bool:
    """Whether names of columns are those of recorded rows in a Neware export."""
    words = {cycling_roles.parted(name)[0].strip().lower() for name in names}
    roles = {role.kind for role in cycling_roles.roles_of(names).values()}
    in_brackets = any("(" in name for name in names)
    return bool(words & _RECORDS and words & _TIMES and "voltage" in roles and in_brackets) and bool(
        words & _STEPS or "总时间" in words or "total time" in words
    )
