"""The network leaves the notebook: other formats, each with its proof, and the take-home page."""

from mnist_helpers.export.page import export_html, show_page

__all__ = ["export_html", "show_page"]
