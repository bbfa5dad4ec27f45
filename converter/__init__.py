"""Hugging Face folder -> GGUF -> quantised -> proven equal.

Each stage reads a finished folder and writes a finished folder. Nothing here knows the app, and
of the trainer only `trainer.manifest`. Heavy libraries are imported inside the functions that use
them.
"""
