"""Pages of awards, and of results from above."""
