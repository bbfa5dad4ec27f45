"""The window. Reaches the engine and the store only through `desktop.chat`."""
