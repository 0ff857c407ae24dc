"""How long do the lessons compute? Each alone, in its own kernel, in any order.

    python benchmarks/lesson_times.py [ROUNDS]

Each round (2 unless given) executes all lessons in another order, each in a copy of the course of
its own. Writes lesson_times.json; a test compares the seconds that the lessons state with it.
"""

import json
import random
import re
import sys
import time
from datetime import datetime
from pathlib import Path

import nbformat

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "teaching"))
from execute_lessons import ROOT, execute_in_copy  # noqa: E402

ROUNDS = 2


def seconds_of_parts(lesson: Path) -> list[float]:
    """Execute a lesson; return the seconds of each of its parts, the start of Python included."""
    began = time.perf_counter()
    executed = execute_in_copy(lesson)
    everything = time.perf_counter() - began
    parts = [0.0]
    for cell in executed.cells:
        if cell.cell_type == "markdown":
            parts += [0.0] * len(re.findall(r"^## Part \d", cell.source, re.M))
        else:
            parts[-1] += seconds_of_cell(cell)
    parts[0] += everything - sum(parts)
    return parts


def seconds_of_cell(cell: nbformat.NotebookNode) -> float:
    """Return how long a code cell ran."""
    noted = cell.metadata["execution"]
    begin, end = map(
        datetime.fromisoformat, [noted["iopub.status.busy"], noted["iopub.status.idle"]]
    )
    return (end - begin).total_seconds()


def main(rounds: int) -> None:
    """Measure, write the record, and print the table."""
    lessons = sorted((ROOT / "notebooks").glob("*.ipynb"))
    measured = {lesson.stem: [] for lesson in lessons}
    for number in range(rounds):
        random.Random(number).shuffle(lessons)
        for lesson in lessons:
            measured[lesson.stem].append(seconds_of_parts(lesson))
            print(lesson.stem, measured[lesson.stem][-1], file=sys.stderr, flush=True)
    record = {
        name: [[round(second, 1) for second in part] for part in zip(*runs, strict=True)]
        for name, runs in measured.items()
    }
    (HERE / "lesson_times.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print("| lesson | seconds, each run |\n|---|---|")
    for name, parts in record.items():
        runs = [f"{sum(run):.0f}" for run in zip(*parts, strict=True)]
        print(f"| {name} | {', '.join(runs)} |")
    totals = [sum(sum(run[number]) for run in measured.values()) for number in range(rounds)]
    print(f"| all | {', '.join(f'{total:.0f}' for total in totals)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
