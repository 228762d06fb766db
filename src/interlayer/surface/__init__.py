"""What is seen of a cell's surfaces and layers: spectra, photographs, patterns, cross-sections."""
