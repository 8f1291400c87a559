"""One contract for every implementation of what is outside the process."""
