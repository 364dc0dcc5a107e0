"""Plain Python that every room may use. No Django."""
