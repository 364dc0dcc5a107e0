"""Filling in, reviewing and reading checks."""
