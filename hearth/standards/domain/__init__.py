"""What an edition's rules are, whether they hold together, and how two editions differ."""
