"""Pages of the thermometers: how warm the halls are, and how the sensors are."""
