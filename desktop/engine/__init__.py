"""The engine: a child process that alone loads llama.cpp, and the client that talks to it."""
