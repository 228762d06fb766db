"""What the regions of a sample say together, one question a file."""
