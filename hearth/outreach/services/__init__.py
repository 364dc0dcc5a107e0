"""Everything that writes in outreach."""
