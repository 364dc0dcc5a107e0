"""The report of any date: figures told by templates that people write, kept as they stood."""
