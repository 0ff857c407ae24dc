"""Exercises on the data, on first guesses, and on the network, its training and its errors."""

from collections.abc import Mapping, Sequence

import numpy as np

from mnist_helpers.course.checks.compare import (
    as_array,
    as_number,
    check_array,
    check_number,
    has_dots,
    in_short,
    what_came,
)

_GOAL = 0.988  # of the accuracy in validation, after lesson 4


def network_images(images, pixels: np.ndarray) -> None:
    """Lesson 1: uint8 pixels (n, 28, 28) as float32 (n, 28, 28, 1) in [0, 1]."""
    wanted = (*pixels.shape, 1)
    if images is ...:
        print("⏳ Not answered yet: replace the three dots by an array.")
    elif not isinstance(images, np.ndarray):
        print(f"❌ A NumPy array is wanted here, {what_came(images)}")
    elif (shape := images.shape) != wanted:
        print(f"❌ The shape is {shape}, wanted {wanted}.", _shape_slip(shape, wanted))
    elif images.dtype.kind != "f":
        print(f"❌ The dtype is {images.dtype}, wanted float32: whole numbers cannot hold 0.5.")
    elif slip := _value_slip(images[..., 0], pixels):
        print("❌", slip)
    elif images.dtype != np.float32:
        print(f"❌ Nearly: {images.dtype}, wanted float32. Call .astype(np.float32) first.")
    else:
        print("✅ Right.")


def _shape_slip(shape: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    count, height, width, _ = wanted
    if shape == wanted[:3]:
        return "The axis for the channel is missing: [..., np.newaxis] adds it at the end."
    if sorted(shape) == sorted(wanted):
        return "The axis for the channel belongs at the end: [..., np.newaxis]."
    if shape[:1] == (height,) and shape[1:] in ((width,), (width, 1)):
        return "That is one image. The question is about all of them."
    if shape[:1] != (count,):
        return f"The question is about x_test, the {count:,} test images."
    return "Add only the axis for the channel: [..., np.newaxis]."


def _value_slip(images: np.ndarray, pixels: np.ndarray) -> str:
    """Return what is wrong with the values of images of the right shape, or ''."""
    images, wanted = images.astype(float), pixels / 255
    if np.allclose(images, wanted, rtol=0, atol=1e-3):
        return ""
    if np.allclose(images, 1 - wanted, rtol=0, atol=1e-3):
        return "Ink and paper have changed places: paper is 0."
    if images.max() > 1:
        return f"The values go up to {images.max():g}, wanted 1: divide by 255."
    if images.min() < 0:
        return f"The values begin at {images.min():g}, wanted 0: only divide by 255."
    if np.allclose(images, pixels / 256, rtol=0, atol=1e-6):
        return "The most ink is 255: divide by 255, not by 256, so that it becomes 1."
    return "The greys are lost or changed: divide with /, after astype, and do not round."


def votes(answer, labels: np.ndarray) -> None:
    """Lesson 2: the label that most neighbours have; `labels` (n, k) has a row for each image."""
    counts = np.array([np.bincount(row, minlength=10) for row in labels])
    check_array(
        answer,
        counts.argmax(axis=1),
        (labels[:, 0], "That is the label of the nearest one alone. Let all five vote."),
        (labels.mean(axis=1), "Labels are names, so they have no mean. Count them."),
        (np.median(labels, axis=1), "Labels are names, so they have no middle. Count them."),
        (9 - counts[:, ::-1].argmax(axis=1), "In a tie, take the smallest of the digits."),
        (counts.max(axis=1), "That is how many votes the winner got. Which digit won?"),
        (counts, "Good so far. Now argmax of each row tells which digit has the most votes."),
    )


def pooled(answer, grid: np.ndarray) -> None:
    """Lesson 3: the largest of every 2 × 2 values of `grid` (4, 4)."""
    blocks = np.asarray(grid).reshape(2, 2, 2, 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(grid), (2, 2))
    check_array(
        answer,
        blocks.max(axis=(1, 3)),
        (blocks.mean(axis=(1, 3)), "You took the mean. Max pooling keeps the largest."),
        (blocks.sum(axis=(1, 3)), "You added up. Max pooling keeps the largest."),
        (blocks.max(axis=(1, 3)).T, "Rows and columns have changed places."),
        (windows.max(axis=(2, 3)), "Your squares overlap. The window of pooling moves by two."),
    )


def parameter_count(count, model) -> None:
    """Lesson 3: the number of parameters of a Keras model."""
    layers = [layer for layer in getattr(model, "layers", []) if layer.weights]
    if not layers:
        built = "run the cell above that builds it. Does it begin with keras.Input((28, 28, 1))?"
        print("❌ The model has no weights yet:", built)
        return
    with_bias = [layer.weights for layer in layers if len(layer.weights) > 1]
    biases = sum(int(np.prod(weights[-1].shape)) for weights in with_bias)
    right, first, last = (each.count_params() for each in (model, layers[0], layers[-1]))
    hints = [
        (right - biases, "You forgot the biases: one for each kernel, and one for each sum."),
        (right - last, "That is without the last layer."),
        (right - first, "That is without the first layer that has weights."),
    ]
    if len(layers) > 2:
        hints.append((last, "That is the last layer alone. Add the others."))
    check_number(count, right, *hints)


def softmax(answer, scores: np.ndarray) -> None:
    """Lesson 3: the softmax of three scores."""
    scores = np.asarray(scores, float)
    powers = np.exp(scores)
    right = powers / powers.sum()
    check_array(
        answer,
        right,
        (scores / scores.sum(), "You divided the scores by their sum. Take np.exp of them first."),
        (powers, "Good so far. Now divide by their sum, so that they add up to 1."),
        (powers / powers.max(), "Divide by the sum, not by the largest number."),
        (right.round(1), "Rounded too far: give at least two decimals."),
        (right[::-1], "Wrong order: the largest score has the largest probability."),
        (100 * right, "That is in per cent. Numbers from 0 to 1 are wanted."),
        tolerance=0.0075,  # two decimals, rounded or cut off
    )


def horizontal_kernel(kernel) -> None:
    """Lesson 3: a kernel (3, 3) that finds where paper lies above and ink below."""
    if has_dots(kernel):
        print("⏳ Not answered yet: replace the three dots by a 3 × 3 array.")
        return
    found = as_array(kernel)
    if found is None or found.shape != (3, 3) or not np.isfinite(found).all():
        print(f"❌ Nine numbers in the shape (3, 3) are wanted here, not {in_short(kernel)}.")
        return
    total, columns, rows = found.sum(), found.sum(axis=0), found.sum(axis=1)
    top, _, bottom = rows  # ink in the last row gives bottom; in the last two, -top
    if abs(total) > 1e-6:
        print(f"❌ Its sum on plain ink is {total:g}, wanted 0: let the nine weights add up to 0.")
    elif np.abs(columns).max() > 1e-6:
        other = "let each column of weights add up to 0."
        swap = "swap rows and columns of the kernel: kernel.T"
        is_turned = np.abs(rows).max() <= 1e-6
        print("❌ It finds a vertical edge too:", swap if is_turned else other)
    elif top > bottom:
        print("❌ It finds the lower edge: put the positive weights at the bottom, not at the top.")
    elif top == bottom or top > 0 or bottom < 0:
        print(
            "❌ It cannot tell an upper edge from a lower one: "
            "put the negative weights at the top, and the positive ones at the bottom."
        )
    else:
        print(f"✅ Right: with paper above ink, its sum is {max(bottom, -top):g}.")


def accuracy_plot(axes, history: Mapping) -> None:
    """Lesson 4: Matplotlib's axes with the two curves of the accuracy by epoch."""
    if not hasattr(axes, "get_lines"):
        print(f"❌ The axes of a figure are wanted here, {what_came(axes)} Keep plt.gca().")
        return
    curves = [np.asarray(line.get_xydata()) for line in axes.get_lines()]
    wanted = {name: history[name] for name in ("accuracy", "val_accuracy")}
    missing = [n for n in wanted if not any(_equal(curve[:, 1], wanted[n]) for curve in curves)]
    if not missing:  # any other line, such as one at the goal, may be there too
        curves = [each for each in curves if any(_equal(each[:, 1], y) for y in wanted.values())]
    slips = [slip for curve in curves if (slip := _plot_slip(curve, wanted, history))]
    if not curves:
        print("⏳ Not answered yet: replace the three dots by two lines that begin with plt.plot.")
    elif slips:
        print("❌", slips[0])
    elif missing:
        print(f'❌ One curve is missing: history["{missing[0]}"].')
    else:
        print("✅ Right: both curves of the accuracy.")


def _plot_slip(curve: np.ndarray, wanted: Mapping, history: Mapping) -> str:
    """Return what is wrong with a curve (n, 2), or ''."""
    places, heights = curve.T
    if any(_equal(places, each) for each in wanted.values()):
        return "The epochs come first, and then the accuracy: plt.plot(epochs, accuracy)."
    if any(_equal(heights, history[name]) for name in ("loss", "val_loss")):
        return 'That is a curve of the loss. Take "accuracy" and "val_accuracy".'
    if not any(_equal(heights, each) for each in wanted.values()):
        return 'One curve is neither history["accuracy"] nor history["val_accuracy"].'
    if not _equal(places, range(1, len(places) + 1)):
        return f"The epochs are 1 to {len(places)}, and they come first: plt.plot(epochs, …)."
    return ""


def _equal(one, other) -> bool:
    return len(one) == len(other) and np.allclose(one, other)


def validation_goal(accuracy) -> None:
    """Lesson 4: is the trained network as good as it should be?"""
    found = as_number(accuracy)
    if found is None:
        print(f"❌ An accuracy is wanted here, {what_came(accuracy)}")
    elif found > 1:
        print("❌ An accuracy is a share from 0 to 1, not in per cent.")
    elif round(found, 6) >= _GOAL:  # Keras gives 5,928 of 6,000 as 0.98799998
        print(f"✅ validation ≥ {_GOAL:.1%}")
    else:
        again = "run the lesson again from 4.2 on. A small network of your own may stay below"
        print(f"❌ validation {found:.2%}, wanted {_GOAL:.1%}: {again}.")


def best_rate(losses, best) -> None:
    """Lesson 4: the last training loss by learning rate, and the rate with the lowest one."""
    rates = [0.0001, 0.001, 0.01, 0.1]
    given = losses if isinstance(losses, Mapping) else {}
    # NaN, the loss of a run that has diverged, is the only number that is not equal to itself.
    loss = {r: np.inf if (one := as_number(each)) != one else one for r, each in given.items()}
    if best is ... or any(each is ... for each in given.values()):
        print("⏳ Not answered yet: replace the three dots, the losses first.")
    elif set(given) != set(rates):
        print(f"❌ losses needs one number for each of the rates {rates}.")
    elif None in loss.values():
        print('❌ Each loss is one number: ["loss"][-1] is that of the last epoch.')
    elif (rate := as_number(best)) not in rates:
        print(f"❌ best_rate is one of the rates {rates}, not {in_short(best)}.")
    elif not loss[0.1] > loss[0.001]:
        print(
            "❌ The loss with 0.1 should be far above that with 0.001. "
            "Was each network trained from the start?"
        )
    elif loss[rate] > min(loss.values()):
        print(f"❌ With {rate} the loss is {loss[rate]:.3f}; another rate has a lower one.")
    else:
        print(f"✅ Right: with {rate} the loss is {loss[rate]:.3f}, the lowest of the four.")


def share_read_right(share, confusion: np.ndarray, digit: int) -> None:
    """Lesson 5: the share of a digit's images read right; rows of `confusion` are true digits."""
    hits, total = confusion[digit, digit], confusion.sum()
    right, of_read = hits / confusion[digit].sum(), hits / confusion[:, digit].sum()
    in_row = f"The images of the digit {digit} are in the row."
    check_number(
        share,
        right,
        (of_read, f"You divided by the column: all that was read as {digit}. {in_row}"),
        (hits / total, f"You divided by all images. Divide by those of the digit {digit}."),
        (hits, "That is how many, not which share: divide by the sum of the row."),
        (100 * right, "A share is a number from 0 to 1, not in per cent."),
        (np.trace(confusion) / total, "That is the share of all ten digits together."),
        tolerance=1e-5,
    )


def own_reading(digits, labels: np.ndarray) -> None:
    """Lesson 5: how often the learner's own reading agrees with the labels; no digit is wrong."""
    count, found = len(labels), as_array(digits)
    wanted = f"a list of {count} digits from 0 to 9"
    if has_dots(digits):
        print("⏳ Not answered yet: replace the three dots by your digits.")
    elif found is None:
        print(f"❌ Wanted {wanted}, not {in_short(digits)}.")
    elif found.shape != labels.shape:
        print(f"❌ Wanted {wanted}, not something of the shape {found.shape}.")
    elif not np.isin(found, range(10)).all():
        print(f"❌ Wanted {wanted}. If you cannot read one, guess.")
    else:
        agreed = (found == labels).sum()
        print(f"✅ You agree with the label on {agreed} of {count}. The network agreed on none.")


def strongest_map(number, maps: np.ndarray) -> None:
    """Lesson 5: the number of the map that holds the largest value; `maps` are (h, w, n)."""
    right, brightest = int(maps.max(axis=(0, 1)).argmax()), int(maps.mean(axis=(0, 1)).argmax())
    of_each = "Take the maximum of each map first: .max(axis=(0, 1))."
    largest = "The question is which map has the largest single value."
    check_number(
        number,
        right,
        (int(maps.argmax()), f"That is the place in one long row of all numbers. {of_each}"),
        (right + 1, "The maps are counted from 0."),
        (float(maps.max()), "That is the value itself. The question is which map has it."),
        (brightest, f"That map has the largest mean. {largest}"),
    )


def calibration_error(
    error, counts: Sequence[int], confidences: Sequence[float], shares_right: Sequence[float]
) -> None:
    """Lesson 5: the calibration error of bins; each has a count and two shares from 0 to 1."""
    weights = np.asarray(counts) / np.sum(counts)
    signed = np.subtract(shares_right, confidences)
    gaps = np.abs(signed)
    expected, even = weights @ gaps, gaps.mean()
    signs = "A bin that is too sure and one that is too modest cancel each other"
    check_number(
        error,
        expected,
        (weights @ signed, f"{signs}: take np.abs first."),
        (-weights @ signed, f"{signs}: take np.abs first."),
        (even, "You counted every bin the same, but a bin with more predictions counts more."),
        (gaps.sum(), "You added up the gaps. Multiply each by its share of the predictions first."),
        (gaps.max(), "That is the largest gap alone, but all bins count."),
        (expected * np.sum(counts), "Now divide by the number of predictions."),
        (100 * expected, "That is in per cent. A number from 0 to 1 is wanted."),
        tolerance=0.0005,
    )
