"""How an answer is compared with the right one, and what is said about it."""

from collections.abc import Mapping, Sequence

import numpy as np


def check_number(
    answer,
    right: float,
    hints: Mapping[float, str],
    tolerance: float = 1e-6,
    coarse: float = 0,
) -> None:
    """Compare a number; `hints` tells for well-known wrong answers what went wrong.

    An answer within `coarse` of the right one is right as far as it goes, and is asked for anew.
    """
    if answer is ...:
        print("⏳ Not answered yet: replace the three dots by a number.")
    elif isinstance(answer, bool) or not isinstance(answer, (int, float, np.integer, np.floating)):
        print(f"❌ A number is wanted here, not {type(answer).__name__}.")
    elif abs(answer - right) <= tolerance:
        print("✅ Right.")
    else:
        near = [hint for wrong, hint in hints.items() if abs(answer - wrong) <= tolerance]
        if not near and abs(answer - right) <= coarse:
            print(f"❌ {answer} is right, but rounded too far: give more digits.")
        else:
            print(f"❌ {answer} is not it. {(near or ['Have another look.'])[0]}")


def check_named(**answers: tuple) -> None:
    """Compare several numbers: name=(answer, right, hints)."""
    for name, answer in answers.items():
        print(f"{name}: ", end="")
        check_number(*answer)


def check_names(answers, right: Mapping[str, tuple[str, str]], kind: str) -> None:
    """Compare one word for each key; `right` has the word and a hint for every other answer."""
    if not isinstance(answers, Mapping):
        keys = ", ".join(f'"{key}": "…"' for key in right)
        print(f"❌ Wanted {{{keys}}}, the three dots replaced by {kind}.")
        return
    for key, (word, hint) in right.items():
        answer = answers.get(key)
        told = str(answer).strip().lower().replace("_", " ")
        if answer is ...:
            print(f"{key}: ⏳ Not answered yet: replace the three dots by one of the three {kind}.")
        elif told in (word, word.removesuffix("ting")):
            print(f"{key}: ✅ Right.")
        else:
            print(f"{key}: ❌ {answer!r:.40} is not it. {hint}")


def check_array(
    answer, right: np.ndarray, hints: Sequence[tuple[np.ndarray, str]], tolerance: float = 1e-6
) -> None:
    """Compare an array; `hints` pairs well-known wrong answers with what went wrong."""
    if has_dots(answer):
        print("⏳ Not answered yet: replace the three dots.")
        return
    try:
        found = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        print(f"❌ Numbers in the shape {right.shape} are wanted here, not {answer!r:.60}.")
        return

    def equals(other: np.ndarray) -> bool:
        close = tolerance * max(1, np.abs(other).max())
        return found.shape == other.shape and np.allclose(found, other, rtol=0, atol=close)

    if equals(right):
        print("✅ Right.")
        return
    hint = next((hint for wrong, hint in hints if equals(wrong)), "Have another look.")
    if found.shape != right.shape:
        hint = f"Its shape is {found.shape}, wanted {right.shape}. {hint}"
    print(f"❌ That is not it. {hint}")


def has_dots(answer) -> bool:
    return answer is ... or (isinstance(answer, (list, tuple)) and any(map(has_dots, answer)))
