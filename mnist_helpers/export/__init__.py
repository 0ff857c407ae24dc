"""Use the network outside the notebook: other formats, a proof for each, and the take-home page."""

from mnist_helpers.export.formats import describe_reader, export_model
from mnist_helpers.export.page import export_html, show_page
from mnist_helpers.export.proof import Proof, prove
