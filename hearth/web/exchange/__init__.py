"""Import and export of spreadsheets, and long jobs."""
