"""Views of this area, one module a kind of page."""
