"""Pure rules of profiles: states and who may move them."""

STATES = ("draft", "submitted", "changes_requested", "published", "paused", "placed", "withdrawn", "erased")
PRESENTATIONS = ("video", "voice", "text")
EDUCATION_LEVELS = ("none", "cap_bep", "bac", "bac_2", "bac_3", "bac_5")
CONTRACT_TYPES = ("cdi", "cdd", "interim", "alternance", "internship", "immersion")
LANGUAGE_LEVELS = ("A1", "A2", "B1", "B2", "C1", "C2")
VERDICTS = ("approved", "changes_requested")
ZONES_MAX = 5
JOBS_MAX = 3
