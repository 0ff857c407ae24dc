"""Exercises on training, on errors, and on training better."""

from collections.abc import Mapping, Sequence

import numpy as np

from mnist_helpers.checks.compare import (
    as_array,
    as_number,
    check_names,
    check_number,
    has_dots,
    in_short,
)


def loss_of_one_image(loss) -> None:
    """Lesson 4: what an image costs whose right digit got 0.3, and another digit 0.7."""
    right, other = np.array([0.3, 0.7])
    check_number(
        loss,
        -np.log(right),
        {
            right: "That is the probability. The loss is minus its logarithm.",
            np.log(right): "The logarithm of 0.3 is negative; the loss is minus that.",
            -np.log(other): "That would be the loss of a 3. The image is a 5.",
            -(np.log(right) + np.log(other)) / 2: "The 3 is not the right digit, so it does not "
            "count.",
            -(right * np.log(right) + other * np.log(other)): "The right digit's logarithm alone "
            "counts, and it counts in full.",
            -np.log10(right): "That is the logarithm to base 10; np.log is the natural one.",
            -np.log2(right): "That is the logarithm to base 2; np.log is the natural one.",
        },
        tolerance=0.006,
    )


def training_steps(steps) -> None:
    """Lesson 4: the steps of six epochs over 54,000 images in batches of 64."""
    check_number(
        steps,
        5064,
        {
            844: "That is one epoch; the training has six.",
            843: "That is one epoch without its last batch, which is smaller, and still a step.",
            843.75: "That is one epoch, and its last batch is a whole step too: round up.",
            5062.5: "The last batch of an epoch is smaller, and still a step: round up.",
            5063: "Round up in each epoch, before you multiply by 6.",
            5058: "Round up: the last batch of an epoch is smaller, and still a step.",
            324_000: "So many images are looked at. A step takes 64 of them at once.",
            384: "6 × 64 forgets how many images there are.",
        },
    )


def validation_goal(accuracy, goal: float = 0.988) -> None:
    """Lesson 4: is the trained network as good as it should be?"""
    found = as_number(accuracy)
    if found is None:
        print(f"❌ An accuracy from 0 to 1 is wanted here, not {type(accuracy).__name__}.")
    elif round(found, 6) >= goal:  # Keras gives 5,928 of 6,000 as 0.98799998
        print(f"✅ validation ≥ {goal:.1%}")
    else:
        print(f"❌ validation {found:.2%}, wanted {goal:.1%}: run the lesson again from 4.2 on.")


def diagnosis(names) -> None:
    """Lesson 4: {"A": …, "B": …, "C": …}, each 'overfitting', 'underfitting' or 'good fit'."""
    check_names(
        names,
        {
            "A": ("overfitting", "Compare the losses: tiny in training, large in validation."),
            "B": ("underfitting", "Both losses are still near 2.30, what guessing costs."),
            "C": ("good fit", "Both losses are small, and validation is no worse than training."),
        },
        "names",
        {
            "overfit": "overfitting",
            "underfit": "underfitting",
            "good": "good fit",
        },
    )


def best_rate(losses, best) -> None:
    """Lesson 4: the last training loss by learning rate, and the rate with the lowest one."""
    rates = [0.0001, 0.001, 0.01, 0.1]
    if best is ... or (
        isinstance(losses, Mapping) and any(each is ... for each in losses.values())
    ):
        print("⏳ Not answered yet: replace the three dots, the losses first.")
    elif not isinstance(losses, Mapping) or sorted(losses) != rates:
        print(f"❌ losses needs one number for each of the rates {rates}.")
    elif any(as_number(each) is None for each in losses.values()):
        print('❌ Each loss is one number: ["loss"][-1] is that of the last epoch.')
    elif as_number(best) not in rates:
        print(f"❌ best_rate is one of the rates {rates}, not {in_short(best)}.")
    elif not losses[0.1] > losses[0.001]:
        print("❌ The loss with 0.1 should be far above that with 0.001. Is each trained anew?")
    elif losses[best] > min(losses.values()):
        print(f"❌ With {best} the loss is {losses[best]:.3f}; another rate has a lower one.")
    else:
        print(f"✅ Right: with {best} the loss is {losses[best]:.3f}, the lowest of the four.")


def share_read_right(share, confusion: np.ndarray, digit: int) -> None:
    """Lesson 5: which share of a digit's images is read right; `confusion` has a row per truth."""
    hits = confusion[digit, digit]
    check_number(
        share,
        hits / confusion[digit].sum(),
        {
            hits / confusion[:, digit].sum(): "You divided by the column, all that was called "
            f"{digit}; the images that are a {digit} stand in the row.",
            hits
            / confusion.sum(): f"You divided by all images; divide by those that are a {digit}.",
            hits: "That is how many, not which share: divide by the sum of the row.",
            100 * hits / confusion[digit].sum(): "A share lies between 0 and 1: leave the percent.",
            np.trace(confusion) / confusion.sum(): "That is the share of all ten digits together.",
        },
        tolerance=1e-5,
    )


def own_reading(digits, labels: np.ndarray) -> None:
    """Lesson 5: how often the learner's own reading agrees with the labels; there is no wrong."""
    wanted = f"a list of {len(labels)} digits from 0 to 9"
    found = as_array(digits)
    if has_dots(digits):
        print("⏳ Not answered yet: replace the three dots by your digits.")
    elif found is None:
        print(f"❌ Wanted {wanted}, not {in_short(digits)}.")
    elif found.shape != labels.shape:
        print(f"❌ Wanted {wanted}, not something of the shape {found.shape}.")
    elif not np.isin(found, range(10)).all():
        print(f"❌ Wanted {wanted}; where you cannot read one, guess.")
    else:
        agreed = (found == labels).sum()
        print(f"✅ You agree with the label on {agreed} of {len(labels)}. The network did on none.")


def strongest_map(number, maps: np.ndarray) -> None:
    """Lesson 5: which of the maps (h, w, n) holds the largest value."""
    weakest_first = maps.max(axis=(0, 1))
    check_number(
        number,
        int(weakest_first.argmax()),
        {
            int(maps.argmax()): "That is the place in all the numbers, one after the other. Take "
            "the maximum of each map first: .max(axis=(0, 1)).",
            int(weakest_first.argmax()) + 1: "The maps are counted from 0.",
            float(maps.max()): "That is the value itself; the question is in which map it stands.",
            int(
                maps.mean(axis=(0, 1)).argmax()
            ): "That map is brightest on the whole; the question "
            "is where the single largest value stands.",
        },
    )


def calibration_error(
    error, counts: Sequence[int], confidences: Sequence[float], shares_right: Sequence[float]
) -> None:
    """Lesson 5: the calibration error of bins with so many answers, so sure, so often right."""
    weights = np.asarray(counts) / np.sum(counts)
    gaps = np.subtract(shares_right, confidences)
    expected = (weights * np.abs(gaps)).sum()
    signs = "Too sure here and too modest there cancel each other: take np.abs of each gap first."
    check_number(
        error,
        expected,
        {
            (weights * gaps).sum(): signs,
            -(weights * gaps).sum(): signs,
            np.abs(gaps).mean(): "You counted every bin the same; weigh it by its answers.",
            np.abs(gaps).sum(): "You added the gaps up; weigh each by its share of the answers.",
            np.abs(gaps).max(): "That is the largest gap alone; all bins count.",
            weights @ np.abs(gaps) * np.sum(counts): "Now divide by the number of all answers.",
            100 * expected: "That is in per cent; a number from 0 to 1 is wanted.",
        },
        tolerance=0.0005,
    )


def comparison(gain, overlap, a: np.ndarray, b: np.ndarray) -> None:
    """Lesson 6: how far the mean of `b` is above that of `a`, and whether the ranges overlap."""
    right = b.mean() - a.mean()
    print("gain: ", end="")
    check_number(
        gain,
        right,
        {
            -right: "The other way round: how far is b above a?",
            b.max() - a.max(): "That compares the best runs, and luck with them. Take the means.",
            100 * right: "As a share, not in per cent.",
        },
    )
    print("overlap: ", end="")
    if overlap is ...:
        print("⏳ Not answered yet: replace the three dots by True or False.")
    elif not isinstance(overlap, bool | np.bool_):
        print(f"❌ True or False is wanted here, without quotes, not {in_short(overlap)}.")
    elif overlap == (a.max() >= b.min() and b.max() >= a.min()):
        print("✅ Right.")
    else:
        print(f"❌ The ranges are {a.min():g} to {a.max():g} and {b.min():g} to {b.max():g}.")


def slant_in_pixels(pixels) -> None:
    """Lesson 6: how far a slant of 0.15 moves the top of a digit of 20 pixels against its foot."""
    check_number(
        pixels,
        3,
        {
            0.15: "So far it moves for one pixel of height; the digit has 20.",
            1.5: "So far the top moves against the middle; the foot moves the other way.",
            4.2: "The image is 28 pixels tall, the digit in it 20.",
            -3: "So far, and to the left. How far is asked, and that has no sign.",
        },
    )


def verdicts(answers) -> None:
    """Lesson 6: {"A": …, "B": …, "C": …}, the verdict of each of three drawings."""
    check_names(
        answers,
        {
            "A": ("digit", "0.99 × 0.95 is far above 0.5."),
            "B": ("unsure", "0.98 × 0.48 is below 0.5, but it is a digit: 0.98 is above 0.1."),
            "C": ("no digit", "0.04 is below 0.1: not even readable, however high the other is."),
        },
        "verdicts",
        {"not a digit": "no digit"},
    )
