"""Write `diffraction_lines.json`: powder lines of the package's phases as pymatgen calculates them.

An independent path to synthetic patterns: pymatgen expands the space group from its symbol, and has form factors and
structure factors of its own. Needs the whole pymatgen (not only its core) in an environment of its own:

    python benchmarks/make_diffraction_lines.py src/interlayer/surface/xrd/phases benchmarks/diffraction_lines.json
"""

from __future__ import annotations

import json
import sys
import tomllib
from pathlib import Path

B_ISO = 0.6
HIGHEST_DEG = 100.0
SYMBOLS = {"R -3 c :H": "R-3cH", "I 41/a m d :1": "I4_1/amd", "F d -3 m :2": "Fd-3m:2"}
UNKNOWN = ("I 41/a c d :2",)
"""Settings that pymatgen does not have; their phases are left out."""


def spelled(symbol: str) -> str:
    """Return a Hermann-Mauguin symbol as pymatgen writes it."""
    if symbol in SYMBOLS:
        return SYMBOLS[symbol]
    parts = symbol.split()
    kept = [parts[0], parts[2]] if parts[1] == "1" else parts
    return "".join(
        p.replace("21", "2_1").replace("31", "3_1").replace("42", "4_2").replace("63", "6_3") for p in kept
    )


def main(folder: Path, out: Path) -> None:
    """Calculate all phases that have atoms."""
    import pymatgen.core
    from pymatgen.analysis.diffraction.xrd import XRDCalculator
    from pymatgen.core import Lattice, Structure

    found = {}
    for file in sorted(folder.glob("*.toml")):
        data = tomllib.loads(file.read_text("utf-8"))
        if "sites" not in data or data["space_group"] in UNKNOWN:
            continue
        merged: dict[tuple[float, ...], dict[str, float]] = {}
        for element, x, y, z, share in data["sites"]:
            merged.setdefault((x, y, z), {})[element] = share
        lattice = Lattice.from_parameters(*data["cell"])
        if data["space_group"] == "P 1 21/n 1":  # a setting that pymatgen does not know by name
            places, kinds = [], []
            for place, kind in merged.items():
                images = [place] if not any(place) else [place, tuple(-c for c in place)]
                for x, y, z in images:
                    for image in ([x, y, z], [0.5 - x, 0.5 + y, 0.5 - z]):
                        places.append(image)
                        kinds.append(kind)
            structure = Structure(lattice, kinds, places)
        else:
            structure = Structure.from_spacegroup(
                spelled(data["space_group"]),
                lattice,
                list(merged.values()),
                [list(p) for p in merged],
                tol=0.01,
            )
        calculator = XRDCalculator("CuKa1", debye_waller_factors={str(e): B_ISO for e in structure.elements})
        pattern = calculator.get_pattern(structure, scaled=False, two_theta_range=(5.0, HIGHEST_DEG))
        volume = structure.volume
        found[file.stem] = {
            "density_g_cm3": round(float(structure.density), 5),
            "two_theta_deg": [round(float(t), 5) for t in pattern.x],
            "intensity": [round(float(i) / volume**2, 7) for i in pattern.y],
            "hkl": [list(line[0]["hkl"]) for line in pattern.hkls],
        }
        print(file.stem, structure.composition.formula, round(float(structure.density), 4), len(pattern.x))
    text = json.dumps(
        {"made_by": f"pymatgen-core {pymatgen.core.__version__}", "b_iso": B_ISO, "lines": found}
    )
    out.write_text(text.replace('}, "', '},\n"') + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
