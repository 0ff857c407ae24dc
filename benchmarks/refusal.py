"""Is it a digit at all? How many digits are kept, and how many other drawings are refused?

    python benchmarks/refusal.py [STROKES.npz] [--model FILE.keras] [--picture FILE.png]

The digits are those of a file of strokes, as lesson 9 exports them, or synthetic ones. The other
drawings are new synthetic ones: letters and shapes, scribbles, and each pair of digits from 00 to
99. Two ways to doubt are compared on the same network, for the same share of digits kept. One is
the largest probability alone. The other is this probability times the answer of the read-out, as
the recogniser does it. The picture shows both as curves.
"""

import argparse
import json
from pathlib import Path
from unittest.mock import patch

import numpy as np
from drawn_digits import load_recognizer, load_strokes

from mnist_helpers import Recognizer, plots
from mnist_helpers.handwriting import Strokes, place, write_digit, write_non_digit, write_number
from mnist_helpers.preprocessing import from_strokes

COUNT = 2_000  # drawings of each kind that is no digit
KEPT = (0.98, 0.985, 0.99)
SEED = 2**34
ALONE, BOTH = "largest probability alone", "with the read-out"


def write_others(rng: np.random.Generator) -> dict[str, list[Strokes]]:
    """Return fresh strokes of each kind that is no digit."""
    kinds = {
        kind: [write_non_digit(rng, kind) for _ in range(COUNT)]
        for kind in ("letters and shapes", "scribbles")
    }
    pairs = [divmod(number % 100, 10) for number in range(COUNT)]
    return kinds | {"pairs 00 to 99": [place(write_number(pair, rng), rng) for pair in pairs]}


def doubts(recognizer: Recognizer, drawn: list[Strokes]) -> dict[str, np.ndarray]:
    """Return how much each drawing counts as a digit, from 0 to 1, for both ways."""
    images = np.stack([from_strokes(strokes) for strokes in drawn])
    features, logits = recognizer.network.run(images)
    confidence = recognizer.calibration.probabilities(logits).max(axis=1)
    return {
        ALONE: confidence,
        BOTH: confidence * recognizer.calibration.digit_probabilities(features),
    }


def turned_away(digits: np.ndarray, others: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the share of others below the threshold that keeps these shares of the digits."""
    thresholds = np.quantile(digits, 1 - np.asarray(kept))
    return (others[:, np.newaxis] < thresholds).mean(axis=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("strokes", type=Path, nargs="?", help="an .npz file of strokes of digits")
    parser.add_argument("--model", type=Path, help="a network of your own, a .keras file")
    parser.add_argument("--json", type=Path, help="where to write the figures")
    parser.add_argument("--picture", type=Path, help="where to draw the curves")
    arguments = parser.parse_args()
    recognizer, rng = load_recognizer(arguments.model), np.random.default_rng(SEED)
    if arguments.strokes:
        drawn, _, _ = load_strokes(arguments.strokes)
    else:
        drawn = [write_digit(number % 10, rng) for number in range(3 * COUNT)]
    digits = doubts(recognizer, drawn)
    others = {kind: doubts(recognizer, each) for kind, each in write_others(rng).items()}

    print(f"{len(drawn):,} digits; {COUNT:,} other drawings of each kind\n")
    print(f"| digits kept | doubt by | {' | '.join(others)} |")
    print("|---|---|" + "---|" * len(others))
    for way in (ALONE, BOTH):
        for kept in KEPT:
            shares = [turned_away(digits[way], each[way], [kept])[0] for each in others.values()]
            print(f"| {kept:.1%} | {way} | {' | '.join(f'{share:.1%}' for share in shares)} |")

    if arguments.picture:
        shares = np.linspace(0.9, 0.999, 100)
        everything = {
            way: np.concatenate([each[way] for each in others.values()]) for way in digits
        }
        curves = {
            way: (shares, turned_away(digits[way], everything[way], shares)) for way in digits
        }
        # The package shows each figure. Here it goes into the file instead.
        with patch.object(plots, "_show", lambda figure, _: figure.savefig(arguments.picture)):
            plots.trade_off(curves)

    least = recognizer.calibration.least_confidence
    record = {"digits kept": float((digits[BOTH] >= least).mean())}
    record |= {kind: float((each[BOTH] < least).mean()) for kind, each in others.items()}
    print(
        f"\nAs shipped, {record['digits kept']:.1%} of the digits are kept, and turned away are:\n"
    )
    print(f"| {' | '.join(others)} |")
    print("|" + "---|" * len(others))
    print(f"| {' | '.join(f'{record[kind]:.1%}' for kind in others)} |")
    if arguments.json:
        text = json.dumps(record, indent=1, ensure_ascii=False) + "\n"
        arguments.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
