"""Pages of the report of any date: composing, keeping, and the templates."""
