"""Policies, adjustments and the closed periods with their ranks."""
