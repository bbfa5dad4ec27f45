"""Replies from a server of the OpenAI kind, in place of the engine process; see docs/server.md."""
