"""The resumable protocol, by clients that say what they want and by real ones."""
