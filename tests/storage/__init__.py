"""Tests of what only one kind of object storage does."""
