"""Fine-tuning, kept drawings, and Keras callbacks."""
