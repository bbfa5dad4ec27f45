"""The people who use this computer, and how each one's data is unlocked, made and erased."""
