"""Contacts: a recruiter writes, a resident answers."""
