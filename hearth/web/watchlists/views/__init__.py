"""Views of the lists under management, by what they show."""
