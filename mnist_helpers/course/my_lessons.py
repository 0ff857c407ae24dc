"""A learner's own copy of the lessons.

`python -m mnist_helpers.course.my_lessons [FOLDER]` makes it.
The learner can change the copy freely. The lessons of the course stay as they are in Git.
"""

import hashlib
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from mnist_helpers.system.files import put_aside, read_object, write_whole

COURSE = Path(__file__).parent.parent.parent
FOLDER = "my_lessons"
_LINK = re.compile(r"\.\./((?:benchmarks|mnist_helpers|teaching)/[\w./]+\.\w+)")
_TO_PAGE = re.compile(r"\[([^\]]*)\]\([\w./]+\.md[^)]*\)")


def choose_home() -> Path:
    """Return the first folder that can be written to: the course's, `digits` at home, a new one."""
    for home in (COURSE, Path.home() / "digits"):
        if can_write(home / FOLDER):
            return home
    home = Path(tempfile.mkdtemp(prefix="digits-"))
    print(
        f"Your home cannot be written to. Your lessons are in {home}, which may soon be emptied: "
        "download what you want to keep."
    )
    return home


def can_write(folder: Path) -> bool:
    """Whether a file can be written into this folder, which is made if it is missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:
        return False
    return True


def copy_lessons(home: Path, edit: Callable[[bytes], bytes] | None = None) -> list[str]:
    """Copy each lesson that `home`/my_lessons lacks, without its outputs; overwrite none.

    `edit` makes another edition of a lesson. A lesson that no program can open, such as an empty
    file, is kept under another name and copied again. If `home` is not the folder of the course,
    copies of the pictures, and of the files that the lessons link to, are put there too. Returns
    what the learner should know, a sentence each. Raises OSError if the folder cannot be written
    to.
    """
    edit = edit or without_outputs
    own = home / FOLDER
    own.mkdir(parents=True, exist_ok=True)
    record = own / ".copied.json"
    copied, news, new = read_object(record), [], {}  # the hash of each lesson as it was copied
    for lesson in sorted((COURSE / "notebooks").glob("*.ipynb")):
        content, mine = lesson.read_bytes(), own / lesson.name
        digest = hashlib.sha256(content).hexdigest()
        if mine.exists() and "cells" not in read_object(mine):
            kept = put_aside(mine, "damaged").name
            news.append(f"Your {mine.name} is damaged. It is kept as {kept}; here is a new one.")
        if not mine.exists():
            new[mine], copied[lesson.name] = content, digest
        elif copied.get(lesson.name, digest) != digest:
            news.append(
                f"The course has a newer {mine.name}. Your copy was kept: rename it, and start "
                "again to get the newer one."
            )
    # The record comes first: if a kill comes between, the next start copies what is missing.
    write_whole(record, json.dumps(copied, indent=1).encode())
    for mine, content in new.items():
        write_whole(mine, edit(content))
    if home.resolve() != COURSE.resolve():
        _show_beside(home)
    return news


def without_outputs(notebook: bytes) -> bytes:
    """Return the notebook as it is before its first run, so that it shows no answers."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
            cell["metadata"].get("jupyter", {}).pop("outputs_hidden", None)
    return as_notebook(content)


def as_notebook(content: dict) -> bytes:
    """Return a notebook as JupyterLab writes it."""
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _show_beside(home: Path) -> None:
    """Copy what the lessons show and link to; a server gives nobody what lies behind a link."""
    shutil.copytree(COURSE / "images", home / "images", dirs_exist_ok=True)
    lessons = "".join(each.read_text("utf-8") for each in (COURSE / "notebooks").glob("*.ipynb"))
    for name in {*_LINK.findall(lessons), "teaching/sample_project.ipynb"}:
        text = (COURSE / name).read_text("utf-8").replace("../notebooks/", f"../{FOLDER}/")
        # The pages that these link to are for teachers and maintainers, and have no copy.
        write_whole(home / name, _TO_PAGE.sub(r"\1", text).encode())


def main(folder: str = "") -> None:
    home = Path(folder) if folder else COURSE
    try:
        news = copy_lessons(home)
    except OSError as error:
        sys.exit(f"No copy of the lessons could be made in {home.resolve()}: {error}")
    for each in news:
        print(each)


if __name__ == "__main__":
    main(*sys.argv[1:2])
