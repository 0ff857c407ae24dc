"""How long do the lessons compute, and how much memory do they need? Each alone, in its own kernel.

    python benchmarks/lesson_times.py [ROUNDS]

Each round (2 unless given) executes all lessons in another order, each in a copy of the course of
its own. Writes lesson_times.json; a test compares the seconds that the lessons state with it. It
also writes lesson_memory.json: the most memory of each lesson's kernel, in megabytes (on Linux).
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


def measure(lesson: Path) -> tuple[list[float], int | None]:
    """Execute a lesson; return the seconds of each part, and its most memory in megabytes.

    The start of Python counts too.
    """
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
    return parts, executed.metadata["peak_megabytes"]


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
    memory = {lesson.stem: [] for lesson in lessons}
    for number in range(rounds):
        random.Random(number).shuffle(lessons)
        for lesson in lessons:
            parts, peak = measure(lesson)
            measured[lesson.stem].append(parts)
            memory[lesson.stem].append(peak)
            print(lesson.stem, parts, peak, file=sys.stderr, flush=True)
    record = {
        name: [[round(second, 1) for second in part] for part in zip(*runs, strict=True)]
        for name, runs in measured.items()
    }
    for name, content in {"lesson_times": record, "lesson_memory": memory}.items():
        (HERE / f"{name}.json").write_text(json.dumps(content, indent=1) + "\n", "utf-8")
    print("| lesson | seconds, each run | megabytes |\n|---|---|---|")
    for name, parts in record.items():
        runs = [f"{sum(run):.0f}" for run in zip(*parts, strict=True)]
        print(f"| {name} | {', '.join(runs)} | {', '.join(map(str, memory[name]))} |")
    totals = [sum(sum(run[number]) for run in measured.values()) for number in range(rounds)]
    print(f"| all | {', '.join(f'{total:.0f}' for total in totals)} | |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
