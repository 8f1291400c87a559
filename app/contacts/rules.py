"""Pure rules of contacts: states, kinds, who may move them."""

STATES = ("sent", "read", "accepted", "declined", "expired", "answered", "company_silent", "closed")
OPEN_STATES = ("sent", "read", "accepted")
KINDS = ("interview", "immersion", "internship", "alternance", "job")
DECLINE_REASONS = ("not_interested", "too_far", "already_placed", "not_available", "other")
