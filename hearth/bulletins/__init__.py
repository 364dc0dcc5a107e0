"""The published quarter and its documents."""
