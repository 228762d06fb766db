"""Crystal structures and the powder lines that they give."""
