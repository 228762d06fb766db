"""What was built: layers, areas, pressures, temperature, and what is not known about them.

The model covers Li | interlayer | electrolyte | interlayer | Li with sides that may differ, and the full cell
cathode | electrolyte | interlayer | Li. Side 'left' is electrode 1, the working electrode and first layer of
the file; 'right' is electrode 2, in a full cell the lithium.
"""

from interlayer.cell.cathode import Cathode
from interlayer.cell.cell import Cell
from interlayer.cell.contract import FORMAT
from interlayer.cell.parts import Areas, Electrolyte, Layer, Lithium
from interlayer.coating import Coating

__all__ = ["FORMAT", "Areas", "Cathode", "Cell", "Coating", "Electrolyte", "Layer", "Lithium"]
