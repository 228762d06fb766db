"""An analysed cell as a point of the published field."""

from __future__ import annotations

from typing import Literal

from interlayer.lab import headline
from interlayer.lab.cell_result import CellResult
from interlayer.lab.headline import Quantity
from interlayer.published.interlayers.views import OwnCell


def own_cell(result: CellResult) -> OwnCell:
    """Return what a cell can put beside published ones: life, current, critical current, resistance."""
    by_name = {q.name: q for q in result.quantities}
    life = by_name.get(headline.TIME_TO_FAILURE)
    ramp = by_name.get(headline.CRITICAL_CURRENT_DENSITY)
    resistance = by_name.get(headline.LAST_R_INT) or by_name.get(headline.FIRST_R_INT)
    record = result.cell.record
    # In a ramp the current rises until the cell fails: its time is not a life at one current.
    lives = life is not None and result.critical_current is None
    return OwnCell(
        name=result.cell.row.label,
        source=", ".join(result.cell.row.files),
        life_h=_value(life) if lives else None,
        life_bound=_bound(life),
        current_mA_cm2=_value(by_name.get(headline.CURRENT_DENSITY)),
        ccd_mA_cm2=None
        if ramp is None
        else ramp.value
        if ramp.interval is None
        else ramp.interval[0] or None,
        ccd_bound=_bound(ramp),
        resistance_ohm=_value(resistance),
        area_cm2=None if record is None or record.area_m2 is None else record.area_m2 * 1e4,
    )


def _value(one: Quantity | None) -> float | None:
    return None if one is None else one.value


def _bound(one: Quantity | None) -> Literal[">="] | None:
    return ">=" if one is not None and one.bound == ">=" else None
