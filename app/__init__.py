"""Vis-à-vis: video CVs of young jobseekers from priority neighbourhoods, and the evidence of their use."""
