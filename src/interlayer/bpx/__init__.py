"""Reading the positive electrode of a BPX file (Battery Parameter eXchange, JSON). Nothing in it is ever run."""

from interlayer.bpx.curve import Curve
from interlayer.bpx.positive_electrode import PositiveElectrode, read_positive_electrode

__all__ = ["Curve", "PositiveElectrode", "read_positive_electrode"]
