"""Rules of this room that need no database."""
