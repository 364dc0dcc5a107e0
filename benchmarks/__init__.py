"""Measurements of what has a budget; the figures stand in README.md beside this file."""
