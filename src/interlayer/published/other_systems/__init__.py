"""Published resistances and overpotentials of interlayers on other electrolytes, beside the shipped cells."""
