"""The web app: `python -m mnist_helpers.app` serves it."""

from mnist_helpers.app.app import LAUNCH_OPTIONS, build_app

__all__ = ["LAUNCH_OPTIONS", "build_app"]
