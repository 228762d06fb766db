"""From a coating's recipe, or its measured thickness, to the dry layer on the pellet.

A drop of volume V and density rho_s with weight fractions w_k of solids dries on a wetted face A_w to

    h = V rho_s sum_k(w_k / rho_k) / (A_w (1 - p) (1 - r)),

p the porosity and r the volume fraction of left-over solvent in the pore-free layer. A measured thickness
wins over the recipe's; where the two disagree a finding names both numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final, Literal

from pydantic import Field, field_validator, model_validator

from interlayer import measured, units
from interlayer.descriptions.fields import Description, complaint, quantity
from interlayer.errors import DescriptionError, InterlayerError, UnitError
from interlayer.materials import Material, find
from interlayer.record.record import Finding

AGREEMENT: Final = 0.10
"""Relative difference of measured and computed thickness that a cross-section's scatter explains."""

LayerThickness = Annotated[float | None, quantity("15 um", "0 um", "5 mm", low_belongs=False)]
Roughness = Annotated[float | None, quantity("2.5 um", "0.001 um", "500 um")]
Area = Annotated[float | None, quantity("0.785 cm2", "0 cm2", "1000 cm2", low_belongs=False)]
Fraction = Annotated[float | None, quantity("10 %", "0 %", "100 %")]


@dataclass(frozen=True)
class Amount:
    """How much of one solid: a weight fraction of the solution, or its mass in the whole coating (kg)."""

    value: float
    kind: Literal["fraction", "mass"]


class Coating(Description):
    """One coated face, as its description says it; numbers in SI, None where not given or unknown.

    Attributes
    ----------
    material : str
        What the layer is, a name of the material library or a free one.
    thickness : float or None
        Measured dry thickness, m.
    conductivity : float or None
        Ionic conductivity of the layer, measured on it, S/m at 25 degC.
    roughness : float or None
        Of the pellet's face below this coating: standard deviation of its height, m; wins over the pellet's.
    drop_volume : float or None
        m3.
    solids : mapping
        By component: weight fraction of the solution, or mass.
    solution_density : float or None
        kg/m3.
    solvent : str or None
        Material of the rest of the solution; its density replaces an unknown `solution_density`.
    wetted_area : float or None
        Face that the drop wets, m2; the cell's coating area where not given.
    porosity : float or None
        Pore volume over layer volume.
    residual_solvent : float or None
        Volume fraction of left-over solvent in the pore-free layer.
    reactant_fraction : float or None
        Volume fraction of the component that lithium converts, in the pore-free layer, before reaction.
    converted : float or None
        Part of it that has converted before the test begins.
    """

    material: str = Field(examples=["cuf2-pvdf"])
    thickness: LayerThickness = None
    conductivity: Annotated[float | None, quantity("3.5e-6 S/cm", "1e-16 S/cm", "10 S/cm")] = None
    roughness: Roughness = None
    drop_volume: Annotated[float | None, quantity("20 uL", "0 uL", "10 mL", low_belongs=False)] = None
    solids: dict[str, Amount] = Field(default_factory=dict)
    solution_density: Annotated[float | None, quantity("0.95 g/cm3", "0.3 g/cm3", "5 g/cm3")] = None
    solvent: str | None = None
    wetted_area: Area = None
    porosity: Annotated[float | None, quantity("6.7 %", "0 %", "95 %")] = None
    residual_solvent: Annotated[float | None, quantity("5 %", "0 %", "90 %")] = None
    reactant_fraction: Fraction = None
    converted: Fraction = None

    @field_validator("solids", mode="before")
    @classmethod
    def _amounts(cls, table: object) -> object:
        if not isinstance(table, Mapping):
            return table
        return {str(name): _amount(str(name), value) for name, value in table.items()}

    @model_validator(mode="after")
    def _consistent(self) -> Coating:
        kinds = {a.kind for a in self.solids.values()}
        if len(kinds) > 1:
            raise complaint(
                "solids mixes weight fractions of the solution with masses",
                'write all alike, for instance solids = {CuF2 = "10 wt%", PVDF = "5 wt%"}',
            )
        total = sum(a.value for a in self.solids.values())
        if kinds == {"fraction"} and total > 1.0:
            raise complaint(
                f"the weight fractions of the solids add up to {total:.4g}, more than the solution",
                'write them as parts of the solution, for instance solids = {CuF2 = "10 wt%"}',
            )
        return self

    @property
    def has_recipe(self) -> bool:
        """Whether the deposited solids follow from drop and solution, or are given as masses."""
        by_mass = any(a.kind == "mass" for a in self.solids.values())
        density = self.solution_density is not None or self.solvent is not None
        return bool(self.solids) and (by_mass or (self.drop_volume is not None and density))

    @property
    def library_material(self) -> Material | None:
        """The material if the library has it, else None."""
        try:
            return find(self.material)
        except DescriptionError:
            return None


@dataclass(frozen=True)
class DryLayer:
    """What lies on the pellet after drying and before any reaction.

    Attributes
    ----------
    thickness_m : float
        m.
    porosity : float
        Pore volume over layer volume.
    volume_fractions : mapping
        Of the whole layer, pores included under 'pores'; sums to 1; empty if the composition is unknown.
    areal_moles : float or None
        Of the reactant, mol/m2; 0 without one, None if the composition is unknown.
    reactant : str or None
        The component that lithium converts.
    reactant_fraction : float
        Its volume fraction in the pore-free layer (0 without one).
    thickness_from : str
        'measured' or 'recipe'.
    recipe_thickness_m : float or None
        What the recipe gives, m.
    findings : tuple of Finding
        What was assumed, and where recipe and measurement disagree.
    """

    thickness_m: float
    porosity: float
    volume_fractions: Mapping[str, float]
    areal_moles: float | None
    reactant: str | None
    reactant_fraction: float
    thickness_from: Literal["measured", "recipe"]
    recipe_thickness_m: float | None = None
    findings: tuple[Finding, ...] = ()


def dry_layer(coating: Coating, *, wetted_area: float | None = None, where: str = "coating") -> DryLayer:
    """Compute the dry layer.

    Parameters
    ----------
    coating : Coating
        Recipe, measured thickness, or both.
    wetted_area : float, optional
        m2; used where the coating states none.
    where : str
        Place named in errors and findings.

    Raises
    ------
    DescriptionError
        If neither a thickness nor a whole recipe is given, or a component has no known density.
    """
    notes: list[Finding] = []
    recipe = _solid_thickness(coating, wetted_area, where, notes) if coating.has_recipe else None
    thickness, porosity, computed = _thickness(coating, recipe, where, notes)
    solid, reactant = _composition(coating, recipe, where, notes)
    fractions = {name: (1.0 - porosity) * share for name, share in solid.items()}
    if solid:
        fractions["pores"] = porosity
    share = solid.get(reactant, 0.0) if reactant else 0.0
    moles: float | None = None if not solid else 0.0
    if reactant and share:
        moles = (1.0 - porosity) * share * thickness / _molar_volume(reactant, where)
    return DryLayer(
        thickness_m=thickness,
        porosity=porosity,
        volume_fractions=fractions,
        areal_moles=moles,
        reactant=reactant,
        reactant_fraction=share,
        thickness_from="measured" if coating.thickness is not None else "recipe",
        recipe_thickness_m=computed,
        findings=tuple(notes),
    )


@dataclass(frozen=True)
class _Solids:
    """What a recipe leaves on a face: thickness if pressed free of pores (m), shares of it by component."""

    thickness: float
    shares: Mapping[str, float]


def _solid_thickness(
    coating: Coating, wetted_area: float | None, where: str, notes: list[Finding]
) -> _Solids:
    area = coating.wetted_area if coating.wetted_area is not None else wetted_area
    if area is None:
        raise DescriptionError(
            "the wetted area is not known, so the recipe gives no thickness",
            where=where,
            advice='write wetted_area = "1.54 cm2"',
        )
    densities = {name: _density(name, where) for name in coating.solids}
    masses = {name: amount.value for name, amount in coating.solids.items()}
    if any(a.kind == "fraction" for a in coating.solids.values()):
        drop = _drop_mass(coating, densities, where, notes)
        masses = {name: fraction * drop for name, fraction in masses.items()}
    volumes = {name: mass / densities[name] for name, mass in masses.items()}
    solids = sum(volumes.values())
    left = coating.residual_solvent or 0.0
    shares = {name: (1.0 - left) * volume / solids for name, volume in volumes.items()}
    if left:
        shares["solvent"] = left
    return _Solids(solids / area / (1.0 - left), shares)


def _drop_mass(coating: Coating, densities: Mapping[str, float], where: str, notes: list[Finding]) -> float:
    if coating.drop_volume is None:  # has_recipe has made sure of it
        raise DescriptionError(
            "the drop volume is not known", where=where, advice='write drop_volume = "20 uL"'
        )
    density = coating.solution_density
    if density is None and coating.solvent is not None:
        weights = {name: amount.value for name, amount in coating.solids.items()}
        rest = 1.0 - sum(weights.values())
        volume = sum(w / densities[name] for name, w in weights.items()) + rest / _density(
            coating.solvent, where
        )
        density = 1.0 / volume
        text = units.format_quantity(density, "g/cm3")
        notes.append(
            Finding(
                "solution density assumed", f"{where}: {text}, ideal mixture in {coating.solvent}", "note"
            )
        )
    if density is None:
        raise DescriptionError(
            "the density of the solution is not known",
            where=where,
            advice='write solution_density = "0.95 g/cm3"',
        )
    return coating.drop_volume * density


def _thickness(
    coating: Coating, recipe: _Solids | None, where: str, notes: list[Finding]
) -> tuple[float, float, float | None]:
    """Return thickness (m), porosity, and the recipe's thickness (m) if there is one."""
    measured, porosity = coating.thickness, coating.porosity
    if measured is not None and recipe is not None and porosity is None:
        porosity = max(0.0, 1.0 - recipe.thickness / measured)
        text = f"{where}: {porosity:.3f}, so that the recipe's solids fill the measured thickness"
        notes.append(Finding("porosity derived", text, "note"))
    elif porosity is None:
        porosity = 0.0
        notes.append(Finding("porosity assumed", f"{where}: 0, none is given", "note"))
    computed = None if recipe is None else recipe.thickness / (1.0 - porosity)
    if measured is not None and computed is not None and abs(computed / measured - 1.0) > AGREEMENT:
        seen, made = (units.format_quantity(h, "um", 3) for h in (measured, computed))
        detail = f"{where}: measured {seen} (used), {made} by the recipe at porosity {porosity:.3g}"
        notes.append(Finding("thickness disagrees with recipe", detail))
    chosen = measured if measured is not None else computed
    if chosen is None:
        raise DescriptionError(
            "neither a thickness nor a whole recipe (drop volume, solids, density of the solution) is given",
            where=where,
            advice='write thickness = "15 um"',
        )
    return chosen, porosity, computed


def _composition(
    coating: Coating, recipe: _Solids | None, where: str, notes: list[Finding]
) -> tuple[dict[str, float], str | None]:
    """Return the shares of the pore-free layer by component, and the reactant."""
    material = coating.library_material
    formulation = material.formulation if material else None
    reactant = formulation.reactant if formulation else None
    if recipe is not None:
        if coating.reactant_fraction is not None:
            detail = f"{where}: the recipe's composition is used, not reactant_fraction"
            notes.append(Finding("reactant fraction ignored", detail))
        if reactant is not None and reactant not in recipe.shares:
            detail = f"{where}: {coating.material} reacts through {reactant}, which is not among the solids"
            notes.append(Finding("reactant missing from recipe", detail))
            reactant = None
        return dict(recipe.shares), reactant
    if formulation is None:
        notes.append(
            Finding("composition unknown", f"{where}: '{coating.material}' has no stored composition")
        )
        return {}, None
    shares = formulation.fractions()
    if coating.reactant_fraction is None:
        return shares, reactant
    if reactant is None:
        detail = (
            f"{where}: {coating.material} holds nothing that lithium converts; reactant_fraction is not used"
        )
        notes.append(Finding("reactant fraction ignored", detail))
        return shares, None
    rest = (1.0 - coating.reactant_fraction) / (1.0 - shares[reactant])
    return {n: coating.reactant_fraction if n == reactant else s * rest for n, s in shares.items()}, reactant


def _density(name: str, where: str) -> float:
    try:
        return find(name).density.value
    except InterlayerError as error:
        raise DescriptionError(error.what, where=where, advice=error.advice) from None


def _molar_volume(name: str, where: str) -> float:
    try:
        return find(name).molar_mass.value / find(name).density.value
    except InterlayerError as error:
        raise DescriptionError(error.what, where=where, advice=error.advice) from None


def _amount(name: str, value: Any) -> Amount:
    """Read one solid's amount; its error shows the corrected entry."""
    for unit, kind in (("wt%", "fraction"), ("kg", "mass")):
        try:
            number = measured.read(value, unit).value if isinstance(value, str) else None
        except UnitError:
            continue
        if number is not None and number > 0 and (kind == "mass" or number <= 1):
            return Amount(number, "fraction" if kind == "fraction" else "mass")
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    fixed = units.decimal_point(value) if isinstance(value, str) else f"{value} wt%"
    good = fixed if fixed != value and _is_amount(fixed) else "10 wt%"
    raise complaint(
        f"solids: {name} = {shown} is neither a weight fraction of the solution nor a mass",
        f'write {name} = "{good}" or a mass such as {name} = "2 mg"',
    )


def _is_amount(text: str) -> bool:
    try:
        return 0.0 < units.parse(text, "wt%") <= 1.0
    except UnitError:
        return False
