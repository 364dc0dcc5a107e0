"""Findings put right: deadlines, answers, verification, closing."""
