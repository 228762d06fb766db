"""Elements across the layer: line scans and maps of energy-dispersive X-ray spectroscopy."""
