"""What a learner has tried: one line for each try, in her own folder."""

import builtins
import io
import json
import os
import re
from collections.abc import Callable
from contextlib import redirect_stdout
from datetime import datetime
from functools import wraps
from pathlib import Path

from mnist_helpers.system.files import is_cut_off

FILE, OFF = Path("my_work/progress.jsonl"), Path("my_work/progress_off")
SWITCH = "DIGITS_PROGRESS"
"""The variable that switches the writing off, if it is 'off'."""


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
