"""The app: a window and a terminal in which someone talks, offline, with a local model."""
