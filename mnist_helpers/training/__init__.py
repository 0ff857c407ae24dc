"""Train the shipped weights: `python -m mnist_helpers.training` makes them again."""
