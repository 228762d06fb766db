"""Laws of the cathode's active material."""
