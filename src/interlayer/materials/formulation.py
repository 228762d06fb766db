"""What a composite layer is made of, as far as that is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from interlayer.materials.quantity import Quantity


@dataclass(frozen=True)
class Component:
    """One part of a composite: its share of the pore-free solid, with range."""

    name: str
    volume_fraction: Quantity
    contains: tuple[str, ...] = ()
    """Materials of a lump whose shares are not known one by one."""


@dataclass(frozen=True)
class Formulation:
    """Composition of a layer without its pores, before any reaction.

    Attributes
    ----------
    components : mapping
        By name; the volume fractions add up to one.
    reactant : str or None
        The component that lithium converts.
    """

    components: Mapping[str, Component] = field(default_factory=dict[str, Component])
    reactant: str | None = None

    @property
    def reactant_fraction(self) -> float:
        """Volume fraction of the reactant in the pore-free solid; 0 without one."""
        return self.components[self.reactant].volume_fraction.value if self.reactant else 0.0

    def fractions(self) -> dict[str, float]:
        """Return the volume fraction of each component in the pore-free solid."""
        return {name: part.volume_fraction.value for name, part in self.components.items()}
