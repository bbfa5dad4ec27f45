"""People's numbers, and later the screening of what is said. Needs no language model."""
