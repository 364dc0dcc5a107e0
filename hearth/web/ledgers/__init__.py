"""Pages that every register has: its list, one record, adding, changing, taking back."""
