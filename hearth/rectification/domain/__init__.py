"""Rules of rectification that need no database."""
