"""Several people on one computer: who they are, how each one's data is unlocked, made and erased."""
