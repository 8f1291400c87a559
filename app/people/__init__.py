"""People: accounts, organisations, memberships, sessions, consents."""
