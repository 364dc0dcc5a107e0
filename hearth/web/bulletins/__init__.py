"""Drafting, approving and reading bulletins."""
