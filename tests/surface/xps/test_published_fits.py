"""Real spectra whose parts are published: gold of lmfitxps, PET of LG4X with Beamson and Briggs' reference."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from interlayer.surface.xps.analyse import analyse
from interlayer.surface.xps.charge import parse_reference
from interlayer.surface.xps.fraction import share
from interlayer.surface.xps.readers.read import read_regions
from interlayer.surface.xps.recipe import read_recipe

FOLDER = Path(__file__).resolve().parents[4] / "shared" / "data" / "d_characterisation"

PET = """
name = "C 1s of poly(ethylene terephthalate)"
line = "C 1s"
element = "C"
window_eV = [281.0, 294.5]
sensitivity = 1.0
sensitivity_source = "one line alone"
common_scatter_eV = 0.1
[default]
lorentz = 0.2
fwhm_eV = [1.1, 0.2]
source = "Beamson, Briggs 1992 (ISBN 0-471-93592-1)"
[[state]]
name = "ring"
group = "ring"
position_eV = [284.70, 0.1]
[[state]]
name = "C-O"
group = "C-O"
position_eV = [286.22, 0.1]
[[state]]
name = "O-C=O"
group = "O-C=O"
position_eV = [288.69, 0.1]
[[state]]
name = "shake-up"
group = "shake-up"
position_eV = [291.4, 0.4]
fwhm_eV = [2.2, 0.5]
"""


def need(name: str) -> Path:
    path = FOLDER / name
    if not path.exists():
        pytest.skip("shared data absent")
    return path


def test_gold_splits_as_the_published_fit_says():
    """The example script of lmfitxps for this file begins its fit at a splitting of 3.67127 eV and a kinetic energy of
    92.2273 eV at 180 eV; its printed result is not published.
    """
    path = need("xps_lmfitxps_Au4f/clean_Au_4f.csv")
    found = analyse(read_regions(path), label="Au", reference=parse_reference("Au 4f=84.0 eV")).fits["Au 4f"]
    places = [p for state, p, _, _ in found.fit.model.fitted_peaks(found.fit.x) if state == "Au metal"]
    where = found.fit.model.names.index("splitting")
    sd = 0.02 * np.sqrt(found.fit.covariance[where, where])
    assert sd < 0.01
    assert places[1] - places[0] == pytest.approx(3.67127, abs=2.0 * sd)
    assert places[0] - found.shift.value_eV == pytest.approx(180.0 - 92.2273, abs=0.1)


def test_pet_has_its_three_carbons(tmp_path):
    """Beamson and Briggs: 284.70, 286.22, 288.69 eV in the ratio 3:1:1, beside a shake-up of the ring."""
    path = need("xps_LG4X/PET_C1s.csv")
    recipe = tmp_path / "pet.toml"
    recipe.write_text(PET)
    found = analyse(
        read_regions(path),
        label="PET",
        own_recipes=[read_recipe(recipe)],
        reference=parse_reference("C 1s=284.70 eV"),
    ).fits["C 1s"]
    assert found.is_described
    at = {name: p for name, p, _, _ in found.fit.model.fitted_peaks(found.fit.x)}
    assert at["C-O"] - at["ring"] == pytest.approx(1.52, abs=0.1)
    assert at["O-C=O"] - at["ring"] == pytest.approx(3.99, abs=0.1)
    # The shake-up belongs to the ring.
    ring = share(found.fit, ("ring", "shake-up"))
    for name, part in (("C-O", 0.2), ("O-C=O", 0.2)):
        one = share(found.fit, (name,))
        assert one.value == pytest.approx(part, abs=0.03), name
    assert ring.value == pytest.approx(0.6, abs=0.04)
