"""Views by what one comes to do: read, write, decide."""
