"""Home: the landing page and a resident's own page."""
