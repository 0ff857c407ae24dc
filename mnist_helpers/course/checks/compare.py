"""Compare an answer with the right one, and say what is wrong with it."""

import tomllib
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from pathlib import Path
from textwrap import shorten

import numpy as np

KNOWN = tomllib.loads(Path(__file__).with_name("answers.toml").read_text("utf-8"))
"""What the checks ask, what is right, and what is known to be wrong, by the names of the checks."""
Hint = tuple[float | np.ndarray, str]  # a well-known wrong answer, and what went wrong


def from_table(name: str) -> Callable:
    """Return the check of an exercise in `KNOWN`; it takes the answers in the table's order."""
    known = KNOWN[name]
    numbers = {key: value for key, value in known.items() if isinstance(value, list)}
    either = Parameter.POSITIONAL_OR_KEYWORD
    takes = Signature([Parameter(key, either) for key in numbers or ["answers"]])

    def check(*given, **named) -> None:
        answers = takes.bind(*given, **named).arguments
        if not numbers:
            check_names(answers["answers"], known["right"], known["kind"], known["short"])
        for key, (right, *hints) in numbers.items():
            if len(numbers) > 1:
                print(f"{key}: ", end="")
            check_number(answers[key], right, *hints, tolerance=known.get("tolerance", 1e-6))

    check.__name__, check.__doc__, check.__signature__ = name, known["asks"], takes
    return check


def check_number(answer, right: float, *hints: Hint, tolerance: float = 1e-6) -> None:
    """Compare a number, and say what went wrong if it is one of the wrong answers of `hints`.

    A rounded answer is not right, but it gets a message of its own, and so does an array that
    holds the number. The wrong answers are also found if they are rounded, or off by `tolerance`
    in proportion to the right one.
    """
    found = as_number(answer)
    if answer is ...:
        print("⏳ Not answered yet: replace the three dots by a number.")
    elif found is None:
        slip = _slip_of_array(answer, right, tolerance)
        print("❌", slip or f"A number is wanted here, {what_came(answer)}")
    elif abs(found - right) <= tolerance:
        print("✅ Right.")
    else:
        print(f"❌ {found:.10g} {_slip(found, right, hints, tolerance)}")


def is_function(answer) -> bool:
    """Return whether the answer is a function; if it is not, print what is wanted."""
    if answer is ...:
        print("⏳ Not answered yet: replace the three dots.")
    elif not callable(answer):
        print(f"❌ A function is wanted here, {what_came(answer)}")
    return callable(answer)


def what_came(answer) -> str:
    """Say in plain words of which kind an answer is: the end of a sentence."""
    if answer is None:
        return "and nothing came. Does your cell give something back?"
    if isinstance(answer, np.ndarray):
        return f"not an array of the shape {answer.shape}."
    kinds = [
        (str, "text. Write it without the quotes"),
        (bool | np.bool_, "True or False"),
        (int, "one as large as this"),
        (list | tuple, "a list"),
        (Mapping, "a dictionary"),
        (Callable, "a function. To call it, write brackets behind its name"),
    ]
    names = [name for kind, name in kinds if isinstance(answer, kind)]
    return f"not {(names or [f'something of the type {type(answer).__name__}'])[0]}."


def _slip_of_array(answer, right: float, tolerance: float) -> str:
    """Return how an array or a list holds the right number, or '' if it does not."""
    found = as_array(answer, "biuf")
    if found is None or not found.ndim:
        return ""
    places = np.argwhere(np.abs(found - right) <= tolerance)
    if found.size == len(places) == 1:
        return "Nearly: take the number out of its brackets."
    nearly = f"Nearly: this is {'a list' if isinstance(answer, list | tuple) else 'an array'}"
    if abs(found.sum() - right) <= tolerance:
        return f"{nearly}, and its sum is right. np.sum adds it up."
    if found.size == right:
        return f"{nearly} with so many entries. np.size counts them."
    if len(places) and len(places) in (1, found.size):
        place = "][".join(map(str, places[0]))
        by_place = ".iloc" if hasattr(answer, "iloc") else ""  # of a table, whose [] takes a name
        return f"{nearly}, and an entry is right: take it with {by_place}[{place}]."
    is_typed = isinstance(answer, tuple) and {*map(type, answer)} == {int}
    if is_typed and found.size > 1 and not len(places):
        return "A comma separates two numbers: write 1000, not 1,000, and 1.2, not 1,2."
    return ""


def _slip(found: float, right: float, hints: tuple[Hint, ...], tolerance: float) -> str:
    def is_near(wrong: float) -> bool:
        return abs(found - wrong) <= tolerance * (abs(wrong / right) if right else 1)

    exactly = [hint for wrong, hint in hints if np.isclose(found, wrong, 1e-6, 1e-12)]
    if not exactly and _is_rounded(found, right):
        return "is right, but rounded too far: give more digits."
    near = [hint for wrong, hint in hints if is_near(wrong)]
    rounded = [hint for wrong, hint in hints if _is_rounded(found, wrong)]
    return f"is not it. {[*exactly, *near, *rounded, 'Have another look.'][0]}"


def _is_rounded(found: float, value: float) -> bool:
    """Whether it is the value, rounded to two digits or more; a count keeps three of them."""
    least = 3 if float(value).is_integer() else 2
    rounded = [float(f"{value:.{digits}g}") for digits in range(least, 7)]
    return abs(found - value) <= 0.02 * abs(value) and any(np.isclose(found, rounded, 1e-7, 0))


def as_number(answer) -> float | None:
    """Return a number, also from an array or tensor without axes; None for anything else."""
    found = as_array(answer)
    return None if found is None or found.ndim else found.item()


def check_names(
    answers, right: Mapping[str, tuple[str, str]], kind: str, short: Mapping[str, str]
) -> None:
    """Compare one word for each key; `right` has the word, and the hint for a wrong one.

    `kind` is a name for the words, such as 'verdicts'. `short` has other ways to write a word.
    """
    words = {_letters(word): word for word, _ in right.values()}
    words |= {_letters(written): word for written, word in short.items()}
    listed = ", ".join(f'"{word}"' for word, _ in right.values())
    if not isinstance(answers, Mapping):
        keys = ", ".join(f'"{key}": "…"' for key in right)
        print(f"❌ Wanted {{{keys}}}. Replace the three dots by {kind}.")
        return
    if missing := [f'"{key}"' for key in right if key not in answers]:
        print(f"❌ The key {missing[0]} is missing, in quotes and with a large letter.")
        return
    for key, (word, hint) in right.items():
        answer = answers.get(key)
        told = words.get(_letters(answer)) if isinstance(answer, str) else None
        if answer is ...:
            print(f"{key}: ⏳ Not answered yet: replace the three dots by one of the three {kind}.")
        elif told == word:
            print(f"{key}: ✅ Right.")
        elif told:
            print(f"{key}: ❌ {in_short(answer)} is not it. {hint}")
        else:
            print(f"{key}: ❌ {in_short(answer)} is not one of the three {kind}: {listed}.")


def _letters(text: str) -> str:
    """Return only the letters, so that 'No-digit', 'no_digit' and 'no digit' are equal."""
    return "".join(filter(str.isalpha, text.lower()))


def check_array(answer, right: np.ndarray, *hints: Hint, tolerance: float = 1e-6) -> None:
    """Compare an array, and say what went wrong if it is one of the wrong answers of `hints`.

    `tolerance` is for the right answer. For a larger wrong answer it grows in proportion.
    """
    found = as_array(answer)

    def equals(other: np.ndarray) -> bool:
        close = tolerance * max(1, np.abs(other).max() / np.abs(right).max())
        return found.shape == other.shape and np.allclose(found, other, rtol=0, atol=close)

    if has_dots(answer):
        print("⏳ Not answered yet: replace the three dots.")
    elif found is None:
        print(f"❌ Numbers in the shape {right.shape} are wanted here, not {in_short(answer)}.")
    elif equals(right):
        print("✅ Right.")
    else:
        hint = next((hint for wrong, hint in hints if equals(wrong)), "Have another look.")
        if found.size == right.size and np.allclose(found.ravel(), right.ravel(), 0, tolerance):
            hint = "But the numbers are right: only set the brackets in another way."
        if found.shape != right.shape:
            hint = f"Its shape is {found.shape}, wanted {right.shape}. {hint}"
        print(f"❌ That is not it. {hint}")


def as_array(answer, kinds: str = "iuf") -> np.ndarray | None:
    """Return the answer as a float array; None if it does not hold numbers only.

    `kinds` are NumPy's letters for what counts as a number.
    """
    try:
        array = np.asarray(answer)
    except Exception:  # the learner's object can raise anything
        return None
    return array.astype(float) if array.dtype.kind in kinds else None


def has_dots(answer) -> bool:
    """Whether the answer still contains three dots."""
    return answer is ... or (isinstance(answer, list | tuple) and any(map(has_dots, answer)))


def raised(error: Exception) -> str:
    """Return what to print if the learner's function has raised an error."""
    return f"❌ It raised {type(error).__name__}: {shorten(str(error), 200, placeholder=' …')}"


def in_short(answer) -> str:
    """Return the answer as Python writes it, cut to one line; its type if that fails."""
    try:
        written = " ".join(repr(answer).split())
    except Exception:  # the learner's object can raise anything
        written = f"something of the type {type(answer).__name__}"
    return written if len(written) <= 60 else f"{written[:57]}…"
