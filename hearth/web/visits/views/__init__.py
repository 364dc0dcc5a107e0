"""Views by what a person is doing: reading, acting, at the door, opening, asking in public."""
