"""What runs the course and reads no digit: checks, set-up, first cell, own lessons."""
