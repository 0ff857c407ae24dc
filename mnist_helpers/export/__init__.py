"""The network leaves the notebook: other formats, each with its proof, and the take-home page."""
