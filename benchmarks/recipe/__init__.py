"""The recipe of the shipped weights."""
