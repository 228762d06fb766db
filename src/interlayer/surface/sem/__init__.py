"""Cross-sections in the electron microscope: thickness, pores, cracks, and the order of layers."""
