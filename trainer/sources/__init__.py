"""Readers: one module a corpus, all giving the same conversations."""
