"""Home visits, from the request to the call of the next day."""
