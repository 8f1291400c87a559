"""States and steps of a video."""

KINDS = ("video", "voice")
STATES = ("received", "checking", "processing", "ready", "refused", "failed")
STEPS = ("waiting", "check", "preview", "listen", "ladder", "verify", "ship", "done")
