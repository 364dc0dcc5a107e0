"""Rules of the network that need no database."""
