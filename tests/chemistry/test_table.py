"""Every stored reaction against a table computed elsewhere from the same kind of data.

The table was made for the project's physics notes by a separate script, from NASA thermo.inp, Cantera's nasa_condensed
and the CRC Handbook. It shares the sources with this package, not the
code: agreement checks stoichiometry, arithmetic and transcription, not the measurements behind it.
"""

from __future__ import annotations

import pytest

from interlayer.chemistry import conversion, conversions

# reactant, Li a formula unit, Gibbs energy kJ/mol, potential V, mAh/g, mAh/cm2 per um, um of Li per um,
# film volume change %, the same with lithium counted %, volume fraction of the reduced element
TABLE = """
CuF2    2   -685.7  3.553   528  0.223  1.08   +11  -47  0.265
ZnF2    2   -464.1  2.405   519  0.254  1.23   +37  -39  0.318
SnF2    2   -547.4  2.837   342  0.156  0.76    +5  -40  0.453
InF3    3   -651.2  2.250   468  0.205  1.00   +15  -42  0.348
AgF     1   -403.8  4.185   211  0.124  0.60    -7  -42  0.511
MgF2    2   -106.3  0.551   860  0.271  1.31   +70  -27  0.415
AlF3    3   -335.0  1.157   957  0.297  1.44   +46  -40  0.253
CaF2    2     -1.8  0.009   687  0.218  1.06   +86  -10  0.570
SrF2    2    -12.6  0.065   427  0.181  0.88   +81   -4  0.633
FeF3    3   -794.1  2.743   713  0.276  1.34   +25  -46  0.194
FeF2    2   -508.8  2.637   571  0.234  1.13   +17  -45  0.265
NiF2    2   -573.3  2.971   554  0.261  1.26   +28  -44  0.251
CoF2    2   -530.2  2.748   553  0.247  1.20   +21  -45  0.253
BiF3    3   -929.1  3.210   302  0.251  1.22   +59  -28  0.420
SbF3    3   -930.1  3.213   450  0.197  0.96   +17  -40  0.382
PbF2    2   -560.3  2.904   219  0.185  0.89   +31  -31  0.483
GaF3    3   -665.5  2.299   635  0.286  1.39   +47  -38  0.286
AgI     1   -204.1  2.115   114  0.065  0.31    +5  -20  0.238
AgCl    1   -274.6  2.846   187  0.104  0.50   +19  -21  0.334
CuI     1   -200.8  2.081   141  0.080  0.39   +19  -14  0.177
CuCl    1   -264.5  2.741   271  0.112  0.54   +15  -25  0.257
CuBr    1   -241.2  2.500   187  0.093  0.45   +12  -23  0.221
ZnI2    2   -331.6  1.718   168  0.080  0.39   +12  -20  0.122
SnI2    2   -387.2  2.007   144  0.076  0.37   +17  -15  0.198
InI     1   -166.5  1.726   111  0.059  0.29    +7  -17  0.323
MgI2    2   -179.3  0.929   193  0.085  0.41   +27  -10  0.175
AlI3    3   -511.7  1.768   197  0.078  0.38    +6  -23  0.092
ZnCl2   2   -399.4  2.070   393  0.114  0.55    +7  -31  0.183
SnCl2   2   -477.6  2.475   283  0.110  0.53   +18  -23  0.285
InCl3   3   -697.8  2.411   364  0.145  0.71   +40  -18  0.204
SnO2    4   -606.6  1.572   711  0.487  2.36  +109  -38  0.354
SnO     2   -309.3  1.603   398  0.257  1.24   +49  -34  0.523
ZnO     2   -240.7  1.247   659  0.369  1.79   +65  -41  0.382
Al2O3   6   -101.3  0.175  1577  0.626  3.04  +151  -38  0.310
CuO     2   -431.5  2.236   674  0.425  2.06   +74  -43  0.323
Cu2O    2   -415.2  2.152   375  0.225  1.09   +22  -42  0.489
GeO2    4   -601.0  1.557  1025  0.435  2.11   +76  -43  0.315
SiO2    4   -266.1  0.689  1784  0.472  2.29   +84  -44  0.289
TiO2    4   -233.0  0.604  1342  0.570  2.77  +114  -43  0.264
MgO     2      8.1 -0.042  1330  0.479  2.32  +157  -23  0.485
In2O3   6   -852.9  1.473   579  0.416  2.02   +96  -35  0.414
Bi2O3   6  -1189.9  2.055   345  0.307  1.49   +67  -33  0.489
Sb2O3   6  -1057.1  1.826   552  0.314  1.52   +58  -37  0.450
MoO3    6  -1015.6  1.754  1117  0.525  2.55   +76  -50  0.174
WO3     6   -919.6  1.588   694  0.499  2.42   +68  -51  0.175
Co3O4   8  -1470.8  1.905   890  0.544  2.64  +101  -45  0.252
Fe2O3   6   -941.4  1.626  1007  0.529  2.56   +93  -46  0.242
ZrO2    4    -79.6  0.206   870  0.494  2.40  +101  -41  0.320
Ag2O    2   -550.0  2.850   231  0.167  0.81   +10  -39  0.581
BN      3     98.1 -0.339  3240  0.706  3.43  +181  -36  0.144
AlN     3    158.4 -0.547  1962  0.638  3.10  +197  -27  0.267
Mg3N2   6    143.2 -0.247  1593  0.432  2.09  +160  -16  0.433
Si3N4  12    128.2 -0.111  2293  0.727  3.52  +230  -27  0.248
TiN     3    180.3 -0.623  1299  0.677  3.28  +220  -25  0.279
Cu3N    3   -224.6  0.776   393  0.229  1.11   +39  -34  0.437
Zn3N2   6   -287.2  0.496   717  0.446  2.16  +128  -28  0.334
LiNO3   8  -1431.1  1.854  3110  0.740  3.59  +148  -46  0.000
CuS     2   -385.5  1.998   561  0.267  1.29   +75  -24  0.202
Cu2S    2   -352.9  1.829   337  0.189  0.91   +48  -22  0.336
MoS2    4   -652.3  1.690   670  0.339  1.64  +107  -22  0.143
ZnS     2   -237.8  1.232   550  0.225  1.09   +56  -25  0.246
SnS2    4   -744.7  1.930   586  0.264  1.28   +78  -22  0.225
Ag2S    2   -398.4  2.065   216  0.156  0.76   +42  -19  0.423
"""
ROWS = {line.split()[0]: [float(word) for word in line.split()[1:]] for line in TABLE.strip().splitlines()}


def test_the_stored_reactants_are_those_of_the_table():
    assert {c.reactant for c in conversions()} == set(ROWS)
    assert len(ROWS) == 63


@pytest.mark.parametrize("reactant", ROWS)
def test_energy_charge_and_volumes(reactant):
    n, energy, volts, capacity, areal, lithium, film, total, element = ROWS[reactant]
    c = conversion(reactant)
    assert c.n == n
    # Half of the last printed digit, and what a last digit of a density adds (metal densities in three digits).
    assert c.delta_G / 1e3 == pytest.approx(energy, abs=0.051)
    assert c.potential == pytest.approx(volts, abs=0.00051)
    assert c.capacity_mAh_g == pytest.approx(capacity, abs=0.51)
    assert c.volumetric_capacity * 1e-6 / 36e3 == pytest.approx(areal, abs=0.00055)
    assert c.lithium_length == pytest.approx(lithium, abs=0.0055)
    assert c.film_volume_change * 100 == pytest.approx(film, abs=0.51)
    assert c.total_volume_change * 100 == pytest.approx(total, abs=0.51)
    assert c.element_volume_fraction == pytest.approx(element, abs=0.0013)
