"""The web app: `python -m mnist_helpers.app` serves it."""

from mnist_helpers.app.app import LAUNCH_OPTIONS, build_app
from mnist_helpers.app.in_browser import address_in_browser
