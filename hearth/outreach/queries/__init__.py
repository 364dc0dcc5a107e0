"""Answers over several models of outreach."""
