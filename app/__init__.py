"""Vis-à-vis: video CVs of young jobseekers from priority neighbourhoods, and the evidence of their use."""

import gc

# What a process of ours loads, it keeps: to look for garbage whenever 700 objects were made (Python's own
# choice) is a fifth of the time that it takes to start.
gc.set_threshold(20_000)
