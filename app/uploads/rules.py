"""Pure rules of uploads."""

STATES = ("receiving", "complete", "ingested", "expired", "refused")
