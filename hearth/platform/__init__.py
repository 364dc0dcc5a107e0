"""Audit trail, jobs, files, spreadsheets, notices. Knows no domain."""
