"""Bytes, files and arrays, opened and checked at the door, and their ink."""
