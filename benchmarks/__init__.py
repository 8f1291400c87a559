"""Measured claims: each file holds us against a named peer, in one run, with a bar that must hold."""
