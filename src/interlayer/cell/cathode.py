"""The cathode of a full cell as its description says it: material, amount, what 1C means, cut-off voltages."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from interlayer.descriptions.fields import Description, complaint, quantity

Cutoff = Annotated[float | None, quantity("4.0 V", "0 V", "6 V", low_belongs=False)]


class Cathode(Description):
    """The composite cathode, electrode 1 of a full cell.

    Attributes
    ----------
    material : str
        Active material by its name in the material library ('LFP', 'NCM811'), or a free one.
    active_mass : float or None
        kg of active material; the alternative to `loading`.
    loading : float or None
        kg of active material per m2 of cathode.
    nominal_capacity : float or None
        C/kg; 1C is the current that passes it in one hour. It defines C-rates and promises nothing.
    upper_cutoff, lower_cutoff : float or None
        V between which the cell is cycled.
    thickness : float or None
        m, of the whole composite; used for drawings only.
    bpx : str or None
        A BPX file with open-circuit potential and particle parameters, beside the cell file.
    """

    material: str = Field(examples=["LFP"])
    active_mass: Annotated[float | None, quantity("1.0 mg", "0 mg", "1 kg", low_belongs=False)] = None
    loading: Annotated[float | None, quantity("1.3 mg/cm2", "0 mg/cm2", "1000 mg/cm2", low_belongs=False)] = (
        None
    )
    nominal_capacity: Annotated[
        float | None, quantity("170 mAh/g", "0 mAh/g", "4000 mAh/g", low_belongs=False)
    ] = None
    upper_cutoff: Cutoff = None
    lower_cutoff: Annotated[float | None, quantity("2.5 V", "0 V", "6 V")] = None
    thickness: Annotated[float | None, quantity("50 um", "0 um", "5 mm", low_belongs=False)] = None
    bpx: str | None = Field(default=None, examples=["lfp.json"])

    @model_validator(mode="after")
    def _one_amount(self) -> Cathode:
        if self.active_mass is not None and self.loading is not None:
            raise complaint("active_mass and loading say the same thing twice", "keep one of them")
        return self

    @model_validator(mode="after")
    def _window(self) -> Cathode:
        low, high = self.lower_cutoff, self.upper_cutoff
        if low is not None and high is not None and low >= high:
            raise complaint(
                f"lower_cutoff = {low:g} V is not below upper_cutoff = {high:g} V",
                'write for instance lower_cutoff = "2.5 V" and upper_cutoff = "4.0 V"',
            )
        return self

    def mass(self, cathode_area: float | None) -> float | None:
        """Return the active mass in kg, from `loading` on `cathode_area` (m2) if need be; None if unknown."""
        if self.active_mass is not None or self.loading is None or cathode_area is None:
            return self.active_mass
        return self.loading * cathode_area
