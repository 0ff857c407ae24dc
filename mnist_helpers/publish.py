"""Write the address of the course on GitHub where it is needed.

    python -m mnist_helpers.publish OWNER/REPO

It writes the address into pyproject.toml, and into the first cell of each lesson, which brings the
course to Google Colab. It also writes the links that open a lesson there.
"""

import json
import re
import sys
import tomllib
from pathlib import Path

from mnist_helpers.files import write_whole

COURSE = Path(__file__).parent.parent
FIRST_CELL = "first-cell"
"""The tag of the first code cell, which is the same in every lesson."""
_COLAB = "/content/digits"
_LINK = "https://colab.research.google.com/github/{}/blob/main/notebooks/{}"
_BEGIN, _END = "<!-- colab -->", "<!-- /colab -->"


def address(course: Path = COURSE) -> str | None:
    """Return 'OWNER/REPO', or None while the course has no address."""
    project = tomllib.loads((course / "pyproject.toml").read_text("utf-8"))["project"]
    source = project.get("urls", {}).get("Source")
    return source and source.removeprefix("https://github.com/")


def first_cell(repository: str | None) -> str:
    """Return the source of the first cell of each lesson."""
    if repository:
        bring = f'    course = "https://github.com/{repository}"\n'
        bring += f"    !test -d {_COLAB} || git clone -q {{course}} {_COLAB}\n"
    else:
        bring = f'    !test -d {_COLAB} || echo "Put the course into {_COLAB}: see its README."\n'
    return (
        "import sys\n\n"
        'if "google.colab" in sys.modules:  # at home, the course is here already\n'
        f'{bring}    sys.path.insert(0, "{_COLAB}")\n\n'
        "from mnist_helpers import start_lesson\n\n"
        "start_lesson()"
    )


def publish(repository: str, course: Path = COURSE) -> None:
    """Write the address into pyproject.toml, the lessons and the README.

    Raises ValueError if it is not of the form OWNER/REPO, and OSError if a file cannot be
    written.
    """
    if not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise ValueError(f"wanted OWNER/REPO, as in GitHub's addresses; got {repository!r}")
    _write_address(course / "pyproject.toml", repository)
    lessons = sorted((course / "notebooks").glob("*.ipynb"))
    for lesson in lessons:
        _write_lesson(lesson, repository)
    links = [f"[{path.stem[:2]}]({_LINK.format(repository, path.name)})" for path in lessons]
    readme = course / "README.md"
    text = re.sub(
        f"(?s){_BEGIN}.*{_END}",
        lambda _: f"{_BEGIN}Open a lesson in Colab: {' · '.join(links)}.{_END}",
        readme.read_text("utf-8"),
    )
    write_whole(readme, text.encode())


def _write_address(project: Path, repository: str) -> None:
    text = re.sub(r"\[project\.urls\]\n.*\n\n", "", project.read_text("utf-8"))
    urls = f'[project.urls]\nSource = "https://github.com/{repository}"\n\n'
    write_whole(project, text.replace("[tool.", urls + "[tool.", 1).encode())


def _write_lesson(path: Path, repository: str) -> None:
    lesson = json.loads(path.read_text("utf-8"))
    title, *others = lesson["cells"]
    link = f"[Open this lesson in Google Colab]({_LINK.format(repository, path.name)})"
    lines = [line for line in "".join(title["source"]).split("\n") if "colab.research" not in line]
    lines[1:2] = ["", link, ""]  # below the heading
    title["source"] = "\n".join(lines).replace("\n\n\n", "\n\n").splitlines(keepends=True)
    for cell in others:
        if FIRST_CELL in cell["metadata"].get("tags", []):
            cell["source"] = first_cell(repository).splitlines(keepends=True)
    write_whole(path, (json.dumps(lesson, indent=1, ensure_ascii=False) + "\n").encode())


def main(arguments: list[str]) -> None:
    if len(arguments) != 1:
        sys.exit(__doc__)
    try:
        publish(arguments[0])
    except (ValueError, OSError) as error:
        sys.exit(f"Nothing was published: {error}")
    print("Written. Look at it with `git diff`, commit it, and push it.")


if __name__ == "__main__":
    main(sys.argv[1:])
