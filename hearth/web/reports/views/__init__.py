"""Views by what one comes to do: compose, read what was kept, write templates."""
