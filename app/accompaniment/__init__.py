"""Accompaniment: an adviser's caseload and invitations."""
