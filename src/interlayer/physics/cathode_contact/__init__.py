"""Laws of the contact between cathode and electrolyte."""
