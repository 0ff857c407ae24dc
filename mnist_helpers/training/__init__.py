"""How the shipped weights are made: `python -m mnist_helpers.training` makes them again."""
