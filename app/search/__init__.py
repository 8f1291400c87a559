"""Search: the index of published profiles; gets plain documents and knows no profile."""
