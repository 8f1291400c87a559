"""Partners: API keys and what a partner may read."""
