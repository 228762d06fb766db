"""Constants of nature (CODATA 2018, SI) and of lithium metal."""

from typing import Final

FARADAY: Final = 96485.33212
"""C/mol."""
GAS_CONSTANT: Final = 8.314462618
"""J/(mol K)."""
VACUUM_PERMITTIVITY: Final = 8.8541878128e-12
"""F/m."""
REFERENCE_TEMPERATURE: Final = 298.15
"""K; Arrhenius laws are anchored here."""
LITHIUM_MOLAR_VOLUME: Final = 1.2997e-5
"""m3/mol, from 6.941 g/mol and 0.534 g/cm3 (CRC Handbook)."""
LITHIUM_RESISTIVITY: Final = 9.28e-8
"""ohm m at 293 K (CRC Handbook)."""
LITHIUM_MELTING: Final = 453.65
"""K (CRC Handbook)."""
LORENZ: Final = 2.443e-8
"""V2/K2, pi^2/3 (k/e)^2: Wiedemann and Franz, Sommerfeld's value."""
BOLTZMANN: Final = 1.380649e-23
"""J/K."""
ELEMENTARY_CHARGE: Final = 1.602176634e-19
"""C."""
PLANCK: Final = 6.62607015e-34
"""J s."""
ELECTRON_MASS: Final = 9.1093837015e-31
"""kg."""
