"""Exercises of the first lessons: data, and the network by hand."""

import numpy as np

from mnist_helpers.checks.compare import (
    as_array,
    check_array,
    check_named,
    check_number,
    has_dots,
    in_short,
)


def how_many_digits(count) -> None:
    """Lesson 0: the sample exercise."""
    check_number(count, 10, {9: "0 is a digit too: count from 0 to 9."})


def sevens(count) -> None:
    """Lesson 1: how many of the test images are a 7."""
    check_number(
        count,
        1028,
        {
            6265: "That many are in x_train; the question is about y_test.",
            7196: "You added up the labels themselves, 7 + 7 + …; count them instead.",
            10_000: "That is how many labels there are; count those that are 7.",
        },
    )


def center_column(column, pixels: np.ndarray) -> None:
    """Lesson 1: the column of an image's centre of mass; `pixels` is the image (h, w)."""
    ink = np.asarray(pixels, float)
    rows, columns = (np.arange(length) for length in ink.shape)
    right = (ink * columns).sum() / ink.sum()
    check_number(
        column,
        right,
        {
            (ink.T * rows).sum() / ink.sum(): "That is the row. Columns run along the other axis.",
            columns.mean(): "That is the mean of the column numbers; let the ink weigh them.",
            ((ink > 0) * columns).sum() / (ink > 0).sum(): "You counted every inked pixel the "
            "same; a dark one weighs more than a faint one.",
            (ink * columns).sum() / ink.size: "Divide by the sum of the ink, not by the number "
            "of pixels.",
            right
            + 0.5: "Here a pixel's place is its number, 0 to 27, not the middle of its square.",
            right + 1: "Python counts columns from 0.",
        },
        tolerance=0.01,
    )


def network_images(images, pixels: np.ndarray) -> None:
    """Lesson 1: uint8 pixels (n, 28, 28) as float32 (n, 28, 28, 1) in [0, 1]."""
    if images is ...:
        print("⏳ Not answered yet: replace the three dots by an array.")
    elif not isinstance(images, np.ndarray):
        print(f"❌ A NumPy array is wanted here, not {type(images).__name__}.")
    elif images.shape != (*pixels.shape, 1):
        wanted = (*pixels.shape, 1)
        print(
            f"❌ The shape is {images.shape}, wanted {wanted}.", _shape_slip(images.shape, wanted)
        )
    elif images.dtype.kind != "f":
        print(f"❌ The dtype is {images.dtype}, wanted float32: whole numbers hold no 0.5.")
    elif slip := _value_slip(images[..., 0], pixels):
        print("❌", slip)
    elif images.dtype != np.float32:
        print(f"❌ Nearly: {images.dtype}, wanted float32. .astype(np.float32) comes first.")
    else:
        print("✅ Right.")


def _shape_slip(shape: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    count, height, width, _ = wanted
    if shape == wanted[:3]:
        return "The axis for the channel is missing: [..., np.newaxis] adds it at the end."
    if sorted(shape) == sorted(wanted):
        return "The axis for the channel belongs at the end: [..., np.newaxis]."
    if shape[:1] == (height,) and shape[1:] in ((width,), (width, 1)):
        return "That is one image; all of them are asked for."
    if shape[:1] != (count,):
        return f"The question is about x_test, the {count:,} test images."
    return "Only the axis for the channel is to be added: [..., np.newaxis]."


def _value_slip(images: np.ndarray, pixels: np.ndarray) -> str:
    """Say what is wrong with the values of images of the right shape, or nothing."""
    images, wanted = images.astype(float), pixels / 255
    if np.allclose(images, wanted, rtol=0, atol=1e-3):
        return ""
    if np.allclose(images, 1 - wanted, rtol=0, atol=1e-3):
        return "Ink and paper have changed places: paper is 0."
    if images.max() > 1:
        return f"The values go up to {images.max():g}, wanted 1: divide by 255."
    if images.min() < 0:
        return f"The values begin at {images.min():g}, wanted 0: divide by 255, and do no more."
    if np.allclose(images, pixels / 256, rtol=0, atol=1e-6):
        return "The most ink is 255: divide by 255, not by 256, so that it becomes 1."
    return "The greys are lost or changed: divide with /, after astype, and round nothing."


def distance(answer) -> None:
    """Lesson 2: the sum of the squared differences of [[0, 1], [1, 0]] and [[1, 1], [3, 0]]."""
    check_number(
        answer,
        5,
        {
            3: "Those are the differences without their signs; square each before you add.",
            -3: "Those are the differences; square each before you add.",
            9: "Square each difference first, and add then.",
            5**0.5: "No root here: the sum of the squares is asked for.",
            1.25: "That is the mean of the squares; add them up.",
        },
    )


def votes(answer, labels: np.ndarray) -> None:
    """Lesson 2: what most of the neighbours say; `labels` (n, k) has a row for each image."""
    counts = np.array([np.bincount(row, minlength=10) for row in labels])
    check_array(
        answer,
        counts.argmax(axis=1),
        [
            (labels[:, 0], "That is what the nearest one says alone; let all five vote."),
            (labels.mean(axis=1), "Labels are names, and have no mean; count them."),
            (np.median(labels, axis=1), "Labels are names, and have no middle; count them."),
            (counts.max(axis=1), "That is how many votes there were; which digit got them?"),
            (counts, "Good so far; argmax of each row tells which digit has the most votes."),
        ],
    )


def dense_parameters(count) -> None:
    """Lesson 2: how many numbers a dense layer from 28 × 28 pixels to ten digits has."""
    check_number(
        count,
        7850,
        {
            7840: "You forgot the biases: one for each digit.",
            785: "That is for one digit; there are ten.",
            784: "That is for one digit without its bias; there are ten digits.",
            290: "Each digit has a weight for each of the 28 × 28 pixels, not for 28.",
            8624: "One bias for each digit, not for each weight.",
        },
    )


def conv_width(width) -> None:
    """Lesson 3: the width of a 5 × 5 convolution's answer to 28 columns."""
    check_number(
        width,
        24,
        {
            23: "The window's first place counts too.",
            26: "That is the answer of the 3 × 3 window.",
            28: "Nothing is added at the border, so the window cannot stand there.",
        },
    )


def pooled(answer, grid: np.ndarray) -> None:
    """Lesson 3: the largest of every 2 × 2 values of `grid` (4, 4)."""
    blocks = np.asarray(grid).reshape(2, 2, 2, 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(grid), (2, 2))
    check_array(
        answer,
        blocks.max(axis=(1, 3)),
        [
            (blocks.mean(axis=(1, 3)), "You took the mean; max pooling keeps the largest."),
            (blocks.sum(axis=(1, 3)), "You added up; max pooling keeps the largest."),
            (windows.max(axis=(2, 3)), "Your squares overlap; pooling steps on by two."),
        ],
    )


def cnn_sides(pool_1, conv_2, pool_2, flat) -> None:
    """Lesson 3: the sides of the maps after each layer, and the length after Flatten."""
    no_padding = "The window is 3 wide and stays inside: two places fewer."
    check_named(
        pool_1=(
            pool_1,
            13,
            {
                25: "Pooling steps on by two.",
                52: "Pooling makes it smaller.",
                14: "It is the convolution's 26 columns that are halved, not the image's 28.",
            },
        ),
        conv_2=(
            conv_2,
            11,
            {13: no_padding, 12: no_padding, 14: no_padding, 10: "3 wide costs two places."},
        ),
        pool_2=(
            pool_2,
            5,
            {
                5.5: "There is no half square: the last row and column are left out.",
                6: "The last row and column are left out, not rounded up.",
                7: "That is half of 14: each convolution before it has cost two columns.",
            },
        ),
        flat=(
            flat,
            1600,
            {
                25: "That is one map; there are 64 of them.",
                64: "Each of the 64 maps has 5 × 5 numbers.",
                320: "A map has 5 × 5 numbers, not 5.",
                800: "That is with 32 maps; the second convolution has 64 kernels.",
                2304: "6 × 6 × 64: the map is 5 wide.",
                3136: "7 × 7 × 64: the map is 5 wide.",
            },
        ),
    )


def parameters(second_conv, dense) -> None:
    """Lesson 3: the number of parameters of the second convolution and of the dense layer."""
    check_named(
        second_conv=(
            second_conv,
            18_496,
            {
                576: "Each kernel looks through all 32 maps; and then there are the biases.",
                640: "Each kernel looks through all 32 maps, not through one.",
                18_432: "You forgot the biases: one for each of the 64 kernels.",
                18_464: "One bias for each of the 64 kernels, not for each of the 32 maps.",
                20_480: "A kernel has one bias in all, not one for each map that it looks through.",
            },
        ),
        dense=(
            dense,
            16_010,
            {
                16_000: "You forgot the biases: one for each of the 10 digits.",
                650: "Flatten gives 5 × 5 × 64 numbers, not 64.",
                640: "Flatten gives 5 × 5 × 64 numbers, not 64; and there are the biases.",
                17_600: "One bias for each of the 10 digits, not for each of the 1,600 numbers.",
            },
        ),
    )


def parameter_count(count, model) -> None:
    """Lesson 3: the number of parameters of a Keras model."""
    weights = [layer.weights for layer in getattr(model, "layers", []) if layer.weights]
    if not weights:
        print("❌ The model has no weights yet: run the cell above that builds it.")
        return
    biases = sum(int(np.prod(each[-1].shape)) for each in weights if len(each) > 1)
    right = model.count_params()
    check_number(
        count,
        right,
        {
            right - biases: "You forgot the biases: one for each kernel, and one for each sum.",
            right - _count(weights[-1]): "That is without the last layer.",
            right - _count(weights[0]): "That is without the first layer that has weights.",
            _count(weights[-1]): "That is the last layer alone; add the others.",
        },
    )


def _count(layer_weights: list) -> int:
    """Return how many numbers the weights of a layer hold."""
    return sum(int(np.prod(each.shape)) for each in layer_weights)


def chances(answer, scores: np.ndarray) -> None:
    """Lesson 3: the softmax of three scores."""
    scores = np.asarray(scores, float)
    powers = np.exp(scores)
    check_array(
        answer,
        powers / powers.sum(),
        [
            (scores / scores.sum(), "You shared out the scores; take np.exp of them first."),
            (powers, "Good so far; now divide by their sum, so that they add up to 1."),
            (powers / powers.max(), "Divide by the sum, not by the largest."),
            (100 * powers / powers.sum(), "That is in per cent; numbers from 0 to 1 are wanted."),
        ],
        tolerance=0.0051,
    )


def level_kernel(kernel) -> None:
    """Lesson 3: a kernel (3, 3) that finds where paper lies above and ink below."""
    if has_dots(kernel):
        print("⏳ Not answered yet: replace the three dots by a 3 × 3 array.")
        return
    found = as_array(kernel)
    if found is None or found.shape != (3, 3):
        print(f"❌ Nine numbers in the shape (3, 3) are wanted here, not {in_short(kernel)}.")
        return
    ink_below = np.array([[0, 0, 0], [0, 0, 0], [1, 1, 1]])
    ink_right = ink_below.T
    to_level, to_upright, to_ink = (
        (found * patch).sum() for patch in (ink_below - ink_below[::-1], ink_right, np.ones((3, 3)))
    )
    if abs(to_ink) > 1e-6:
        print(f"❌ To plain ink it says {to_ink:g}, wanted 0: let the nine weights add up to 0.")
    elif abs(to_upright) > 1e-6 or abs((found * ink_right[:, ::-1]).sum()) > 1e-6:
        print("❌ It answers to an upright edge too. Lay the kernel on its side: kernel.T")
    elif to_level < 0:
        print("❌ It finds the lower edge: put the weights above zero below, not above.")
    elif to_level == 0:
        print("❌ To paper above ink it says 0; a large number is wanted.")
    else:
        print(f"✅ Right: to paper above ink it says {(found * ink_below).sum():g}.")
