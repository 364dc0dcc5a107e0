"""Reading and verifying the trail; the health of the system."""
