"""Compare an answer with the right one, and say what is wrong with it."""

from collections.abc import Mapping, Sequence

import numpy as np


def check_number(answer, right: float, hints: Mapping[float, str], tolerance: float = 1e-6) -> None:
    """Compare a number; `hints` says for well-known wrong answers what went wrong.

    A rounded answer is not right, but it gets a message of its own. The wrong answers of `hints`
    are also found if they are rounded, or off by `tolerance`, which grows with large ones.
    """
    if answer is ...:
        print("⏳ Not answered yet: replace the three dots by a number.")
        return
    found = as_number(answer)
    if found is None:
        print(f"❌ A number is wanted here, not {type(answer).__name__}.")
    elif abs(found - right) <= tolerance:
        print("✅ Right.")
    else:
        print(f"❌ {found:.10g} {_slip(found, right, hints, tolerance)}")


def is_function(answer) -> bool:
    """Return whether the answer is a function; if it is not, print what is wanted."""
    if answer is ...:
        print("⏳ Not answered yet: replace the three dots.")
    elif not callable(answer):
        print(f"❌ A function is wanted here, not {type(answer).__name__}.")
    return answer is not ... and callable(answer)


def _slip(found: float, right: float, hints: Mapping[float, str], tolerance: float) -> str:
    for wrong, hint in hints.items():
        proportion = abs(wrong / right) if right else 1
        if abs(found - wrong) <= tolerance * max(1, proportion):
            return f"is not it. {hint}"
    if _is_rounded(found, right):
        return "is right, but rounded too far: give more digits."
    rounded = [hint for wrong, hint in hints.items() if _is_rounded(found, wrong)]
    return f"is not it. {(rounded or ['Have another look.'])[0]}"


def _is_rounded(found: float, value: float) -> bool:
    """Whether it is the value, rounded to two digits or more."""
    return any(np.isclose(found, float(f"{value:.{digits}g}"), 1e-9, 0) for digits in range(2, 7))


def as_number(answer) -> float | None:
    """Return a number, also from an array or tensor without axes; None for anything else."""
    try:
        array = np.asarray(answer)
    except Exception:  # the learner's object can raise anything
        return None
    return array.item() if array.ndim == 0 and array.dtype.kind in "iuf" else None


def check_named(**answers: tuple) -> None:
    """Compare several numbers, each given as name=(answer, right, hints)."""
    for name, answer in answers.items():
        print(f"{name}: ", end="")
        check_number(*answer)


def check_names(
    answers,
    right: Mapping[str, tuple[str, str]],
    kind: str,
    short: Mapping[str, str],
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


def check_array(
    answer, right: np.ndarray, hints: Sequence[tuple[np.ndarray, str]], tolerance: float = 1e-6
) -> None:
    """Compare an array; `hints` pairs well-known wrong answers with what went wrong.

    `tolerance` is for the right answer. For a larger wrong answer it grows in proportion.
    """
    if has_dots(answer):
        print("⏳ Not answered yet: replace the three dots.")
        return
    found = as_array(answer)
    if found is None:
        print(f"❌ Numbers in the shape {right.shape} are wanted here, not {in_short(answer)}.")
        return

    def equals(other: np.ndarray) -> bool:
        close = tolerance * max(1, np.abs(other).max() / np.abs(right).max())
        return found.shape == other.shape and np.allclose(found, other, rtol=0, atol=close)

    if equals(right):
        print("✅ Right.")
        return
    hint = next((hint for wrong, hint in hints if equals(wrong)), "Have another look.")
    if found.shape != right.shape:
        hint = f"Its shape is {found.shape}, wanted {right.shape}. {hint}"
    print(f"❌ That is not it. {hint}")


def as_array(answer) -> np.ndarray | None:
    """Return the answer as a float array; None if it does not hold numbers only."""
    try:
        array = np.asarray(answer)
    except Exception:  # the learner's object can raise anything
        return None
    return array.astype(float) if array.dtype.kind in "iuf" else None


def has_dots(answer) -> bool:
    """Whether the answer still contains three dots."""
    return answer is ... or (isinstance(answer, list | tuple) and any(map(has_dots, answer)))


def in_short(answer) -> str:
    """Return the answer as Python writes it, cut to one line; its type if that fails."""
    try:
        written = " ".join(repr(answer).split())
    except Exception:  # the learner's object can raise anything
        written = f"something of the type {type(answer).__name__}"
    return written if len(written) <= 60 else f"{written[:57]}…"
