"""Everything between the electrolyte and one lithium electrode: one mechanism a role, in series."""

from __future__ import annotations

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp

from interlayer.physics.absent import FullCoverage, NoAgeing, NoLayer, NoPolarisation
from interlayer.physics.ageing.logarithmic import LogarithmicAgeing
from interlayer.physics.ageing.saturating import SaturatingAgeing
from interlayer.physics.ageing.square_root import SquareRootAgeing
from interlayer.physics.base import Drive, Scalar, State, States
from interlayer.physics.charge_transfer import ButlerVolmer
from interlayer.physics.constants import FARADAY, REFERENCE_TEMPERATURE
from interlayer.physics.coverage import GaussianRoughness
from interlayer.physics.double_layer import ConstantPhase
from interlayer.physics.layer import SaltInPolymer
from interlayer.physics.plating.reversible import ReversiblePlating
from interlayer.physics.polarisation.growing_area import GrowingArea
from interlayer.physics.polarisation.saturating_offset import SaturatingOffset
from interlayer.physics.roles import (
    ContactLaw,
    ConversionLaw,
    CrackingLaw,
    FilamentLaw,
    InterphaseLaw,
    LeakageLaw,
    PlatingLaw,
    ShuntLaw,
    Surroundings,
)
from interlayer.physics.shunt.metallic import MetallicShunt
from interlayer.physics.small_signal import parallel, voltage_state
from interlayer.physics.solid_film import SolidFilm
from interlayer.recursion import begins, courses, relaxation_course

Layer = SaltInPolymer | SolidFilm | NoLayer
SideStates = dict[str, Any]
"""States of one side by name, plus 'lithium' (mol/m2 of metal left)."""

LITHIUM = State("lithium", "mol/m2", "Lithium", "metal left on the electrode")
_VOLTAGE_STATES = ("salt_modes", "dc_polarisation")


class LithiumSide(NamedTuple):
    """Lithium electrode and interface; see `physics.roles.End` for its methods."""

    coverage: GaussianRoughness | FullCoverage
    layer: Layer
    leakage: LeakageLaw
    contact: ContactLaw
    charge_transfer: ButlerVolmer
    double_layer: ConstantPhase
    interphase: InterphaseLaw
    cracking: CrackingLaw
    ageing: SaturatingAgeing | LogarithmicAgeing | SquareRootAgeing | NoAgeing
    conversion: ConversionLaw
    polarisation: SaturatingOffset | GrowingArea | NoPolarisation
    filament: FilamentLaw
    plating: PlatingLaw = ReversiblePlating()  # pyright: ignore[reportAssignmentType]  # its names are its class's
    shunt: ShuntLaw = MetallicShunt()  # pyright: ignore[reportAssignmentType]

    @property
    def is_cathode(self) -> bool:
        """It is not."""
        return False

    def mechanisms(self) -> tuple[Any, ...]:
        """All mechanisms of the side, in the order in which they depend on each other."""
        return (
            self.conversion,
            self.ageing,
            self.polarisation,
            self.layer,
            self.contact,
            self.interphase,
            self.cracking,
            self.plating,
            self.filament,
            self.shunt,
        )

    def recorded(self) -> tuple[State, ...]:
        """States of the mechanisms, and lithium."""
        return (*(state for m in self.mechanisms() for state in m.states), LITHIUM)

    def layer_thickness(self) -> Scalar:
        """Thickness of the side's layer, m; zero without one."""
        return self.layer.depth()

    def drive(self, around: Surroundings, states: States, own: Scalar) -> Drive:
        """What the side feels at its own current density `own` (> 0 strips)."""
        felt = self._drive_of_start(around, states, own)
        return felt._replace(
            interface_resistance=self.interface_resistance(around, states),
            filament_reach=self.plating.filament_reach(felt),
        )

    def _drive_of_start(self, around: Surroundings, states: States, own: Scalar) -> Drive:
        """`drive` from the few states that others depend on, before the rest exists."""
        thickness = self.layer_thickness()
        coverage = self.coverage.coverage(thickness)
        conversion = states.get("conversion", jnp.asarray(0.0))
        return Drive(
            current=own,
            temperature=around.temperature,
            coverage=coverage,
            full_contact=coverage * self.contact.initial,
            leak_resistance=self.leakage.resistance(thickness, conversion, around.temperature),
            conversion=conversion,
            interphase_thickness=states["interphase_thickness"],
            crack_damage=states["crack_damage"],
            contact_fraction=states["contact_fraction"],
            pellet_thickness=around.pellet_thickness,
            interface_resistance=0.0,
            area=around.area,
            filament_conductance=self.filament.shunt_conductance(around.pellet_thickness),
            layer_thickness=thickness,
            layer_resistance=self.layer_resistance(around.temperature),
        )

    def start(self, around: Surroundings, lithium: Scalar) -> SideStates:
        """States of the freshly assembled side, relaxed."""
        blank = {"interphase_thickness": 0.0, "crack_damage": 0.0, "contact_fraction": 1.0}
        fresh = self._drive_of_start(around, blank, 0.0)
        states: SideStates = {LITHIUM.name: jnp.asarray(lithium, dtype=float)}
        for mechanism in self.mechanisms():
            if mechanism.states:
                states |= mechanism.start(fresh)
        return {name: jnp.asarray(value, dtype=float) for name, value in states.items()}

    def rates(self, around: Surroundings, states: States, own: Scalar) -> SideStates:
        """Time derivatives of all states: the reference for every propagator."""
        felt = self.drive(around, states, own)
        d: SideStates = {}
        for mechanism in self.mechanisms():
            if mechanism.states:
                d |= mechanism.rates(states, felt)
        d[LITHIUM.name] = -felt.current / FARADAY - self._bound_rate(states, d)
        return d

    def _bound_rate(self, states: States, d: SideStates) -> jax.Array:
        """Rate at which lithium is bound or lost, mol/(m2 s)."""
        binding = (self.interphase, self.conversion, self.plating)
        names = [state.name for mechanism in binding for state in mechanism.states]
        point = {n: states[n] for n in names}
        slope = {n: jnp.asarray(d[n], dtype=float) for n in names}
        return jax.jvp(lambda s: self.bound_lithium({**states, **s}), (point,), (slope,))[1]

    def bound_lithium(self, states: States) -> jax.Array:
        """Lithium taken up by interphase and layer, plated elsewhere, or out of reach, mol/m2."""
        bound = self.interphase.lithium_bound(states) + self.conversion.lithium_bound(states)
        return jnp.asarray(bound + self.plating.lithium_bound(states))

    def lithium_content(self, states: States) -> jax.Array:
        """Metal and bound lithium, mol/m2."""
        return states[LITHIUM.name] + self.bound_lithium(states)

    def metal(self, states: States) -> jax.Array:
        """Metal left, mol/m2."""
        return states[LITHIUM.name]

    def damage(self, states: States) -> Scalar:
        """Crack damage of the electrolyte by the interphase."""
        return states["crack_damage"]

    def advance(self, around: Surroundings, states: States, own: Scalar, dt: Scalar) -> SideStates:
        """States `dt` seconds later.

        The dependence of mechanisms on each other has no loop, so each is propagated by its own exact or implicit
        step with what it depends on taken at the middle of the step.
        """
        old, new = dict(states), dict[str, Any]()
        halfway = dict(old)
        for mechanism in self.mechanisms():
            if not mechanism.states or mechanism is self.shunt:
                continue
            made = mechanism.advance(old, self._felt_by(mechanism, around, halfway, own), dt)
            new |= made
            halfway |= {n: 0.5 * (old[n] + made[n]) for n in made}
        taken = self.bound_lithium({**old, **new}) - self.bound_lithium(old)
        new[LITHIUM.name] = old[LITHIUM.name] - own * dt / FARADAY - taken
        return {**old, **new}

    def _felt_by(self, mechanism: Any, around: Surroundings, halfway: States, own: Scalar) -> Drive:
        """What a mechanism feels during a step: `halfway` has what it depends on at the middle of the step."""
        felt = self._drive_of_start(around, halfway, own)
        if mechanism is not self.filament:
            return felt
        return felt._replace(
            interface_resistance=self.interface_resistance(around, halfway),
            filament_reach=self.plating.filament_reach(felt),
        )

    def guessed(self) -> tuple[str, ...]:
        """States whose courses are found by iteration, so that a guess saves time."""
        iterated = (
            m for m in self.mechanisms() if len(m.states) == 1 and not m.affine and m is not self.shunt
        )
        return tuple(m.states[0].name for m in iterated)

    def courses(
        self,
        around: Surroundings,
        states: States,
        own: jax.Array,
        temperature: jax.Array,
        dt: jax.Array,
        guess: States,
    ) -> SideStates:
        """States after every step at currents that are known beforehand: each mechanism over all steps at once.

        The same steps as `advance` takes, in another order: as the dependence of mechanisms on each other has no loop,
        a mechanism can run to the end before the next one starts.

        Parameters
        ----------
        states : at the start.
        own, temperature : current density (A/m2) and K of each block, shape (blocks,).
        dt : s of each step, shape (blocks, steps).
        guess : the states of `guessed` after every step, roughly: such as those of the steps before. Only time
            depends on it.

        Returns
        -------
        Every state with the leading axes (blocks, steps); NaN where a course was not found (`recursion.course`).
        """
        shape = dt.shape
        first = dict(states)
        before = {n: jnp.broadcast_to(v, (*shape, *jnp.shape(v))) for n, v in first.items()}
        after, halfway = dict(before), dict(before)

        def note(made: dict[str, jax.Array]) -> None:
            for n, v in made.items():
                after[n], before[n] = v, begins(first[n], v)
                halfway[n] = 0.5 * (before[n] + v)

        for mechanism in self.mechanisms():
            if not mechanism.states or mechanism is self.shunt:
                continue
            names = [state.name for state in mechanism.states]

            def of_block(i: jax.Array, warm: jax.Array, *, m: Any = mechanism) -> Drive:
                return self._felt_by(m, around._replace(temperature=warm), first, i)

            if mechanism.relaxes:
                drift = jax.vmap(lambda i, warm, m=mechanism: m.relaxation(of_block(i, warm)))
                goal, forget = drift(own, temperature)
                made = {n: relaxation_course(goal, forget, first[n], dt) for n in names}
                note(made)
                continue
            upstream = {n: v for n, v in before.items() if n not in names}

            def step(y: Any, x: Any, imposed: Any, *, m: Any = mechanism) -> Any:
                up, mid, h = x
                i, warm = imposed
                felt = self._felt_by(m, around._replace(temperature=warm), {**mid, **y}, i)
                new = m.advance({**up, **y}, felt, h)
                # Exactly nothing in no time: else a state at a bound has two slopes there, and Newton dithers.
                return {n: jnp.where(h > 0.0, v, y[n]) for n, v in new.items()}

            inputs = (upstream, {n: v for n, v in halfway.items() if n not in names}, dt)
            start = {n: first[n] for n in names}
            likely = {n: guess[n] for n in names if n in guess}
            bounds = None
            if not mechanism.affine:
                bounds = jax.vmap(lambda i, warm, m=mechanism: m.bounds(of_block(i, warm)))(own, temperature)
            made = courses(step, start, inputs, (own, temperature), likely, bounds, affine=mechanism.affine)
            note(made)
        taken = jax.vmap(jax.vmap(self.bound_lithium))(after) - self.bound_lithium(first)
        stripped = jnp.cumsum((own[:, None] * dt).ravel()).reshape(shape) / FARADAY
        return {**after, LITHIUM.name: first[LITHIUM.name] - stripped - taken}

    def _along_shunt(self, around: Surroundings, states: States, own: Scalar, voltage: Scalar) -> Drive:
        """What a filament that crosses feels of the cell's voltage (V)."""
        crossed = states["filament_length"] >= around.pellet_thickness
        return self.drive(around, states, own)._replace(
            crossed=jnp.where(crossed, 1.0, 0.0), cell_voltage=jnp.where(crossed, voltage, 0.0)
        )

    def shunt_rates(
        self, around: Surroundings, states: States, own: Scalar, voltage: Scalar
    ) -> dict[str, jax.Array]:
        """Time derivatives of the shunt's states, which depend on the voltage of the cell (V)."""
        shunt: Any = self.shunt
        return shunt.rates(states, self._along_shunt(around, states, own, voltage))

    def advance_shunt(
        self, around: Surroundings, states: States, own: Scalar, voltage: Scalar, dt: Scalar
    ) -> dict[str, jax.Array]:
        """The shunt's states `dt` seconds later, `voltage` (V) that of the middle of the step."""
        shunt: Any = self.shunt
        return shunt.advance(states, self._along_shunt(around, states, own, voltage), dt)

    def active_fraction(self, states: States) -> jax.Array:
        """Fraction of the electrode on which charge is transferred."""
        whole = states["contact_fraction"] * (1.0 - states["crack_damage"])
        return whole * self.polarisation.area_factor(states)

    def interface_overpotential(
        self, around: Surroundings, states: States, own: Scalar
    ) -> dict[str, jax.Array]:
        """Voltage across the charge-transfer interface by cause, V. These parts share the double layer."""
        spots = self.contact.constriction_resistance(states["contact_fraction"], around.grain_conductivity)
        return {
            "charge_transfer": self.charge_transfer.overpotential(
                own, self.active_fraction(states), around.temperature
            ),
            "constriction": spots * own,
            "ageing": jnp.asarray(self.ageing.resistance(states, around.temperature) * own),
        }

    def interface_resistance(self, around: Surroundings, states: States) -> jax.Array:
        """Small-signal areal resistance of the interface at rest, ohm m2: what an impedance arc shows of it."""
        return (
            self.charge_transfer.resistance(self.active_fraction(states), around.temperature)
            + self.contact.constriction_resistance(states["contact_fraction"], around.grain_conductivity)
            + self.ageing.resistance(states, around.temperature)
            + self.interphase_resistance(states, around.temperature)
        )

    def interphase_resistance(self, states: States, temperature: Scalar = REFERENCE_TEMPERATURE) -> jax.Array:
        """Resistance of the interphase with its cracks, ohm m2."""
        whole = self.interphase.resistance(states, temperature)
        return jnp.asarray(whole / (1.0 - states["crack_damage"]))

    def layer_resistance(self, temperature: Scalar) -> jax.Array:
        """Ohmic resistance of the layer, ohm m2."""
        coverage = self.coverage.coverage(self.layer_thickness())
        return self.layer.ohmic_resistance(coverage, temperature)

    def polarisation_voltage(self, temperature: Scalar, states: States) -> dict[str, jax.Array]:
        """Voltages that are states themselves, V: salt profile and low-current polarisation."""
        salt = self.layer.concentration_overpotential(states, temperature)
        return {"salt": salt, "dc_polarisation": jnp.asarray(self.polarisation.voltage(states))}

    def voltage_parts(self, around: Surroundings, states: States, own: Scalar) -> dict[str, jax.Array]:
        """Every contribution to the overpotential of this side, V."""
        return {
            "layer": self.layer_resistance(around.temperature) * own,
            "interphase": self.interphase_resistance(states, around.temperature) * own,
            **self.interface_overpotential(around, states, own),
            **self.polarisation_voltage(around.temperature, states),
        }

    def impedance(
        self, around: Surroundings, states: States, own: jax.Array, omega: jax.Array, *, geometric: bool
    ) -> jax.Array:
        """Impedance of the side around its own current, ageing frozen, ohm m2, shape of `omega`."""
        s = 1j * omega

        def across(i: jax.Array) -> jax.Array:
            parts = self.interface_overpotential(around, states, i)
            return sum(parts.values(), start=jnp.asarray(0.0))

        slope = jax.jvp(across, (own,), (jnp.ones_like(own),))[1]
        z = parallel(slope, self.double_layer.admittance(omega, self.active_fraction(states)))
        z = z + parallel(
            self.interphase_resistance(states, around.temperature), s * self.interphase.capacitance
        )
        z = z + parallel(
            self.layer_resistance(around.temperature), s * self.layer.capacitance(geometric=geometric)
        )
        return z + self.state_impedance(around, states, own, s)

    def state_impedance(
        self, around: Surroundings, states: States, own: jax.Array, s: jax.Array
    ) -> jax.Array:
        """Impedance of the states that carry voltage, ohm m2, shape of `s`."""
        total = jnp.zeros_like(s)
        for mechanism in (self.layer, self.polarisation):
            for state in mechanism.states:
                if state.name not in _VOLTAGE_STATES:
                    continue

                def rate(v: jax.Array, i: jax.Array, *, m: Any = mechanism, n: str = state.name) -> jax.Array:
                    return m.rates({**states, n: v}, self.drive(around, states, i))[n]

                def volt(v: jax.Array, *, n: str = state.name) -> jax.Array:
                    parts = self.polarisation_voltage(around.temperature, {**states, n: v})
                    return parts["salt"] + parts["dc_polarisation"]

                total = total + voltage_state(jnp.asarray(states[state.name]), rate, volt, own, s)
        return total

    def shunt_conductance(self, states: States, pellet_thickness: Scalar) -> jax.Array:
        """Conductance of filaments that have crossed the pellet, S; zero while none has."""
        crossed = states["filament_length"] >= pellet_thickness
        whole = self.filament.shunt_conductance(pellet_thickness) * self.shunt.size(states)
        return jnp.where(crossed, whole, 0.0)

    def thresholds(self, number: int, pellet_thickness: float) -> list[tuple[str, str, float, str]]:
        """Events of the side: name, state column, level, and 'rises', 'falls' or 'swings' past it."""
        found = [
            (
                "crack onset",
                f"Interphase Thickness {number} / m",
                float(self.cracking.critical_thickness),
                "rises",
            ),
            ("filament initiation", f"Filament Length {number} / m", 1e-12, "rises"),
            ("short", f"Filament Length {number} / m", pellet_thickness, "rises"),
            ("lithium exhausted", f"Lithium {number} / mol/m2", 0.0, "falls"),
        ]
        hard = self.shunt.hard_size(float(self.filament.shunt_conductance(pellet_thickness)))
        if hard is not None:
            found.append(("hard short", f"Shunt Size {number} / 1", hard, "rises"))
        if self.layer.states:
            found.append(("salt depletion", f"Salt Swing {number} / 1", 1.0, "swings"))
        return found
