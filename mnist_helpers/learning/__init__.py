"""The recipe of the shipped weights, fine-tuning, kept drawings, and Keras callbacks."""
