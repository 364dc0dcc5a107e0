"""The present of the demonstration: what its people did in the last weeks and will do next."""
