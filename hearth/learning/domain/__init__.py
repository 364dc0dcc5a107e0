"""Rules of questions and coverage that need no database."""
