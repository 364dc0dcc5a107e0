"""Every write of the premises."""
