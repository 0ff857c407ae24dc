"""The pad in JavaScript, as text: the app's page and the take-home page both use it."""

from pathlib import Path

PAD_SCRIPTS = ("percent.js", "answer_view.js", "memory.js", "ink.js", "pad.js")
APP_SCRIPTS = (*PAD_SCRIPTS, "keeping.js", "photo.js", "look_inside.js", "app_home.js")


def files_of_web() -> Path:
    """Return the folder with the JavaScript, the HTML and the CSS."""
    return Path(__file__).parent


def read_web(name: str) -> str:
    """Return a file of this folder."""
    return (files_of_web() / name).read_text(encoding="utf-8")


def read_pad(home: str, buttons: str) -> str:
    """Return the HTML file `home`, of the app or of the page, with the pad in it.

    `buttons` is the file with the buttons that this home alone has.
    """
    parts = {"pad": "pad.html", "seen": "seen.html", "more buttons": buttons}
    page = read_web(home)
    for place, name in parts.items():
        page = page.replace(f"<!-- {place} -->", read_web(name))
    return page
