"""Every write to rectifications: opening, work on them, deadlines, and telling who is late."""
