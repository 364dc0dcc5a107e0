"""Rules of outreach that need no database."""
