"""Files that are written whole or not at all, and a quiet start of TensorFlow."""
