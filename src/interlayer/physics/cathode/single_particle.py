"""Particles of one size with diffusion of lithium inside and Butler-Volmer kinetics at their surface."""

from __future__ import annotations

from typing import Any, Final

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from interlayer.physics.base import Scalar, State, States, arrhenius, mechanism, parameter
from interlayer.physics.cathode.base import ActiveMaterial, CathodeDrive
from interlayer.physics.constants import BOLTZMANN, FARADAY, GAS_CONSTANT
from interlayer.physics.open_circuit.extended import OpenCircuit

_GROUPS: Final = (0, 1, 2, 3, 4, 6, 10, 16, 26, 42, 68, 110)
"""First radial mode of each state: some alone, then groups that widen, then the rest."""
MODES: Final = len(_GROUPS)


def _grouped() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Share in the steady surface excess, and decay in D/R^2, of each group of radial modes; both of shape (MODES,).

    Mode k has tan(l) = l, the share 10 / l^2 and the decay l^2; the sums of shares and of shares over decays are 1 and
    1/35, so steady state and slow changes are exact.
    """
    k = np.arange(1, _GROUPS[-1] + 1)
    root = (k + 0.5) * np.pi
    for _ in range(40):  # tan(l) = l as l = k pi + atan(l)
        root = k * np.pi + np.arctan(root)
    share, lag = 10.0 / root**2, 10.0 / root**4
    shares, lags = (np.add.reduceat(x, _GROUPS[:-1]) for x in (share, lag))
    shares = np.append(shares, 1.0 - share.sum())
    lags = np.append(lags, 1.0 / 35.0 - lag.sum())
    return shares, shares / lags


_SHARE, _DECAY = _grouped()
_EDGE: Final = 1e-4
"""Closest approach of the surface to empty or full in the exchange current (no infinity, no NaN)."""


@mechanism
class SingleParticle(ActiveMaterial):
    """Solid solution in equal spheres: D constant, no size distribution, no limitation in the catholyte.

    Potential U(s_surface) + (2RT/F) asinh(i / 2 i0), i0 = F k sqrt(s (1 - s)) at the surface.
    """

    family = "cathode"
    law = "single-particle"
    equation = {  # noqa: RUF012
        "surface_excess": "-specific_current / capacity * particle_radius ** 2"
        " / (15 * diffusivity * arrhenius(diffusion_energy * k / R, temperature))",
        "exchange": "F * reaction_rate_constant * arrhenius(exchange_energy * k / R, temperature)"
        " * sqrt(surface_lithiation * (1 - surface_lithiation))",
    }
    references = ("chen2020", "newman2004")
    states = (
        State("lithiation", "1", "Cathode Lithiation", "mean lithiation of the active material", "mean"),
        State(
            "particle_modes", "1", "Cathode Surface Excess", "lithiation at the surface over the mean", "sum"
        ),
    )

    particle_radius: Scalar = parameter(
        "um", "of the spheres", default=5.22, bounds=(1e-3, 100.0), source="chen2020", status="memory"
    )
    diffusivity: Scalar = parameter(
        "m2/s", "of lithium in the particle at 25 degC (1e-16 to 1e-14)", default=4e-15, bounds=(1e-22, 1e-9),
        source="chen2020", status="memory",
    )  # fmt: skip
    diffusion_energy: Scalar = parameter(
        "kJ/mol", "of the diffusivity", default=25.0, bounds=(0.0, 150.0), source="chen2020", status="memory"
    )
    reaction_rate_constant: Scalar = parameter(
        "mol/(m2 s)",
        "k in i0 = F k sqrt(s (1 - s)), per area of particle, 25 degC; from a liquid electrolyte",
        default=7.1e-5,
        bounds=(1e-12, 1.0),
        source="chen2020",
        status="derived",
    )
    exchange_energy: Scalar = parameter(
        "kJ/mol",
        "of the reaction rate constant",
        default=17.8,
        bounds=(0.0, 150.0),
        source="chen2020",
        status="memory",
    )
    density: Scalar = parameter("g/cm3", "of the active material", default=4.75, bounds=(0.5, 20.0))
    double_layer: Scalar = parameter("F/m2", "of the particle's surface", default=0.2, bounds=(0.0, 1e3))

    def start(self) -> dict[str, Any]:
        """Uniform lithiation."""
        return {"lithiation": jnp.asarray(self.initial_lithiation), "particle_modes": jnp.zeros(MODES)}

    def decay(self, temperature: Scalar) -> jax.Array:
        """Rate at which each mode forgets, 1/s, shape (MODES,)."""
        warm = arrhenius_molar(self.diffusion_energy, temperature)
        return self.diffusivity * warm / self.particle_radius**2 * jnp.asarray(_DECAY)

    def _steady(self, drive: CathodeDrive) -> jax.Array:
        """Modes in steady state at the drive's current, shape (MODES,)."""
        warm = arrhenius_molar(self.diffusion_energy, drive.temperature)
        lag = self.particle_radius**2 / (15.0 * self.diffusivity * warm)
        return -drive.specific_current / self.capacity() * lag * jnp.asarray(_SHARE)

    def _surface_area(self) -> Scalar:
        """Surface of the particles over their mass, m2/kg."""
        return 3.0 / (self.particle_radius * self.density)

    def _exchange(self, surface: jax.Array, temperature: Scalar) -> jax.Array:
        """Exchange current density at the surface, A/m2 of particle."""
        s = jnp.clip(surface, _EDGE, 1.0 - _EDGE)
        warm = arrhenius_molar(self.exchange_energy, temperature)
        return FARADAY * self.reaction_rate_constant * warm * jnp.sqrt(s * (1.0 - s))

    def surface(self, states: States) -> jax.Array:
        """Lithiation at the surface of the particles."""
        return states["lithiation"] + jnp.sum(states["particle_modes"])

    def _potential(self, surface: jax.Array, open_circuit: OpenCircuit, drive: CathodeDrive) -> jax.Array:
        """Potential against lithium at a lithiation of the surface, V."""
        thermal = 2.0 * GAS_CONSTANT * drive.temperature / FARADAY
        local = drive.specific_current / self._surface_area()
        kinetic = thermal * jnp.arcsinh(local / (2.0 * self._exchange(surface, drive.temperature)))
        return open_circuit.potential(surface, drive.temperature) + kinetic

    def potential(self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive) -> jax.Array:
        """Potential against lithium, V."""
        return self._potential(self.surface(states), open_circuit, drive)

    def rates(self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive) -> dict[str, jax.Array]:  # noqa: ARG002
        """Rates of mean and modes, 1/s."""
        relax = self.decay(drive.temperature) * (self._steady(drive) - states["particle_modes"])
        return {
            "lithiation": jnp.asarray(-drive.specific_current / self.capacity()),
            "particle_modes": relax,
        }

    def advance(
        self,
        states: States,
        open_circuit: OpenCircuit,  # noqa: ARG002
        drive: CathodeDrive,
        dt: Scalar,
    ) -> dict[str, jax.Array]:
        """Exact at constant current."""
        steady = self._steady(drive)
        kept = jnp.exp(-self.decay(drive.temperature) * dt)
        return {
            "lithiation": states["lithiation"] - dt * drive.specific_current / self.capacity(),
            "particle_modes": steady + (states["particle_modes"] - steady) * kept,
        }

    def impedance(
        self, states: States, open_circuit: OpenCircuit, drive: CathodeDrive, omega: jax.Array
    ) -> jax.Array:
        """Charge transfer with stored charge and diffusion behind it, beside the double layer."""
        surface, j = self.surface(states), jnp.asarray(drive.specific_current, dtype=float)
        s = 1j * omega
        one = drive._replace(specific_current=1.0)
        decay = self.decay(drive.temperature)
        modes = jnp.sum(decay * self._steady(one) / (s[:, None] + decay), axis=1)
        slope, kinetic = jax.grad(
            lambda x, i: self._potential(x, open_circuit, drive._replace(specific_current=i)), argnums=(0, 1)
        )(surface, j)
        faradaic = kinetic + slope * (-1.0 / (s * self.capacity()) + modes)
        return faradaic / (1.0 + s * self.double_layer * self._surface_area() * faradaic)


def arrhenius_molar(energy: Scalar, temperature: Scalar) -> jax.Array:
    """Factor exp(-E/R (1/T - 1/298.15 K)); energy in J/mol."""
    return arrhenius(energy * (BOLTZMANN / GAS_CONSTANT), temperature)
