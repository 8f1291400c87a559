"""Tests of the kernel: database, queue, settings."""
