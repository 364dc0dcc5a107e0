"""Units, people and the map."""
