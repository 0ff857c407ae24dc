"""Exercises on the data, and on first guesses."""

import numpy as np

from mnist_helpers.course.checks.compare import KNOWN, check_array, check_number, what_came


def how_many_digits(count) -> None:
    """Lesson 0: the sample exercise."""
    check_number(count, *KNOWN["how_many_digits"])


def sevens(count) -> None:
    """Lesson 1: how many of the test images are a 7."""
    check_number(count, *KNOWN["sevens"])


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


def distance(answer) -> None:
    """Lesson 2: the sum of the squared differences of [[0, 1], [1, 0]] and [[1, 1], [3, 0]]."""
    check_number(answer, *KNOWN["distance"])


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


def dense_parameters(count) -> None:
    """Lesson 2: the number of parameters of a dense layer from 28 × 28 pixels to ten digits."""
    check_number(count, *KNOWN["dense_parameters"])
