"""Policies, periods, rankings and what-if."""
