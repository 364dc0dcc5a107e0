"""Pages of what staff say."""
