"""Workers: what takes long, away from the requests; media tools run here, each in its own confinement."""
