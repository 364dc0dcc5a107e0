"""Pages of the lists under management."""
