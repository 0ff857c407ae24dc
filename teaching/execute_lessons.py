"""Execute lessons in a copy of the course and store their outputs.

Usage: python teaching/execute_lessons.py 03 04
"""

import shutil
import sys
import tempfile
from collections import defaultdict
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
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
        client = LessonClient(
            notebook,
            timeout=900,
            kernel_name="python3",
            store_widget_state=False,
            record_timing=True,
            resources={"metadata": {"path": str(copy / "notebooks")}},
        )
        with client.setup_kernel():
            client.execute_cell(first_line, -1, store_history=False)
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
        for cell in notebook.cells:
            if folder in str(cell.get("outputs", "")):
                raise SystemExit(f"Cell {cell.id} of {lesson.name} prints the path of the copy.")
    return notebook


def store_outputs(lesson: Path, executed: nbformat.NotebookNode) -> None:
    """Write outputs and counts into the lesson by cell id; all metadata stays as it is.

    An output that is folded gets the cover before its first part.
    """
    stored = nbformat.read(lesson, as_version=4)
    by_id = {cell.id: cell for cell in executed.cells}
    for cell in stored.cells:
        if cell.cell_type == "code":
            folded = cell.metadata.get("jupyter", {}).get("outputs_hidden", False)
            cell.outputs = [COVER] * folded + by_id[cell.id].outputs
            cell.execution_count = by_id[cell.id].execution_count
    lesson.write_text(nbformat.writes(stored) + "\n", encoding="utf-8")


def main() -> None:
    """Execute every lesson that the command line names."""
    for number in sys.argv[1:]:
        lesson = find_lesson(number)
        store_outputs(lesson, execute_in_copy(lesson))
        print(f"{lesson.name}: outputs stored")


if __name__ == "__main__":
    main()
