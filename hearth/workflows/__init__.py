"""The only place that writes to several capabilities."""
