"""The web app: `python -m mnist_helpers.app` serves it."""

from mnist_helpers.app.app import LAUNCH_OPTIONS, address_in_browser, build_app
