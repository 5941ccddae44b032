"""What is remembered: tables, migrations and queries, on SQLite or PostgreSQL."""
