"""The end of a network: ten sums, and the probabilities that the softmax makes of them."""

import numpy as np

from mnist_helpers.shown import percent


def show_sums(sums: np.ndarray, probabilities: np.ndarray, origin: str) -> str:
    """Show ten sums (10,) and the probabilities (10,), as HTML; `origin` says how they are made."""
    best = int(probabilities.argmax())
    most = max(float(np.abs(sums).max()), 1e-6)
    rows = "".join(
        _row(digit, each / most, f"{each:.1f}".replace("-", "−"), percent(share), digit == best)
        for digit, (each, share) in enumerate(zip(sums, probabilities, strict=True))
    )
    return (
        "<figure><h4>Ten sums, one for each digit</h4>"
        '<table class="digit-pad-sums"><thead><tr><th scope=col>Digit</th><td></td>'
        "<th scope=col>Sum</th><th scope=col>Probability</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
        f"<figcaption>{origin} The largest sum is that of the {best}.</figcaption></figure>"
    )


def _row(digit: int, length: float, words: str, share: str, is_best: bool) -> str:
    """Draw one sum as a bar from the middle: to the right above zero, to the left below."""
    left, width = 50 + 50 * min(length, 0), 50 * abs(length)
    return (
        f"<tr{' class=best' if is_best else ''}><th scope=row>{digit}</th>"
        f'<td><i style="margin-left:{left:.1f}%;width:{width:.1f}%"></i></td>'
        f"<td>{words}</td><td>{share}</td></tr>"
    )
