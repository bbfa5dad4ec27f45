"""What is remembered of a person: slots, rules, the agent, and the checks on it all. No Qt."""
