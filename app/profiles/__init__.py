"""Profiles: what a resident says, the script, the adviser's review, publication."""
