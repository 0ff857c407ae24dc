"""Files that are written whole or not at all, TensorFlow started quietly, and whose turn it is."""
