"""Uploads: bytes on their way, resumable, never lost (tus 1.0.0)."""
