"""People's numbers, the screening of what is said, and what is shown. Needs no language model."""
