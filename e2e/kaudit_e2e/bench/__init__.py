"""e2e/bench: what the whole server costs, beside the least that a server can cost."""
