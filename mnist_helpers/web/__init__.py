"""The pad in JavaScript, as text: the app's page and the take-home page both use it."""

from pathlib import Path

PAD_SCRIPTS = ("answer_view.js", "ink.js", "pad.js")
APP_SCRIPTS = (*PAD_SCRIPTS, "keeping.js", "app_home.js")


def files_of_web() -> Path:
    """Return the folder with the JavaScript, the HTML and the CSS."""
    return Path(__file__).parent


def read_web(name: str) -> str:
    """Return a file of this folder."""
    return (files_of_web() / name).read_text(encoding="utf-8")


def read_pad(home: str, more_buttons: str = "") -> str:
    """Return the HTML file `home`, of the app or of the page, with the pad in it."""
    pad = read_web("pad.html").replace("<!-- more buttons -->", more_buttons)
    return read_web(home).replace("<!-- pad -->", pad)
