"""What is remembered of a person: slots, rules, the agent and the checks on every proposal. No Qt."""
