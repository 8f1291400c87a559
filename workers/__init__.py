"""Workers: what takes long, away from the requests; media tools run here, each in its own confinement."""

import app  # noqa: F401 - how often garbage is collected, before anything else is loaded
