"""Pages. HTML only; every write goes through services."""
