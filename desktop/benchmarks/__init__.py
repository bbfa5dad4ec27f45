"""What the program must be as fast as; each module prints a table, or JSON."""
