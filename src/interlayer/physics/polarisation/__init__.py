"""Low-current polarisation that direct current shows and the impedance arc does not: rival closures."""
