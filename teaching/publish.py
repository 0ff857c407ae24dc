"""Write the address of the course on GitHub where it is needed.

    python teaching/publish.py ADDRESS [--branch BRANCH]
    python teaching/publish.py --undo

ADDRESS is what GitHub shows or copies, or only OWNER/REPO. The branch is that of the address, or
main. It writes the address into pyproject.toml, and into the first cell of each lesson, which
brings the course to Google Colab. It puts links to Colab, Binder, Codespaces and the web site at
the top of the README. The links to Colab open copies of the lessons without results, in
teaching/colab. Run it again when you have changed a lesson.
"""

import argparse
import json
import re
import shutil
import sys
import tomllib
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from mnist_helpers.course.my_lessons import as_notebook, without_outputs
from mnist_helpers.system.files import write_whole

COURSE = Path(__file__).resolve().parents[1]
FIRST_CELL = "first-cell"
"""The tag of the first code cell, which is the same in every lesson."""
COPIES = "teaching/colab"
_PLACE = "/content/digits"
_BEGIN, _END = "<!-- links -->\n", "\n<!-- /links -->\n\n"
_BADGES = {  # what the link does, and the picture of its badge
    "Open in Colab": "https://colab.research.google.com/assets/colab-badge.svg",
    "Open on Binder": "https://mybinder.org/badge_logo.svg",
    "Open in Codespaces": "https://img.shields.io/badge/Codespaces-open-24292f",
    "Draw now": "https://img.shields.io/badge/draw-now-0072b2",
}


class Address(NamedTuple):
    """Where the course is on GitHub: 'OWNER/REPO', and the branch."""

    repository: str
    branch: str = "main"

    @property
    def page(self) -> str:
        """The address of the course's page on GitHub."""
        tree = "" if self.branch == "main" else f"/tree/{self.branch}"
        return f"https://github.com/{self.repository}{tree}"

    def file(self, path: str) -> str:
        """Return the address at which GitHub shows a file or a folder of the course."""
        return f"https://github.com/{self.repository}/blob/{self.branch}/{path}"

    def colab(self, lesson: str) -> str:
        """Return the address that opens a lesson in Colab."""
        place = f"{self.repository}/blob/{self.branch}/{COPIES}/{lesson}"
        return f"https://colab.research.google.com/github/{place}"


def read_address(text: str) -> Address:
    """Return the address that somebody has typed or copied.

    Raises ValueError if it is not that of a repository on GitHub.
    """
    host = r"(?:(?:https?://)?(?:www\.)?github\.com/|(?:ssh://)?git@github\.com[:/])?"
    names = r"(?P<name>[A-Za-z\d-]+/[\w.-]+?)(?:\.git)?(?:/tree/(?P<branch>[\w./-]*[\w.-]))?"
    found = re.fullmatch(host + names + r"/?(?:[?#].*)?", text.strip())
    if not found or found["name"].endswith(("/.", "/..")):
        raise ValueError(
            f"wanted OWNER/REPO, or an address such as https://github.com/OWNER/REPO; got {text!r}"
        )
    return Address(found["name"], found["branch"] or "main")


def address(course: Path = COURSE) -> Address | None:
    """Return where the course is on GitHub, or None while it has no address."""
    project = tomllib.loads((course / "pyproject.toml").read_text("utf-8"))["project"]
    source = project.get("urls", {}).get("Source")
    return read_address(source) if source else None


def first_cell(place: Address | None) -> str:
    """Return the source of the first cell of each lesson."""
    if place:
        branch = "" if place.branch == "main" else f"-b {place.branch} "
        bring = f'    course = "https://github.com/{place.repository}"\n'
        bring += f"    !test -d {_PLACE} || git clone -q {branch}{{course}} {_PLACE}\n"
    else:
        bring = f'    !test -d {_PLACE} || echo "Put the course into {_PLACE}: see its README."\n'
    return (
        "import sys\n\n"
        "# @markdown Colab forgets what you save. To keep it on Google Drive, tick this first:\n"
        'keep_my_work = False  # @param {type:"boolean"}\n'
        'if "google.colab" in sys.modules:  # at home, the course is here already\n'
        f'{bring}    sys.path.insert(0, "{_PLACE}")\n\n'
        "from mnist_helpers import start_lesson\n\n"
        "start_lesson(keep_my_work)"
    )


def publish(place: Address | None, course: Path = COURSE) -> None:
    """Write the address into pyproject.toml, the lessons and the README, or take it out again.

    Raises OSError if a file cannot be written.
    """
    project, readme = course / "pyproject.toml", course / "README.md"
    text = re.sub(r"\[project\.urls\]\n.*\n\n", "", project.read_text("utf-8"))
    if place:
        urls = f'[project.urls]\nSource = "{place.page}"\n\n'
        text = text.replace("[tool.", urls + "[tool.", 1)
    write_whole(project, text.encode())
    shutil.rmtree(course / COPIES, ignore_errors=True)
    lessons = sorted((course / "notebooks").glob("*.ipynb"))
    for path in lessons:
        lesson = _addressed(json.loads(path.read_text("utf-8")), place)
        if place:
            copy = without_outputs(as_notebook(_for_colab(lesson, place)))
            write_whole(course / COPIES / path.name, copy)
            _add_link(lesson, place.colab(path.name))
        write_whole(path, as_notebook(lesson))
    text = re.sub(f"(?s){_BEGIN}.*?{_END}", "", readme.read_text("utf-8"))
    if place:
        heading, rest = text.split("\n\n", 1)
        links = _links(place, [path.name for path in lessons])
        text = f"{heading}\n\n{_BEGIN}{links}{_END}{rest}"
    write_whole(readme, text.encode())


def _addressed(lesson: dict, place: Address | None) -> dict:
    """Return a lesson with the first cell of this address, and without a link to Colab."""
    title, *others = lesson["cells"]
    lines = [line for line in "".join(title["source"]).split("\n") if "colab.research" not in line]
    title["source"] = "\n".join(lines).replace("\n\n\n", "\n\n").splitlines(keepends=True)
    for cell in others:
        if FIRST_CELL in cell["metadata"].get("tags", []):
            cell["source"] = first_cell(place).splitlines(keepends=True)
    return lesson


def _add_link(lesson: dict, link: str) -> None:
    heading, *rest = lesson["cells"][0]["source"]
    lesson["cells"][0]["source"] = [heading, "\n", f"[Open this lesson in Google Colab]({link})\n"]
    lesson["cells"][0]["source"] += rest


def _for_colab(lesson: dict, place: Address) -> dict:
    """Return a copy whose links work on Colab, where nothing lies beside a lesson."""
    raw = f"https://raw.githubusercontent.com/{place.repository}/{place.branch}/images/"
    copy = json.loads(json.dumps(lesson))
    for cell in copy["cells"]:
        if cell["cell_type"] == "markdown":
            text = "".join(cell["source"])
            text = re.sub(r'(\]\(|=")\.\./images/', lambda found: found[1] + raw, text)
            text = re.sub(r"\]\(\.\./", lambda _: f"]({place.file('')}", text)
            text = re.sub(r"\]\((\d\d_\w+\.ipynb)", lambda to: f"]({place.colab(to[1])}", text)
            cell["source"] = text.splitlines(keepends=True)
    return copy


def _links(place: Address, lessons: list[str]) -> str:
    """Return the badges, and a line with a link to each lesson on Colab."""
    owner, name = place.repository.split("/")
    pages = f"https://{owner}.github.io/" + ("" if name == f"{owner}.github.io" else f"{name}/")
    lab = quote(f"lab/tree/my_lessons/{lessons[0]}", safe="")
    tree = "" if place.branch == "main" else f"/tree/{place.branch}"
    branch = quote(place.branch, safe="")
    targets = [
        place.colab(lessons[0]),
        f"https://mybinder.org/v2/gh/{place.repository}/{branch}?urlpath={lab}",
        f"https://codespaces.new/{place.repository}{tree}?quickstart=1",
        f"{pages}_static/pad.html",
    ]
    pairs = zip(_BADGES.items(), targets, strict=True)
    badges = [f"[![{text}]({picture})]({target})" for (text, picture), target in pairs]
    each = " · ".join(f"[{int(lesson[:2])}]({place.colab(lesson)})" for lesson in lessons)
    return " ".join(badges) + f"\n\nThe lessons in Colab, without results: {each}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("address", nargs="?")
    parser.add_argument("--branch")
    parser.add_argument("--undo", action="store_true", help="take the address out again")
    options = parser.parse_args()
    if options.undo == (options.address is not None):
        parser.error("give an address, or --undo")
    try:
        place = None if options.undo else read_address(options.address)
        if place and options.branch:
            place = read_address(f"{place.repository}/tree/{options.branch}")
        elif place and "/" in place.branch and (COURSE / place.branch.split("/", 1)[1]).is_dir():
            raise ValueError(f"it is the address of a folder, or say --branch {place.branch}")
        publish(place)
    except (ValueError, OSError) as error:
        sys.exit(f"It was not published: {error}")
    print("Written. Look at it with `git diff`, commit it, and push it.")


if __name__ == "__main__":
    main()
