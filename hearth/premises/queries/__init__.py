"""What the premises answer."""
