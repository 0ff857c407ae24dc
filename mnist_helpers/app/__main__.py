"""Serve the web app, to this machine only unless told otherwise."""

import argparse
import os
import sys

from mnist_helpers.app.app import LAUNCH_OPTIONS, build_app
from mnist_helpers.app.gate import gated
from mnist_helpers.collection import Collection
from mnist_helpers.recognizer import Recognizer

PASSWORD = "DIGITS_PASSWORD"
"""The environment variable with the password that visitors are asked for."""
USER = "digits"


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Serve the app that reads drawn digits.",
        epilog=f"Where {PASSWORD} is set, visitors log in as '{USER}' with that password.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in")
    parser.add_argument("--port", type=int, help="the first free one from 7860 unless given")
    parser.add_argument("--keep", metavar="FILE", help="keep drawings that visitors correct in it")
    parser.add_argument("--root-path", metavar="PATH", help="where a proxy shows the app: /digits")
    options = parser.parse_args()
    password = os.environ.get(PASSWORD)
    sys.setswitchinterval(0.0005)  # seconds: the server's loop does not wait long for a thread
    app = build_app(Recognizer.load(), Collection(options.keep) if options.keep else None)
    behind_proxy = {"root_path": options.root_path, "app_kwargs": gated(options.root_path)}
    app.launch(
        server_name=options.host,
        server_port=options.port,
        auth=(USER, password) if password else None,
        **LAUNCH_OPTIONS | (behind_proxy if options.root_path else {}),
    )


if __name__ == "__main__":
    main()
