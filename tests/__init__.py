"""The tests, one folder a domain."""
