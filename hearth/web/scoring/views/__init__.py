"""Views: periods, rankings, policies, adjustments."""
