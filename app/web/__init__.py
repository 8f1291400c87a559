"""Delivery to browsers: pages, problems, security headers; knows no domain."""
