"""Pages of knowledge tests."""
