"""Editions of inspection standards and their criteria."""
