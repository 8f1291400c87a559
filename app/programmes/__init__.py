"""Programmes: the axes of the convention."""
