"""Serve the web app. Without --host, only this machine can open it."""

import argparse
import os
import sys

from mnist_helpers.app.app import build_app
from mnist_helpers.app.server import serve
from mnist_helpers.learning.collection import Collection
from mnist_helpers.recognizer import Recognizer

PASSWORD = "DIGITS_PASSWORD"
"""The environment variable with the password that visitors are asked for."""
USER = "digits"


def main() -> None:
    parser = argparse.ArgumentParser(
        description="Serve the app that reads drawn digits.",
        epilog=f"If {PASSWORD} is set, visitors log in as '{USER}' with that password.",
    )
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets other machines in")
    parser.add_argument("--port", type=int, help="without it, the first free one from 7860")
    parser.add_argument("--keep", metavar="FILE", help="keep corrected drawings in it")
    parser.add_argument("--root-path", help="a proxy's path (/digits), or the whole address")
    believed, named = "whose X-Forwarded headers are believed", "another name of this host"
    parser.add_argument("--behind-proxy", metavar="ADDRESS", help=believed)
    parser.add_argument("--name", metavar="HOST", action="append", default=[], help=named)
    options = parser.parse_args()
    password = os.environ.get(PASSWORD)
    if password == "":
        parser.error(f"{PASSWORD} is empty; set a password, or unset it to let everybody in")
    try:
        collection = Collection(options.keep) if options.keep else None
        if collection is not None:
            collection.try_to_write()
    except OSError as error:
        parser.error(f"nothing can be kept in {options.keep}: {error.strerror or error}")
    sys.setswitchinterval(0.0005)  # seconds: the server's loop does not wait long for a thread
    try:
        auth = (USER, password) if password else None
        serve(build_app(Recognizer.load(), collection), auth, options)
    except KeyboardInterrupt:
        return  # Ctrl+C is how it ends
    except (OSError, OverflowError) as error:
        where = f"{options.host}:{options.port or 'any port'}"
        parser.error(f"the app cannot listen at {where}: {str(error).splitlines()[0]}")


if __name__ == "__main__":
    main()
