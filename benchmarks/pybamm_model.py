"""The symmetric cell once more, as a PyBaMM model written from the equations of docs/theory, for comparison only.

Only numbers are taken from `interlayer` (the leaves of a built system); no equation is. What differs on purpose:
all states are integrated together by IDA instead of one after the other by formula, and for impedance the capacitive
voltages are states of the same model, which PyBaMM linearises itself. The salt profile is either resolved in finite
volumes by PyBaMM, which tests compare results with, or in the simulator's own few states (`salt="states"`), so that
benchmarks solve the same equations with the same state vector.

Needs the extra [pybamm]; tests get this module from the fixture `reference`, which skips where that is absent.
"""

from __future__ import annotations

import math
import os
from types import SimpleNamespace

import numpy as np

os.environ["PYBAMM_DISABLE_TELEMETRY"] = "true"  # read when PyBaMM is imported: nothing may be reported
import pybamm

F = 96485.33212  # C/mol
R = 8.314462618  # J/(mol K)
EPSILON_0 = 8.8541878128e-12  # F/m
V_LI = 1.2997e-5  # m3/mol
ELECTRON = 1.602176634e-19  # C
VOLUMES = 120
EDGES = 0.5 - 0.5 * np.cos(np.pi * np.arange(VOLUMES + 1) / VOLUMES)
"""Of the finite volumes across a layer, finer towards both faces (PyBaMM's exponential mesh leaves a wide middle)."""
CURRENT = "Current function [A]"
SPREAD = {"extrapolation": {"order": {"gradient": "linear", "value": "quadratic"}, "use bcs": True}}


FEW = 14
"""States of the salt profile a side, if it is not in finite volumes; shares and decays from the simulator."""
TOLERANCES = {"rtol": 1e-6, "atol": 1e-8}


def warmed(value, energy, temperature):
    """A conductivity or rate of 298.15 K at another temperature; energy in J a particle."""
    return value * math.exp(-energy / ELECTRON * F / R * (1.0 / temperature - 1.0 / 298.15))


class Side:
    """States, rates and voltage of what lies between the ceramic and one lithium electrode."""

    def __init__(
        self, number, made, lithium, pellet, grain_conductivity, temperature, current, initial, salt
    ):
        self.pellet = pellet
        self.number, self.made, self.temperature = number, made, temperature
        self.current = current  # A/m2, > 0 strips this side
        self.grain_conductivity = grain_conductivity
        self.coated = hasattr(made.layer, "thickness")
        self.thickness = made.layer.thickness if self.coated else 0.0
        self.coverage = 1.0
        if hasattr(made.coverage, "roughness"):
            height = (self.thickness - made.coverage.covering_thickness) / made.coverage.roughness
            self.coverage = 0.5 * (1.0 + math.erf(height / math.sqrt(2.0)))
        self.full_contact = self.coverage * made.contact.initial
        uniform = 0.0 if salt == "states" else 1.0
        self.initial = {"contact": self.full_contact, "salt": uniform, "lithium": 1.0} | (initial or {})
        self.lithium_scale = lithium
        self.rhs, self.start, self.states, self.boundary = {}, {}, {}, {}
        self._slow()
        if self.coated:
            (self._few_salt_states if salt == "states" else self._salt)()

    def _state(self, name, domain=()):
        """A state, scaled to the order of one, starting relaxed unless told otherwise."""
        state = pybamm.Variable(f"{name} {self.number}", domain=list(domain))
        value = self.initial.get(name, 0.0)
        array = np.ndim(value) > 0
        self.start[state] = pybamm.Vector(value, domain=list(domain)) if array else pybamm.Scalar(value)
        self.states[name] = state
        return state

    def _slow(self):
        made, i = self.made, self.current
        x = self._state("interphase") * 1e-6  # m
        damage, contact = self._state("damage"), self._state("contact")
        conversion = ageing = pybamm.Scalar(0.0)

        # docs/theory/conversion.md, ageing.md
        bound_by_layer = pybamm.Scalar(0.0)
        if hasattr(made.conversion, "time_constant"):
            conversion = self._state("conversion")
            self.rhs[conversion] = (1 - conversion) / made.conversion.time_constant
            reactant = (
                made.conversion.reactant_volume_fraction
                * made.conversion.thickness
                / made.conversion.reactant_molar_volume
            )
            bound_by_layer = reactant * made.conversion.lithium_number * self.rhs[conversion]
        if hasattr(made.ageing, "final_resistance"):
            ageing = self._state("ageing")
            self.rhs[ageing] = (1 - ageing) / made.ageing.time_constant

        # docs/theory/leakage.md, interphase.md
        blocking = 1.0 / made.interphase.reaction_conductance
        if hasattr(made.leakage, "blocking_factor"):
            before, after = made.leakage.conductivity_before, made.leakage.conductivity_after
            electronic = before * pybamm.exp(conversion * math.log(after / before))
            blocking = blocking + self.thickness / electronic / made.leakage.blocking_factor
        leak = made.interphase.driving_potential / (blocking + x / made.interphase.mixed_conductivity)
        leak = leak + made.interphase.cycling_coefficient * pybamm.AbsoluteValue(i)
        electrons = made.interphase.charge_number / made.interphase.molar_volume  # mol/m3
        self.rhs[self.states["interphase"]] = leak / (electrons * F) / 1e-6

        # docs/theory/cracking.md
        excess = pybamm.maximum(x / made.cracking.critical_thickness - 1, 0)
        self.rhs[damage] = made.cracking.rate * excess * (made.cracking.largest_damage - damage)

        # docs/theory/contact.md
        opening = V_LI / (F * made.contact.void_height)
        missing = self.full_contact - contact
        warm = self.temperature
        replenished = warmed(made.contact.replenishment, made.contact.replenishment_activation_energy, warm)
        healing = warmed(1.0 / made.contact.healing_time, made.contact.healing_activation_energy, warm)
        self.rhs[contact] = (
            -opening * pybamm.maximum(i / contact - replenished, 0)
            + opening * pybamm.maximum(-i / contact, 0) * missing / self.full_contact
            + missing * healing
        )

        # docs/theory/polarisation.md: w in units of its saturation
        w = self._state("polarisation")
        bent = 0.5 * pybamm.log((1 + w) / (1 - w))
        scale = made.polarisation.saturation_current
        self.rhs[w] = (i / scale - bent) / made.polarisation.time_constant

        # docs/theory/filament.md, law contact-threshold without scatter; length in pellet thicknesses
        law = made.filament
        assert law.inverse_modulus == 0.0 and law.strip_back == 0.0 and law.electronic_conductivity == 0.0
        filament = self._state("filament")
        threshold = warmed(law.threshold_current, law.threshold_activation_energy, warm)
        overload = pybamm.maximum(law.focusing * pybamm.maximum(-i, 0) / contact / threshold, 1)
        speed = law.tip_focusing * V_LI * threshold / F * overload**law.growth_exponent * (overload - 1)
        self.rhs[filament] = speed / self.pellet

        lithium = self._state("lithium")
        self.rhs[lithium] = -(i / F + leak / F + bound_by_layer) / self.lithium_scale

        grain = self.grain_conductivity
        spots = math.pi * made.contact.spot_radius * pybamm.maximum(1 - pybamm.sqrt(contact), 0) ** 1.5
        self.active = contact * (1 - damage)
        self.series = spots / (4 * grain * contact) + getattr(made.ageing, "final_resistance", 0.0) * ageing
        self.interphase_resistance = x / made.interphase.ionic_conductivity / (1 - damage)
        self.offset = made.polarisation.saturation_voltage * w

    def _salt(self):
        """docs/theory/layer.md: dilute salt between two faces that pass lithium ions only."""
        layer, warm = self.made.layer, self.temperature
        t = layer.transference_number
        dense = warmed(layer.conductivity, layer.activation_energy, warm)
        diffusivity = 2 * t * (1 - t) * dense * R * warm / (F**2 * layer.concentration)
        necks = (1 - layer.porosity) ** layer.porosity_exponent * self.coverage
        self.layer_resistance = self.thickness / (dense * necks)

        c = self._state("salt", domain=[f"film {self.number}"])  # over its mean
        # Place 0 is the lithium's face, 1 the ceramic's, in units of the thickness. Anions do not pass either face.
        stored = (1 - layer.porosity) * self.coverage * self.thickness**2
        self.rhs[c] = pybamm.div(diffusivity * necks * pybamm.grad(c)) / stored
        anions = self.current * (1 - t) / F * self.thickness / layer.concentration
        slope = -anions / (diffusivity * necks)
        self.boundary[c] = {"left": (slope, "Neumann"), "right": (slope, "Neumann")}
        swing = pybamm.log(pybamm.boundary_value(c, "left") / pybamm.boundary_value(c, "right"))
        self.salt_voltage = 2 * R * warm / F * (1 - t) * swing

    def _few_salt_states(self):
        """docs/theory/layer.md: the same between the faces, in states that relax each by itself."""
        from interlayer.physics.diffusion_states import DECAY, SHARE

        layer, warm, domain = self.made.layer, self.temperature, [f"film {self.number}"]
        t = layer.transference_number
        dense = warmed(layer.conductivity, layer.activation_energy, warm)
        diffusivity = 2 * t * (1 - t) * dense * R * warm / (F**2 * layer.concentration)
        pores = (1 - layer.porosity) ** layer.porosity_exponent
        self.layer_resistance = self.thickness / (dense * pores * self.coverage)

        m = self._state("salt", domain=domain)
        slowest = math.pi**2 * diffusivity * pores / (1 - layer.porosity) / self.thickness**2
        anions = self.current * (1 - t) / F * self.thickness / layer.concentration
        half = anions / (2 * diffusivity * pores * self.coverage)
        place = pybamm.SpatialVariable(f"z {self.number}", domain=domain, coord_sys="cartesian")
        # One state in each of the places 0.5, 1.5 ...: constants once PyBaMM has discretised them.
        decay, share = (pybamm.Interpolant(np.arange(FEW) + 0.5, v, place) for v in (DECAY, SHARE))
        self.rhs[m] = slowest * decay * (share * half - m)
        swing = pybamm.Integral(m, place)  # the sum: each place has width 1
        self.salt_voltage = 2 * R * warm / F * (1 - t) * pybamm.log((1 + swing) / (1 - swing))


def symmetric_cell(system, *, capacitive=False, initial=({}, {}), salt="volumes"):
    """The whole cell; `capacitive` keeps the fast states that impedance sees, with ideal capacitors.

    PyBaMM counts a current that leaves the positive electrode as positive: the opposite of ours.
    """
    model = pybamm.BaseModel(name="symmetric cell")
    applied = pybamm.FunctionParameter(CURRENT, {"Time [s]": pybamm.t})
    i = -applied / system.area
    warm, ceramic = system.temperature, system.conduction
    grain = warmed(ceramic.grain_conductivity, ceramic.grain_activation_energy, warm)
    whole = warmed(ceramic.conductivity, ceramic.activation_energy, warm)
    bulk = ceramic.thickness / grain
    boundary = max(ceramic.thickness / whole - bulk, 0.0)

    def across(name, drop, capacitance, current):
        """Voltage of what passes `current` by `drop(current)` beside a capacitance (F/m2)."""
        if not capacitive:
            return drop(current)
        through = pybamm.Variable(f"{name}, conducted")  # A/m2
        voltage = pybamm.Variable(f"{name}, voltage")
        model.rhs[voltage] = (current - through) / capacitance
        model.algebraic[through] = drop(through) - voltage
        model.initial_conditions |= {voltage: pybamm.Scalar(0.0), through: pybamm.Scalar(0.0)}
        return voltage

    assert not capacitive or ceramic.boundary_exponent == 1.0
    total = across("grains", lambda j: bulk * j, EPSILON_0 * ceramic.permittivity / ceramic.thickness, i)
    total += across("grain boundaries", lambda j: boundary * j, ceramic.boundary_capacitance, i)
    sides = []
    for number, (made, lithium) in enumerate(zip(system.sides, system.lithium, strict=True), start=1):
        sign = 1 if number == 1 else -1
        pellet = ceramic.thickness
        side = Side(number, made, lithium, pellet, grain, warm, sign * i, initial[number - 1], salt)
        total += sign * _side_voltage(side, across, capacitive)
        sides.append(side)
        model.rhs |= side.rhs
        model.initial_conditions |= side.start
        model.boundary_conditions |= side.boundary
    # What PyBaMM's own step that imposes zero current asks of a model: the scale of a current, and an area.
    model.param = SimpleNamespace(Q=pybamm.Scalar(1.0), A_cc=pybamm.Scalar(float(system.area)))
    model.variables = {"Voltage [V]": total, "Current [A]": applied, "Time [s]": pybamm.t}
    for side in sides:
        model.variables |= {f"{name} {side.number}": state for name, state in side.states.items()}
    return model


def _side_voltage(side, across, capacitive):
    """Charge transfer, constriction and ageing share the double layer; the rest stands in series."""
    made, i, number = side.made, side.current, side.number
    kinetics = made.charge_transfer
    assert kinetics.symmetry_factor == 0.5  # asinh is the inverse of Butler-Volmer only there
    exchange = warmed(kinetics.exchange_current_density, kinetics.activation_energy, side.temperature)
    thermal = R * side.temperature / F
    assert not capacitive or made.double_layer.exponent == 1.0

    def interface(j):
        return 2 * thermal * pybamm.arcsinh(j / (2 * exchange * side.active)) + side.series * j

    charge = made.double_layer.pseudo_capacitance * side.active
    total = across(f"interface {number}", interface, charge, i) + side.offset
    total += across(
        f"interphase resistance {number}",
        lambda j: side.interphase_resistance * j,
        made.interphase.capacitance,
        i,
    )
    if side.coated:
        layer = made.layer
        dielectric = EPSILON_0 * layer.relative_permittivity / layer.thickness
        capacitance = dielectric + layer.interfacial_capacitance
        total += across(f"layer {number}", lambda j: side.layer_resistance * j, capacitance, i)
        total += side.salt_voltage
    return total


def meshed(system, salt="volumes"):
    """Geometry, meshes, points and methods for the layers that the cell has."""
    edges = np.arange(FEW + 1.0) if salt == "states" else EDGES
    geometry, meshes, points, methods = {}, {}, {}, {}
    for number, made in enumerate(system.sides, start=1):
        if hasattr(made.layer, "thickness"):
            film = f"film {number}"
            place = pybamm.SpatialVariable(f"z {number}", domain=[film], coord_sys="cartesian")
            geometry[film] = {place: {"min": pybamm.Scalar(0), "max": pybamm.Scalar(edges[-1])}}
            meshes[film] = pybamm.MeshGenerator(pybamm.UserSupplied1DSubMesh, {"edges": edges})
            points[place] = edges.size - 1
            methods[film] = pybamm.FiniteVolume(SPREAD)
    return geometry, meshes, points, methods


def discretised(system, *, initial=({}, {}), salt="volumes"):
    """The model ready for a solver; its current is an input."""
    model = symmetric_cell(system, initial=initial, salt=salt)
    geometry, meshes, points, methods = meshed(system, salt)
    values = pybamm.ParameterValues({CURRENT: "[input]"})
    values.process_model(model)
    values.process_geometry(geometry)
    mesh = pybamm.Mesh(geometry, meshes, points)
    pybamm.Discretisation(mesh, methods).process_model(model)
    return model


def run(system, stages, times, *, salt="volumes", tolerances=TOLERANCES):
    """Solution after `stages` of (A/m2 as we count it, s); `times` are the moments kept, s since a stage began."""
    model = discretised(system, salt=salt)
    solver = pybamm.IDAKLUSolver(**tolerances)
    solution = None
    for (density, duration), kept in zip(stages, times, strict=True):
        inputs = {CURRENT: -density * float(system.area)}
        moments = np.unique(np.r_[0.0, kept, duration])
        solution = solver.step(solution, model, duration, t_interp=moments, inputs=inputs)
    return solution


def voltage(solution, stages, times):
    """Cell voltage in V at the moments kept, one array."""
    begins = np.cumsum([0.0] + [duration for _, duration in stages[:-1]])
    moments = [begin + kept for begin, kept in zip(begins, times, strict=True)]
    for kept in moments[1:]:
        kept[0] = np.nextafter(kept[0], np.inf)  # PyBaMM parts two stages by the smallest step there is
    return solution["Voltage [V]"](np.concatenate(moments))


def last_states(solution):
    """End of a solution, as `initial` of another model."""
    found = ({}, {})
    model = solution.all_models[-1]
    for name in model.variables:
        state, _, number = name.rpartition(" ")
        if number in ("1", "2"):
            found[int(number) - 1][state] = np.squeeze(solution[name].entries[..., -1])
    return found


def spectrometer(system, initial=({}, {}), *, salt="volumes"):
    """PyBaMM's own linearisation at zero current in the given state, ready to `solve` for frequencies."""
    return pybamm.EISSimulation(
        symmetric_cell(system, capacitive=True, initial=initial, salt=salt),
        pybamm.ParameterValues({CURRENT: 0.0}),
        *meshed(system, salt),
        skip_surface_form_check=True,
    )


def impedance(system, frequencies, initial=({}, {})):
    """Impedance in ohm from `spectrometer`."""
    return np.asarray(spectrometer(system, initial).solve(frequencies).impedance)
