"""Shapes of lines against closed forms, scipy and lmfit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import voigt_profile

from interlayer.errors import InputError
from interlayer.surface.xps.lines import LINES, line_shape
from interlayer.surface.xps.lines.doniach_sunjic import doniach_sunjic
from interlayer.surface.xps.lines.gl_product import gl_product
from interlayer.surface.xps.lines.gl_sum import gl_sum
from interlayer.surface.xps.lines.la import la
from interlayer.surface.xps.lines.voigt import voigt, voigt_slopes
from interlayer.surface.xps.lines.widths import parts

E = np.linspace(270.0, 300.0, 3001)


def a(*values: float) -> list[np.ndarray]:
    return [np.array([[value]]) for value in values]


def test_voigt_is_scipys():
    gauss, wide = parts(np.array(1.3), np.array(0.35))
    sigma = float(gauss) / 2.3548200450309493
    expected = voigt_profile(E - 284.8, sigma, float(wide) / 2.0)
    assert voigt(E, *a(284.8, 1.3, 0.35))[0] == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize("lorentz", [0.01, 0.3, 0.6, 0.95])
def test_width_is_the_full_width_at_half_maximum(lorentz):
    fine = np.linspace(-2.0, 2.0, 400_001)
    line = voigt(fine, *a(0.0, 1.3, lorentz))[0]
    above = fine[line >= line.max() / 2.0]
    assert above[-1] - above[0] == pytest.approx(1.3, rel=4e-4)


@pytest.mark.parametrize("shape", [voigt, gl_sum, gl_product, la])
def test_area_is_one(shape):
    more = ((1.4, 2.0),) if shape is la else ()
    wide = np.linspace(-300.0, 300.0, 120_001)
    line = np.asarray(shape(wide, *a(0.0, 1.4, 0.3), *more)).ravel()
    assert np.trapezoid(line, wide) == pytest.approx(1.0, abs=2e-3)


def test_la_of_equal_exponents_one_is_the_voigt_line():
    assert la(E, *a(284.8, 1.2, 0.6), (1.0, 1.0))[0] == pytest.approx(
        voigt(E, *a(284.8, 1.2, 0.6))[0], abs=2e-3 * 0.7
    )


def test_la_has_its_tail_at_higher_binding_energy():
    line = la(E, *a(284.8, 1.2, 0.6), (1.0, 2.0))[0]
    assert np.interp(288.8, E, line) > 3.0 * np.interp(280.8, E, line)


def test_doniach_sunjic_is_lmfits_without_a_gaussian():
    lineshapes = pytest.importorskip("lmfit.lineshapes")
    mine = doniach_sunjic(E, *a(284.8, 0.6, 0.9999), (0.1,))[0]
    other = lineshapes.doniach(E, 1.0, 284.8, 0.6 * 0.9999 / 2.0, 0.1)
    assert mine / mine.max() == pytest.approx(other / other.max(), abs=4e-3)


def test_doniach_sunjic_without_asymmetry_is_the_voigt_line_but_for_its_wings():
    line = doniach_sunjic(E, *a(284.8, 1.2, 0.5), (0.0,))[0]
    assert line / line.max() == pytest.approx(
        (lambda v: v / v.max())(voigt(E, *a(284.8, 1.2, 0.5))[0]), abs=3e-3
    )


def test_pseudo_voigt_is_lmfits():
    lineshapes = pytest.importorskip("lmfit.lineshapes")
    # lmfit mixes areas, CasaXPS heights: equal where one part is alone.
    assert gl_sum(E, *a(284.8, 1.2, 0.0))[0] == pytest.approx(
        lineshapes.pvoigt(E, 1.0, 284.8, 0.6, 0.0), rel=1e-6, abs=1e-12
    )
    assert gl_sum(E, *a(284.8, 1.2, 1.0))[0] == pytest.approx(
        lineshapes.pvoigt(E, 1.0, 284.8, 0.6, 1.0), rel=1e-6
    )


def test_area_of_the_product_is_the_integral():
    area = quad(lambda t: np.exp(-4 * np.log(2) * 0.7 * t**2) / (1 + 4 * 0.3 * t**2), -50, 50)[0]
    assert gl_product(np.array([0.0]), *a(0.0, 1.0, 0.3)).item() == pytest.approx(1.0 / area, rel=1e-8)


def test_slopes_of_the_voigt_line_are_differences():
    centre, fwhm, lorentz = a(284.8, 1.3, 0.35)
    _, by_centre, by_ln, by_share = voigt_slopes(E, centre, fwhm, lorentz)
    h = 1e-5
    for slope, up, down in (
        (by_centre, voigt(E, centre + h, fwhm, lorentz), voigt(E, centre - h, fwhm, lorentz)),
        (by_ln, voigt(E, centre, fwhm * np.exp(h), lorentz), voigt(E, centre, fwhm * np.exp(-h), lorentz)),
        (by_share, voigt(E, centre, fwhm, lorentz + h), voigt(E, centre, fwhm, lorentz - h)),
    ):
        assert slope == pytest.approx((up - down) / (2 * h), abs=1e-7)


def test_unknown_shape_is_named():
    assert set(LINES) == {"voigt", "gl_sum", "gl_product", "doniach_sunjic", "la"}
    with pytest.raises(InputError, match="voigt"):
        line_shape("voight")
