"""Rules of honours that need no database."""
