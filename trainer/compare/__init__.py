"""What an adapter changed: the same held-out dialogues and questions, with it and without it."""
