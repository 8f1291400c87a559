"""Rights: export and erasure of a whole person."""
