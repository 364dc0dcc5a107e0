"""Answers over several records of the premises."""
