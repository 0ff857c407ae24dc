"""What learners have tried: one line a try in their own folder, and one page of it for a teacher.

    python -m mnist_helpers.course.progress [--page FILE] [--every SECONDS] FOLDER ...

A FOLDER is a learner's home, a folder of homes (my_class), or a file that a learner has exported.
The page has a row for each learner and a column for each exercise. With --every it is written
again and again, and a browser that shows it keeps up.
"""

import argparse
import builtins
import io
import json
import os
import re
import time
import zipfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from datetime import datetime
from functools import wraps
from html import escape
from pathlib import Path

from mnist_helpers.course.my_lessons import COURSE, FOLDER
from mnist_helpers.system.files import is_cut_off, write_whole

FILE, OFF = Path("my_work/progress.jsonl"), Path("my_work/progress_off")
SWITCH = "DIGITS_PROGRESS"
"""The variable that switches the writing off, if it is 'off'."""
_STYLE = (
    "body{font:16px/1.4 sans-serif;margin:1em}table{border-collapse:collapse}"
    "td,th{border:1px solid #999;padding:.2em .5em}"
    ".ok{background:#cde8dd}.hint{background:#fadccf}"
)


def recorded(check: Callable) -> Callable:
    """Return a check of an exercise that also writes down how a try ended."""

    @wraps(check)
    def check_and_record(*answers, **named) -> None:
        said = io.StringIO()
        try:
            with redirect_stdout(said):
                check(*answers, **named)
        finally:
            print(said.getvalue(), end="")
        if hasattr(builtins, "__IPYTHON__"):  # a notebook, and no test
            record(check.__name__, said.getvalue())

    return check_and_record


def record(exercise: str, said: str) -> None:
    """Add a line about a try: the exercise, right or the hint, and the time; no name.

    Three dots are no try. If the line cannot be written, the learner's work goes on without it.
    """
    hint = re.search("❌ ?(.*)", said)
    if ("⏳" in said and not hint) or os.environ.get(SWITCH) == "off" or OFF.exists():
        return
    now = datetime.now().astimezone().isoformat(timespec="seconds")
    line = {"exercise": exercise, "ok": not hint, "hint": hint[1] if hint else "", "time": now}
    try:
        FILE.parent.mkdir(exist_ok=True)
        with FILE.open("ab+") as file:
            torn = is_cut_off(file)  # by a power cut in the middle of a line
            file.write(b"\n" * torn + json.dumps(line, ensure_ascii=False).encode() + b"\n")
    except OSError:
        return


def switch_off() -> None:
    """Write no more lines in this folder, and delete those that are there."""
    OFF.parent.mkdir(exist_ok=True)
    OFF.touch()
    FILE.unlink(missing_ok=True)
    print("Your tries are no longer written down.")


def learners(places: Iterable[Path]) -> dict[str, Path | zipfile.Path]:
    """Return the homes of learners by name: folders, folders of folders, or exported files."""
    homes = {}
    for place in map(Path, places):
        if place.suffix == ".zip":
            if zipfile.is_zipfile(place):
                homes[place.stem.removeprefix("digits_")] = zipfile.Path(place)
        elif (place / FOLDER).exists() or not place.is_dir():
            homes[place.name] = place
        else:
            inside = [each for each in sorted(place.iterdir()) if not each.name.startswith(".")]
            homes |= learners(each for each in inside if each.is_dir() or each.suffix == ".zip")
    return homes


def tries(home: Path | zipfile.Path) -> list[dict]:
    """Return what a learner has tried; a line that is not whole is left out."""
    file = home / FOLDER / FILE.as_posix()
    found = []
    for line in file.read_bytes().splitlines() if file.is_file() else []:
        try:
            entry = json.loads(line)
            found.append({name: entry[name] for name in ("exercise", "ok", "hint", "time")})
        except (ValueError, KeyError, TypeError):
            continue
    return found


def exercises(course: Path = COURSE) -> dict[str, str]:
    """Return the number of each exercise by the name of its check, in the order of the lessons."""
    numbers = {}
    for path in sorted((course / "notebooks").glob("*.ipynb")):
        number = ""
        for cell in json.loads(path.read_text("utf-8"))["cells"]:
            text = "".join(cell["source"])
            number = (re.findall(r"^### Exercise (\d+\.\d+)", text, re.M) or [number])[-1]
            if cell["cell_type"] == "code":
                found = re.findall(r"\bchecks\.(\w+)\(", text) if number else []
                numbers |= {name: number for name in found if name not in numbers}
    return numbers


def page(homes: dict, seconds: int | None = None) -> str:
    """Return the page; with `seconds`, it loads itself again after so many."""
    numbers, hints = exercises(), Counter()
    tried = {name: defaultdict(list) for name in homes}
    for name, home in homes.items():
        for entry in tries(home):
            number = numbers.get(entry["exercise"], "?")
            tried[name][number].append(entry)
            if not entry["ok"]:
                hints[number, str(entry["hint"]).split("is not it. ")[-1]] += 1
    lessons = {number.split(".")[0] for by_number in tried.values() for number in by_number}
    shown = [each for each in dict.fromkeys(numbers.values()) if each.split(".")[0] in lessons]
    rows = [_row(name, by_number, shown) for name, by_number in tried.items()]
    again = f'<meta http-equiv="refresh" content="{seconds}">' if seconds else ""
    head = "".join(f"<th>{number}</th>" for number in shown)
    common = "".join(
        f"<li>{count} × {number}: {escape(hint)}</li>"
        for (number, hint), count in hints.most_common(10)
    )
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{again}<title>Who is stuck?</title>'
        f"<style>{_STYLE}</style><h1>Who is stuck?</h1><p>✓ right, ✗ not yet, and the number of "
        "tries. Rest the pointer on a cell to read the last hint. Lessons that nobody has tried "
        f"are left out.</p><table><tr><th>learner</th>{head}<th>last try</th></tr>{''.join(rows)}"
        f"</table><h2>The commonest hints</h2><ul>{common}</ul></html>\n"
    )


def _row(name: str, by_number: dict[str, list[dict]], shown: list[str]) -> str:
    last = max((str(each["time"]) for every in by_number.values() for each in every), default="")
    cells = "".join(_cell(by_number.get(number, [])) for number in shown)
    return f"<tr><th>{escape(name)}</th>{cells}<td>{escape(last[11:16])}</td></tr>"


def _cell(entries: list[dict]) -> str:
    if not entries:
        return "<td></td>"
    is_right = any(entry["ok"] is True for entry in entries)
    kind, sign = ("ok", "✓") if is_right else ("hint", "✗")
    hint = escape(str(entries[-1]["hint"]), quote=True)
    return f'<td class="{kind}" title="{hint}">{sign} {len(entries)}</td>'


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--page", type=Path, default=Path.home() / "digits_teacher/progress.html")
    parser.add_argument("--every", type=int, metavar="SECONDS")
    options = parser.parse_args()
    while True:
        write_whole(options.page, page(learners(options.folders), options.every).encode())
        if not options.every:
            break
        try:
            time.sleep(options.every)
        except KeyboardInterrupt:
            break
    print(f"Open {options.page}")


if __name__ == "__main__":
    main()
