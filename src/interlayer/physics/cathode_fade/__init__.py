"""Laws of the loss of active material."""
