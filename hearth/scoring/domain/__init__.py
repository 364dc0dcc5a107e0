"""Marks to score, score to composite, composite to rank: arithmetic without a database."""
