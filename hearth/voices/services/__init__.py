"""Every write to what staff say."""
