"""Any Keras model, anything that answers images, and what is wrong with it."""
