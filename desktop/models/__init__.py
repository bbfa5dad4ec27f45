"""Models on this machine, which of them fit it, and fetching one; no widget and no engine."""
