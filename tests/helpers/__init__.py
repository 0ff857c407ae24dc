"""What several test modules share."""

import os

# Each of several processes takes one core. NumPy and TensorFlow ask for this when they begin.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ |= dict.fromkeys(("OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"), "1")
