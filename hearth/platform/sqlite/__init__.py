"""Django's SQLite backend, taught the one name of a collation that PostgreSQL knows."""
