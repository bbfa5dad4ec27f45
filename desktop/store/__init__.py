"""The person's conversations on disk; the only package that knows SQLite."""
