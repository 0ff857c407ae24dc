"""A learner's own copy of the lessons: `python -m mnist_helpers.my_lessons [FOLDER]` makes it.

The learner can change the copy freely. The lessons of the course stay as they are in Git.
"""

import hashlib
import json
import shutil
import sys
from pathlib import Path

from mnist_helpers.files import write_whole

COURSE = Path(__file__).parent.parent
FOLDER = "my_lessons"
_SHOWN = ["benchmarks", "images", "mnist_helpers", "teaching"]  # what the lessons link to


def copy_lessons(home: Path) -> list[str]:
    """Copy each lesson that `home`/my_lessons lacks, without its outputs; overwrite none.

    Returns the names of lessons that the course has changed since they were copied. If `home` is
    not the folder of the course, the folders that the lessons link to are put there too. Raises
    OSError if the folder cannot be written to.
    """
    own = home / FOLDER
    own.mkdir(parents=True, exist_ok=True)
    record = own / ".copied.json"
    copied = json.loads(record.read_text("utf-8")) if record.exists() else {}
    digests = {}
    for lesson in sorted((COURSE / "notebooks").glob("*.ipynb")):
        content = lesson.read_bytes()
        digests[lesson.name] = hashlib.sha256(content).hexdigest()
        if not (own / lesson.name).exists():
            write_whole(own / lesson.name, without_outputs(content))
            copied[lesson.name] = digests[lesson.name]
    write_whole(record, json.dumps(copied, indent=1).encode())
    if home.resolve() != COURSE.resolve():
        _show_beside(home)
    return [name for name, digest in digests.items() if copied.get(name, digest) != digest]


def without_outputs(notebook: bytes) -> bytes:
    """Return the notebook as it is before its first run, so that it shows no answers."""
    content = json.loads(notebook)
    for cell in content["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
            cell["metadata"].pop("jupyter", None)  # it folded the stored output
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _show_beside(home: Path) -> None:
    for name in _SHOWN:
        folder, shown = COURSE / name, home / name
        if shown.exists() or not folder.exists():
            continue
        shown.unlink(missing_ok=True)  # a broken link: the course was there before
        try:
            shown.symlink_to(folder, target_is_directory=True)
        except OSError:  # on Windows, few users can make links
            shutil.copytree(folder, shown)


def main(folder: str = "") -> None:
    home = Path(folder) if folder else COURSE
    try:
        changed = copy_lessons(home)
    except OSError as error:
        sys.exit(f"No copy of the lessons could be made in {home.resolve()}: {error}")
    for name in changed:
        print(f"The course has a newer {name}. Your copy was kept.")
    if changed:
        print(f"To get a newer one, rename your copy in {FOLDER} and start the course again.")


if __name__ == "__main__":
    main(*sys.argv[1:2])
