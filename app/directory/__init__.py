"""Directory: the recruiters' pages to find and watch profiles."""
