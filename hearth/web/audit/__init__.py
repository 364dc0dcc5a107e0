"""The trail and the health of the system."""
