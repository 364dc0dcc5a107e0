"""Voices of staff: solicitations, entries, cases."""
