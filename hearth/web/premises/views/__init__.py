"""Views of the premises, by what they show."""
