"""Awards, and the results that someone above publishes."""
