"""Assignments, inspections, evidence, review and findings."""
