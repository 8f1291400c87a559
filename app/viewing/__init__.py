"""Viewing: who watched what, how long, and when it counts."""
