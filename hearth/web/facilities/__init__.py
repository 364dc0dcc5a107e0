"""Facilities 便民适老设施: provision, gaps, the walk through an outlet, the card for everyone."""
