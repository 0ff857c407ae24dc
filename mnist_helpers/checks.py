"""✅ or ❌ for the exercises: one function each, called with the learner's answer."""

import json
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from importlib.metadata import metadata, requires, version

import numpy as np
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

_PACKAGE = "mnist-helpers"


def setup() -> None:
    """Lesson 0: is everything here that the course needs?"""
    tests = {"Python": _python, **_packages()}
    tests |= {"MNIST": _mnist, "TensorFlow's network": _network, "recogniser": _recognizer}
    all_well = True
    for name, test in tests.items():
        try:
            print(f"✅ {name:<24} {test()}")
        except Exception as error:  # whatever is wrong is what the learner wants to know
            all_well = False
            print(f"❌ {name:<24} {type(error).__name__}: {error}")
    if all_well:
        print("\nEverything is here. Go on.")
    else:
        print("\nWhat to do: open a terminal in the folder of the course, run")
        print("    python -m pip install -r requirements.txt")
        print("choose Kernel ▸ Restart Kernel in the menu, and run this cell again.")


def how_many_digits(count) -> None:
    """Lesson 0: the sample exercise."""
    _check_number(count, 10, {9: "0 is a digit too: count from 0 to 9."})


def sevens(count) -> None:
    """Lesson 1: how many of the test images are a 7."""
    _check_number(
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
    _check_number(
        column,
        right,
        {
            (ink.T * rows).sum() / ink.sum(): "That is the row. Columns run along the other axis.",
            columns.mean(): "That is the mean of the column numbers; let the ink weigh them.",
            ((ink > 0) * columns).sum() / (ink > 0).sum(): "You counted every inked pixel the "
            "same; a dark one weighs more than a faint one.",
            (ink * columns).sum() / ink.size: "Divide by the sum of the ink, not by the number "
            "of pixels.",
            right + 1: "Python counts columns from 0.",
        },
        tolerance=0.01,
    )


def network_images(images, pixels: np.ndarray) -> None:
    """Lesson 1: uint8 pixels (n, 28, 28) as float32 (n, 28, 28, 1) in [0, 1]."""
    if images is ...:
        print("⏳ Not answered yet: replace the three dots by an array.")
        return
    if not isinstance(images, np.ndarray):
        print(f"❌ A NumPy array is wanted here, not {type(images).__name__}.")
        return
    wanted = (*pixels.shape, 1)
    if images.shape != wanted:
        hint = "The axis for the channel is missing: [..., np.newaxis] adds it at the end."
        print(f"❌ The shape is {images.shape}, wanted {wanted}.", hint)
    elif images.dtype.kind != "f":
        print(f"❌ The dtype is {images.dtype}, wanted float32: whole numbers hold no 0.5.")
    elif images.max() > 1:
        print(f"❌ The values go up to {images.max():g}, wanted 1: divide by 255.")
    elif not np.allclose(images[..., 0], pixels / 255, atol=1e-3):
        print("❌ The greys are lost or changed: divide with /, after astype, and round nothing.")
    elif images.dtype != np.float32:
        print(f"❌ Nearly: {images.dtype}, wanted float32. .astype(np.float32) comes first.")
    else:
        print("✅ Right.")


def conv_width(width) -> None:
    """Lesson 3: the width of a 5 × 5 convolution's answer to 28 columns."""
    _check_number(
        width,
        24,
        {
            23: "The window's first place counts too.",
            26: "That is the answer of the 3 × 3 window.",
            28: "Nothing is added at the border, so the window cannot stand there.",
        },
    )


def pooled(answer, grid: np.ndarray) -> None:
    """Lesson 3: the greatest of every 2 × 2 values of `grid` (4, 4)."""
    blocks = np.asarray(grid).reshape(2, 2, 2, 2)
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(grid), (2, 2))
    _check_array(
        answer,
        blocks.max(axis=(1, 3)),
        [
            (blocks.mean(axis=(1, 3)), "You took the mean; max pooling keeps the greatest."),
            (blocks.sum(axis=(1, 3)), "You added up; max pooling keeps the greatest."),
            (windows.max(axis=(2, 3)), "Your squares overlap; pooling steps on by two."),
        ],
    )


def cnn_sides(pool_1, conv_2, pool_2, flat) -> None:
    """Lesson 3: the sides of the maps after each layer, and the length after Flatten."""
    no_padding = "The window is 3 wide and stays inside: two places fewer."
    _check_named(
        pool_1=(pool_1, 13, {25: "Pooling steps on by two.", 52: "Pooling makes it smaller."}),
        conv_2=(conv_2, 11, {13: no_padding, 12: no_padding, 10: "3 wide costs two places."}),
        pool_2=(
            pool_2,
            5,
            {
                5.5: "There is no half square: the last row and column are left out.",
                6: "The last row and column are left out, not rounded up.",
            },
        ),
        flat=(
            flat,
            1600,
            {
                25: "That is one map; there are 64 of them.",
                64: "Each of the 64 maps has 5 × 5 numbers.",
                320: "A map has 5 × 5 numbers, not 5.",
                2304: "6 × 6 × 64: the map is 5 wide.",
            },
        ),
    )


def parameters(second_conv, dense) -> None:
    """Lesson 3: the number of parameters of the second convolution and of the dense layer."""
    _check_named(
        second_conv=(
            second_conv,
            18_496,
            {
                576: "Each kernel looks through all 32 maps; and then there are the biases.",
                640: "Each kernel looks through all 32 maps, not through one.",
                18_432: "You forgot the biases: one for each of the 64 kernels.",
                18_464: "One bias for each of the 64 kernels, not for each of the 32 maps.",
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


def chances(answer, scores: np.ndarray) -> None:
    """Lesson 3: the softmax of three scores."""
    scores = np.asarray(scores, float)
    powers = np.exp(scores)
    _check_array(
        answer,
        powers / powers.sum(),
        [
            (scores / scores.sum(), "You shared out the scores; take np.exp of them first."),
            (powers, "Good so far; now divide by their sum, so that they add up to 1."),
            (powers / powers.max(), "Divide by the sum, not by the greatest."),
        ],
        tolerance=0.001,
    )


def loss_of_a_half(loss) -> None:
    """Lesson 4: what an image costs whose right digit got the probability 0.5."""
    _check_number(
        loss,
        np.log(2),
        {
            0.5: "That is the probability. The loss is minus its logarithm.",
            -np.log(2): "The logarithm of 0.5 is negative; the loss is minus that.",
            np.log10(2): "That is the logarithm to base 10; np.log is the natural one.",
            1: "That is the logarithm to base 2; np.log is the natural one.",
        },
        tolerance=0.006,
    )


def training_steps(steps) -> None:
    """Lesson 4: the steps of six epochs over 54,000 images in batches of 64."""
    _check_number(
        steps,
        5064,
        {
            844: "That is one epoch; the training has six.",
            5062.5: "The last batch of an epoch is smaller, and still a step: round up.",
            5063: "Round up in each epoch, before you multiply by 6.",
            5058: "Round up: the last batch of an epoch is smaller, and still a step.",
            324_000: "So many images are looked at. A step takes 64 of them at once.",
            384: "6 × 64 forgets how many images there are.",
        },
    )


def validation_goal(accuracy: float, goal: float = 0.988) -> None:
    """Lesson 4: is the trained network as good as it should be?"""
    if round(accuracy, 6) >= goal:  # Keras gives 5,928 of 6,000 as 0.98799998
        print(f"✅ validation ≥ {goal:.1%}")
    else:
        print(f"❌ validation {accuracy:.2%}, wanted {goal:.1%}: run the lesson again from 4.2 on.")


def diagnosis(names) -> None:
    """Lesson 4: {"A": …, "B": …, "C": …}, each 'overfitting', 'underfitting' or 'good fit'."""
    right = {
        "A": ("overfitting", "Compare the losses: tiny in training, large in validation."),
        "B": ("underfitting", "Both losses are still near 2.30, what guessing costs."),
        "C": ("good fit", "Both losses are small, and validation is no worse than training."),
    }
    if not isinstance(names, Mapping):
        print('❌ Wanted {"A": "…", "B": "…", "C": "…"}, the three dots replaced by names.')
        return
    for run, (word, hint) in right.items():
        answer = names.get(run)
        if answer is ...:
            print(f"{run}: ⏳ Not answered yet: replace the three dots by one of the three names.")
        elif str(answer).strip().lower() == word:
            print(f"{run}: ✅ Right.")
        else:
            print(f"{run}: ❌ {answer!r:.40} is not it. {hint}")


def share_read_right(share, confusion: np.ndarray, digit: int) -> None:
    """Lesson 5: which share of a digit's images is read right; `confusion` has a row per truth."""
    hits = confusion[digit, digit]
    _check_number(
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
    if _has_dots(digits):
        print("⏳ Not answered yet: replace the three dots by your digits.")
        return
    wanted = f"a list of {len(labels)} digits from 0 to 9"
    try:
        found = np.asarray(digits, dtype=float)
    except (TypeError, ValueError):
        print(f"❌ Wanted {wanted}, not {digits!r:.60}.")
        return
    if found.shape != labels.shape:
        print(f"❌ Wanted {wanted}, not something of the shape {found.shape}.")
    elif not np.isin(found, range(10)).all():
        print(f"❌ Wanted {wanted}; where you cannot read one, guess.")
    else:
        agreed = (found == labels).sum()
        print(f"✅ You agree with the label on {agreed} of {len(labels)}. The network did on none.")


def strongest_map(number, maps: np.ndarray) -> None:
    """Lesson 5: which of the maps (h, w, n) holds the greatest value."""
    weakest_first = maps.max(axis=(0, 1))
    _check_number(
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
            "is where the single greatest value stands.",
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
    _check_number(
        error,
        expected,
        {
            (weights * gaps).sum(): signs,
            -(weights * gaps).sum(): signs,
            np.abs(gaps).mean(): "You counted every bin the same; weigh it by its answers.",
            np.abs(gaps).sum(): "You added the gaps up; weigh each by its share of the answers.",
            np.abs(gaps).max(): "That is the greatest gap alone; all bins count.",
            weights @ np.abs(gaps) * np.sum(counts): "Now divide by the number of all answers.",
            100 * expected: "That is in per cent; a number from 0 to 1 is wanted.",
        },
        tolerance=0.0005,
    )


def comparison(gain, overlap, a: np.ndarray, b: np.ndarray) -> None:
    """Lesson 6: how far the mean of `b` is above that of `a`, and whether the ranges overlap."""
    right = b.mean() - a.mean()
    print("gain: ", end="")
    _check_number(
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
    elif bool(overlap):
        print("✅ Right.")
    else:
        print(f"❌ {a.max():.4f}, the highest of a, lies above {b.min():.4f}, the lowest of b.")


def slant_in_pixels(pixels) -> None:
    """Lesson 6: how far a slant of 0.15 moves the top of a digit of 20 pixels against its foot."""
    _check_number(
        pixels,
        3,
        {
            0.15: "So far it moves for one pixel of height; the digit has 20.",
            1.5: "So far the top moves against the middle; the foot moves the other way.",
            4.2: "The image is 28 pixels tall, the digit in it 20.",
        },
    )


def scribble_loss(loss) -> None:
    """Lesson 6: the cross-entropy of ten times 0.1, where ten times 0.1 is wanted."""
    _check_number(
        loss,
        np.log(10),
        {
            0: "The loss is 0 only where one digit is wanted and gets the probability 1.",
            0.1 * np.log(10): "That is one of ten equal parts: add them up.",
            10 * np.log(10): "Each logarithm counts only a tenth: that is its target.",
            -np.log(10): "The logarithm of 0.1 is negative; the loss is minus that.",
            1: "That is the logarithm to base 10; np.log is the natural one.",
        },
        tolerance=0.006,
    )


def width_in_box(width) -> None:
    """Lesson 7: how wide a drawing of 60 × 200 pixels is in the box of 20 × 20."""
    _check_number(
        width,
        6,
        {
            20: "Then it would be stretched. The longer side becomes 20, and the shape stays.",
            66.7: "You made the shorter side 20; it is the longer side that has to fit.",
            10: "The longer side, 200, becomes 20: everything is divided by 10.",
            60: "That is how wide it was before.",
        },
        tolerance=0.1,
    )


def shift_of(shift, centre: float) -> None:
    """Lesson 7: by how many whole pixels ink with this centre of mass is moved."""
    _check_number(
        shift,
        int(np.floor(15 - centre)),
        {
            round(14 - centre): "From the middle at 14: but MNIST takes 15 and rounds down.",
            15 - centre: "Only whole pixels: round down with np.floor.",
            int(np.ceil(15 - centre)): "Rounded up; np.floor rounds down.",
            -int(np.floor(15 - centre)): "The other way round: too far to the left means a shift "
            "to the right.",
        },
    )


def share_unsure(share, verdicts: Sequence[str]) -> None:
    """Lesson 9: the share of the verdicts that are 'unsure'."""
    count, total = verdicts.count("unsure"), len(verdicts)
    _check_number(
        share,
        count / total,
        {
            count: "That is how many; divide by the number of drawings.",
            1 - count / total: "That is the share of those that got a digit's name.",
            100 * count / total: "That is in percent; a number from 0 to 1 is wanted.",
        },
    )


def ink_length(length, stroke: np.ndarray) -> None:
    """Lesson 9: the length of a stroke (n, 2)."""
    steps = np.diff(stroke, axis=0)
    _check_number(
        length,
        np.linalg.norm(steps, axis=1).sum(),
        {
            np.linalg.norm(stroke[-1] - stroke[0]): "That is the straight way from the first point "
            "to the last; take the length of every step first, then add.",
            np.abs(steps).sum(): "You added widths and heights; Pythagoras gives a step's length.",
            (steps**2).sum(): "These are squares; take the root of each step's before you add.",
            np.sqrt((steps**2).sum()): "Take the root for each step (axis=1), then add.",
            len(stroke): "That is the number of points.",
        },
        tolerance=0.01,
    )


def standard_error(error, share: float, count: int) -> None:
    """Lesson 9: how far a share of `count` drawings lies, by chance, from the share of all."""
    variance = share * (1 - share)
    _check_number(
        error,
        math.sqrt(variance / count),
        {
            variance / count: "That is its square; take the root of it.",
            math.sqrt(variance): "That is for one drawing; divide by their number under the root.",
            math.sqrt(variance) / count: "The number of drawings belongs under the root too.",
            math.sqrt(share / count): "Both shares belong into it: the right ones times the wrong.",
            100 * math.sqrt(variance / count): "That is in points; a number from 0 to 1 is wanted.",
        },
        tolerance=0.001,
    )


def plain_lists(answer, strokes: Sequence[np.ndarray]) -> None:
    """Lesson 10: strokes, (n, 2) arrays, as lists that JSON can hold."""
    wanted = [stroke.tolist() for stroke in strokes]
    if _has_dots(answer):
        print("⏳ Not answered yet: replace the three dots.")
    elif isinstance(answer, str):
        print("❌ That is a text already. Only the lists are wanted; the client does the rest.")
    elif not isinstance(answer, list):
        print(f"❌ A list of strokes is wanted here, not {type(answer).__name__}.")
    elif not _is_json(answer):
        print("❌ NumPy is still in it, which JSON cannot hold: call .tolist() on each stroke.")
    elif answer == np.concatenate(strokes).tolist():
        print("❌ That is one list of points. Where does one stroke end and the next begin?")
    elif answer != wanted:
        print("❌ That is not it. Wanted: a list of strokes, each a list of points [x, y].")
    else:
        print("✅ Right.")


def ink_contrast(contrast, grey: np.ndarray, paper: np.ndarray) -> None:
    """Lesson 10: which share of the light the ink takes away, wherever the light is."""
    _check_array(
        contrast,
        1 - grey / paper,
        [
            (grey / paper, "So much light comes back. How much does the ink take away?"),
            (paper - grey, "The difference is half as great in the shadow. What stays the same?"),
            (grey - paper, "The difference is half as great in the shadow. What stays the same?"),
            (grey / paper - 1, "The sign: what takes light away is to count as more than 0."),
        ],
    )


def point_rule(is_point) -> None:
    """Lesson 10: a function that says whether something is a point [x, y] within 10,000 pixels."""
    trials = [
        ([3, 4.5], "that is a point"),
        ([0, -2], "a point may lie left of the pad or above it"),
        ([1, 2, 3], "three numbers are no point"),
        (["3", "4"], "text that looks like a number is no number"),
        ([3, [4]], "a list is no number"),
        ([math.nan, 4], "'not a number' is a float too; but no comparison with it is true"),
        ([math.inf, 4], "infinity lies too far away"),
        ([3, -20_000], "that lies too far away, on the other side"),
        ("34", "a text has a length too"),
        (None, "nothing is no point, and has no length"),
    ]
    if is_point is ...:
        print("⏳ Not answered yet: replace the three dots.")
        return
    if not callable(is_point):
        print(f"❌ A function is wanted here, not {type(is_point).__name__}.")
        return
    for number, (candidate, why) in enumerate(trials):
        try:
            answer = is_point(candidate)
        except Exception as error:
            print(f"❌ is_point({candidate!r}) raised {type(error).__name__}: {why}.")
            return
        if answer is ...:
            print("⏳ Not answered yet: replace the three dots.")
            return
        if bool(answer) != (number < 2):
            print(f"❌ is_point({candidate!r}) gave {answer}: {why}.")
            return
    print(f"✅ Right: {len(trials)} of {len(trials)}.")


def four_steps(image, wanted: np.ndarray) -> None:
    """Lesson 7: a drawing as an MNIST image; `wanted` is what `preprocess` makes of it."""
    _check_array(
        image,
        wanted,
        [
            (1 - wanted, "Ink and paper have changed places."),
            (wanted.T, "Rows and columns have changed places."),
            (wanted[4:24, 4:24], "Cut from the finished image? The box comes before the centre."),
        ],
        tolerance=1e-4,
    )


def _check_number(
    answer, right: float, hints: Mapping[float, str], tolerance: float = 1e-6
) -> None:
    """Compare a number; `hints` tells for well-known wrong answers what went wrong."""
    if answer is ...:
        print("⏳ Not answered yet: replace the three dots by a number.")
    elif not isinstance(answer, (int, float, np.number)):
        print(f"❌ A number is wanted here, not {type(answer).__name__}.")
    elif abs(answer - right) <= tolerance:
        print("✅ Right.")
    else:
        near = (hint for wrong, hint in hints.items() if abs(answer - wrong) <= tolerance)
        print(f"❌ {answer} is not it. {next(near, 'Have another look.')}")


def _check_named(**answers: tuple) -> None:
    """Compare several numbers: name=(answer, right, hints)."""
    for name, answer in answers.items():
        print(f"{name}: ", end="")
        _check_number(*answer)


def _check_array(
    answer, right: np.ndarray, hints: Sequence[tuple[np.ndarray, str]], tolerance: float = 1e-6
) -> None:
    """Compare an array; `hints` pairs well-known wrong answers with what went wrong."""
    if _has_dots(answer):
        print("⏳ Not answered yet: replace the three dots.")
        return
    try:
        found = np.asarray(answer, dtype=float)
    except (TypeError, ValueError):
        print(f"❌ Numbers in the shape {right.shape} are wanted here, not {answer!r:.60}.")
        return

    def equals(other: np.ndarray) -> bool:
        return found.shape == other.shape and np.allclose(found, other, rtol=0, atol=tolerance)

    if equals(right):
        print("✅ Right.")
        return
    hint = next((hint for wrong, hint in hints if equals(wrong)), "Have another look.")
    if found.shape != right.shape:
        hint = f"Its shape is {found.shape}, wanted {right.shape}. {hint}"
    print(f"❌ That is not it. {hint}")


def _is_json(answer) -> bool:
    try:
        json.dumps(answer)
    except (TypeError, ValueError):
        return False
    return True


def _has_dots(answer) -> bool:
    return answer is ... or (isinstance(answer, (list, tuple)) and any(map(_has_dots, answer)))


def _python() -> str:
    found, wanted = platform.python_version(), metadata(_PACKAGE)["Requires-Python"]
    return _fitting(found, SpecifierSet(wanted))


def _packages() -> dict[str, Callable[[], str]]:
    """A test for each package that the course asks for."""
    needed = [Requirement(line) for line in requires(_PACKAGE) or []]
    return {
        each.name: lambda each=each: _fitting(version(each.name), each.specifier) for each in needed
    }


def _fitting(found: str, wanted: SpecifierSet) -> str:
    if not wanted.contains(found, prereleases=True):
        raise RuntimeError(f"version {found} is here, wanted {wanted}")
    return found


# The next three import what they test inside, so that a package that does not load is reported.


def _mnist() -> str:
    from mnist_helpers.data import load_raw_mnist

    (x_train, _), (x_test, _) = load_raw_mnist()
    return f"{len(x_train):,} + {len(x_test):,} images, checksum right"


def _network() -> str:
    from mnist_helpers.model import build_cnn

    return f"built, {build_cnn().count_params():,} parameters"


def _recognizer() -> str:
    from mnist_helpers.recognizer import Recognizer

    seven = [[(90, 70), (190, 70), (130, 220)]]
    digit = Recognizer.load().recognize_strokes(seven).digit
    if digit != 7:
        raise RuntimeError(f"it reads a drawn 7 as {digit}; its weights are not the course's")
    return "reads a drawn 7 as 7"
