"""Published systems, reproduced number by number."""
