"""What happens when someone says something: prompt, turn, library. Knows no Qt."""
