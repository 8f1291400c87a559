"""Tests of accompaniment."""
