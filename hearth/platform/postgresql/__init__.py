"""Our PostgreSQL: Django's own, with statements that the server keeps ready."""
