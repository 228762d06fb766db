"""Fits of other programs, run by a Python that has them: `python impedance_peers.py PROGRAM < in.json > out.json`.

Each program is given the true circuit and start values off by a factor of up to three, which ours is not.
It reads a list of `{f, re, im, lead, arcs, tail, guess}` and answers with a list of `{seconds, values, stderr}` in
the order of `guess` ([L], R0, then R, Q, n of each arc, then the tail's); `values` is null where the program gave up.
Needs nothing of this project.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
import warnings

import numpy as np


def impedance_py(one):
    """impedance.py: CustomCircuit with weights of the modulus."""
    from impedance.models.circuits import CustomCircuit

    parts = (["L0"] if one["lead"] else []) + ["R0"]
    parts += [f"p(R{k},CPE{k})" for k in range(1, one["arcs"] + 1)]
    parts += [f"{one['tail']}{one['arcs'] + 1}"] if one["tail"] else []
    circuit = CustomCircuit("-".join(parts), initial_guess=list(one["guess"]))
    f, z = np.array(one["f"]), np.array(one["re"]) + 1j * np.array(one["im"])
    circuit.fit(f, z, weight_by_modulus=True)
    return circuit.parameters_, circuit.conf_


def pyimpspec(one):
    """pyimpspec: fit_circuit, method least_squares, weights of the modulus."""
    import pyimpspec as ps

    values = list(one["guess"])
    text = "["
    if one["lead"]:
        text += f"L{{L={values.pop(0):.12e}/0}}"
    text += f"R{{R={values.pop(0):.12e}/0}}"
    for _ in range(one["arcs"]):
        r, q, n = values.pop(0), values.pop(0), values.pop(0)
        text += f"(R{{R={r:.12e}/0}}Q{{Y={q:.12e}/0,n={n:.9f}/0/1}})"
    if one["tail"] == "W":
        text += f"W{{Y={1.0 / (np.sqrt(2.0) * values.pop(0)):.12e}/0,n=0.5F}}"
    elif one["tail"] == "Ws":
        r, tau = values.pop(0), values.pop(0)
        text += f"Ws{{Y={np.sqrt(tau) / r:.12e}/0,B={np.sqrt(tau):.12e}/0,n=0.5F}}"
    circuit = ps.parse_cdc(text + "]")
    z = np.array(one["re"]) + 1j * np.array(one["im"])
    data = ps.DataSet(frequencies=np.array(one["f"]), impedances=z)
    fit = ps.fit_circuit(circuit, data, method="least_squares", weight="modulus", num_procs=1)
    found, errors = [], []
    for element in fit.circuit.get_elements():
        name = fit.circuit.get_element_name(element)
        mine = fit.parameters[name]
        for _key, parameter in mine.items():
            if not parameter.fixed:
                found.append(parameter.value)
                errors.append(parameter.stderr)
    return found, errors


PROGRAMS = {"impedance.py": impedance_py, "pyimpspec": pyimpspec}


def main():
    """Fit all spectra on standard input."""
    warnings.simplefilter("ignore")
    run = PROGRAMS[sys.argv[1]]
    spectra = json.load(sys.stdin)
    with contextlib.suppress(Exception):
        run(spectra[0])  # what it imports and caches is not its fitting time
    out = []
    for one in spectra:
        begin = time.perf_counter()
        try:
            values, errors = run(one)
            answer = {
                "values": [float(v) for v in values],
                "stderr": [None if e is None or not np.isfinite(e) else float(e) for e in errors],
            }
        except Exception as why:
            answer = {"values": None, "stderr": None, "why": str(why)[:80]}
        out.append({"seconds": time.perf_counter() - begin, **answer})
    json.dump(out, sys.stdout)


if __name__ == "__main__":
    main()
