"""Views by what a person is doing: finding work, filling in, reading, reviewing."""
