"""Open-circuit potentials of cathode materials, one material a file."""
