"""Evidence: what happened, stated once and never changed."""
