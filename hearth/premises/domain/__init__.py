"""Rules of the premises that need no database."""
