"""Execute lessons in a copy of the course, and store their outputs and the minutes they take.

    python teaching/execute_lessons.py 03 04

Without a number it executes nothing, and writes the minutes of all lessons.
"""

import argparse
import json
import re
import shutil
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
from minutes import FURTHER, Part, parts_of  # noqa: E402

from mnist_helpers.course.my_lessons import as_notebook  # noqa: E402
from mnist_helpers.system.files import write_whole  # noqa: E402

MINUTES = re.compile(r"(?<=^\*)Reading \d+ min · doing \d+ min", re.M)
TABLE = re.compile(r"^(\| \[.*\]\((\d\d_\w+\.ipynb)\) \|.*\|)[^|]*\|[^|]*\|$", re.M)
# Beside a folded output, JupyterLab shows the first line of its first part. So a folded output
# begins with a part without any line: a picture of one clear pixel.
CLEAR_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNgYAAAAAMAASsJTYQAAAAASUVORK5CYII="
)
COVER = nbformat.v4.new_output(
    "display_data",
    {"image/png": CLEAR_PIXEL},
    metadata={"cover": True, "image/png": {"alt": "The answer follows."}},
)
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "my_work", "__pycache__")


class LessonClient(NotebookClient):
    """A client that accepts outputs of widgets that a running cell has replaced."""

    def reset_execution_trackers(self) -> None:
        """Start again, with an empty state for every widget that a cell uses."""
        super().reset_execution_trackers()
        self.widget_state = defaultdict(dict)


def find_lesson(number: str) -> Path:
    """Return the notebook whose name starts with number; raise SystemExit if it is not one."""
    found = sorted((ROOT / "notebooks").glob(f"{number}*.ipynb"))
    if len(found) != 1:
        raise SystemExit(f"{number!r} names {len(found)} lessons. Give the two digits, such as 03.")
    return found[0]


def execute_in_copy(lesson: Path) -> nbformat.NotebookNode:
    """Return the lesson as executed in a temporary copy, so that no file here changes."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "course"
        shutil.copytree(ROOT, copy, ignore=LEFT_OUT)
        notebook = nbformat.read(copy / "notebooks" / lesson.name, as_version=4)
        first_line = nbformat.v4.new_code_cell(f"import sys; sys.path.insert(0, {str(copy)!r})")
        notebook.cells.insert(0, first_line)
        client = LessonClient(
            notebook,
            timeout=900,
            kernel_name="python3",
            store_widget_state=False,
            record_timing=True,
            resources={"metadata": {"path": str(copy / "notebooks")}},
        )
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index, store_history=index > 0)
            notebook.metadata["peak_megabytes"] = peak_memory(client.km.provisioner.pid)
        del notebook.cells[0]
        for cell in notebook.cells:
            if folder in str(cell.get("outputs", "")):
                raise SystemExit(f"Cell {cell.id} of {lesson.name} prints the path of the copy.")
    return notebook


def peak_memory(pid: int) -> int | None:
    """Return the most memory that a process has used so far, in megabytes; None outside Linux."""
    status = Path(f"/proc/{pid}/status")
    found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text()) if status.exists() else None
    return found and int(found[1]) * 1024 // 10**6


def store_outputs(lesson: Path, executed: nbformat.NotebookNode) -> None:
    """Write outputs and counts into the lesson by cell id; all metadata stays as it is.

    An output that is folded gets the cover before its first part. A figure that Matplotlib shows
    itself has no text in its place: it gets the `alt` of its cell's metadata.
    """
    stored = nbformat.read(lesson, as_version=4)
    by_id = {cell.id: cell for cell in executed.cells}
    for cell in stored.cells:
        if cell.cell_type == "code":
            folded = cell.metadata.get("jupyter", {}).get("outputs_hidden", False)
            for output in by_id[cell.id].outputs if "alt" in cell.metadata else []:
                if "image/png" in output.get("data", {}):
                    output.metadata["image/png"] = {"alt": cell.metadata.alt}
            cell.outputs = [COVER] * folded + by_id[cell.id].outputs
            cell.execution_count = by_id[cell.id].execution_count
    lesson.write_text(nbformat.writes(stored) + "\n", encoding="utf-8")


def in_the_table(parts: list[Part]) -> str:
    """Return the last two columns of a lesson's row in lesson 0: minutes, and minutes further."""
    further = [str(part.minutes) for part in parts if part.heading.startswith(FURTHER)]
    core = [str(part.minutes) for part in parts if not part.heading.startswith(FURTHER)]
    return f" {' + '.join(core)} | {''.join(further)} |"


def write_minutes() -> None:
    """Write the minutes of each part into the lessons, and into the table of lesson 0."""
    start, *others = sorted((ROOT / "notebooks").glob("*.ipynb"))
    parts = {lesson.name: parts_of(lesson) for lesson in (start, *others)}
    for lesson in (start, *others):
        content = json.loads(lesson.read_text("utf-8"))
        counted = map(str, parts[lesson.name])
        for cell in content["cells"]:
            text = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                text = MINUTES.sub(lambda _, counted=counted: next(counted), text)
            if lesson == start:
                text = TABLE.sub(lambda found: found[1] + in_the_table(parts[found[2]]), text)
            cell["source"] = text.splitlines(keepends=True)
        write_whole(lesson, as_notebook(content))


def main() -> None:
    """Execute every lesson that the command line names, and write the minutes of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("numbers", nargs="*", metavar="NUMBER", help="of a lesson, such as 03")
    for number in parser.parse_args().numbers:
        lesson = find_lesson(number)
        store_outputs(lesson, execute_in_copy(lesson))
        print(f"{lesson.name}: outputs stored")
    write_minutes()


if __name__ == "__main__":
    main()
