"""The pad in JavaScript, as text: the app's page and the take-home page both use it."""

from pathlib import Path

PAD_SCRIPTS = ("percent.js", "answer_view.js", "memory.js", "ink.js", "pad.js")
APP_SCRIPTS = (*PAD_SCRIPTS, "keeping.js", "photo.js", "look_inside.js", "app_home.js")


def read_web(name: str) -> str:
    """Return a file of this folder."""
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def read_pad(home: str) -> str:
    """Return the HTML file of a home, 'app' or 'page', with the pad and the home's own buttons."""
    page = read_web(f"{home}.html")
    for place, name in (("pad", "pad"), ("seen", "seen"), ("more buttons", f"{home}_buttons")):
        page = page.replace(f"<!-- {place} -->", read_web(f"{name}.html"))
    return page
