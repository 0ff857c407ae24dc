import numpy as np
import pytest
from PIL import Image

from mnist_helpers import Recognizer, draw_strokes, from_picture, from_strokes, load_mnist
from mnist_helpers.drawing import fit_strokes
from mnist_helpers.preprocessing import to_ink

SEVEN = [[(40, 60), (120, 62), (75, 190)]]


@pytest.fixture(scope="module")
def mnist():
    return load_mnist()


@pytest.fixture(scope="module")
def picture():
    return draw_strokes(SEVEN, pen=18)


def enlarge(image, factor=10):
    return np.kron(image[..., 0], np.ones((factor, factor), np.float32))


def center_of_mass(image):
    indices = np.arange(28)
    return np.array([image.sum(axis=1) @ indices, image.sum(axis=0) @ indices]) / image.sum()


def test_mnist_comes_back_when_enlarged(mnist):
    images = mnist.x_test[:1000]
    back = np.array([from_picture(enlarge(image)) for image in images])
    difference = np.abs(back - images[..., 0])
    assert np.median(difference) == 0
    assert (difference.max(axis=(1, 2)) < 0.02).mean() > 0.99


def test_accuracy_stays_when_mnist_is_enlarged_and_comes_back(mnist):
    recognizer = Recognizer.load()
    images, labels = mnist.x_test[:2000], mnist.y_test[:2000]
    back = np.array([from_picture(enlarge(image)) for image in images])
    accuracy = (recognizer.logits(images).argmax(axis=1) == labels).mean()
    accuracy_back = (recognizer.logits(back).argmax(axis=1) == labels).mean()
    assert abs(accuracy - accuracy_back) <= 0.001


def test_result_has_the_geometry_of_mnist(picture):
    image = from_picture(picture)
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert (image.min(), image.max()) == (0, 1)
    rows, columns = np.nonzero(image)
    assert max(np.ptp(rows), np.ptp(columns)) + 1 == 20
    assert (center_of_mass(image) > 13.5).all()
    assert (center_of_mass(image) <= 14.5).all()


def test_place_does_not_matter(picture):
    np.testing.assert_array_equal(
        from_picture(picture), from_picture(np.roll(picture, (55, 100), (0, 1)))
    )


def variants(picture):
    ink = picture
    paper = 255 - picture
    rgb = np.dstack([paper] * 3)
    yield "dark on light", paper
    yield "one channel", ink[..., np.newaxis]
    yield "bool-like int", (ink > 127).astype(np.int64)
    yield "float 0 to 1", (ink / 255).astype(np.float64)
    yield "float 0 to 255", ink.astype(np.float32)
    yield "uint16", ink.astype(np.uint16) * 257
    yield "RGB", rgb
    yield "RGBA opaque", np.dstack([rgb, np.full_like(ink, 255)])
    yield "black ink on transparent", np.dstack([np.zeros((*ink.shape, 3), np.uint8), ink])
    yield "white ink on transparent", np.dstack([np.full((*ink.shape, 3), 255, np.uint8), ink])
    yield "PIL L", Image.fromarray(paper)
    yield "PIL RGB", Image.fromarray(rgb)
    yield "PIL palette", Image.fromarray(rgb).convert("P")
    yield "PIL 1 bit", Image.fromarray(ink).convert("1", dither=Image.Dither.NONE)
    yield "PIL LA", Image.fromarray(paper).convert("LA")
    yield "PIL 16 bit", Image.fromarray(ink.astype(np.uint16) * 257)
    yield "PIL float", Image.fromarray(ink.astype(np.float32))
    yield "faint ink", (ink * 0.3).astype(np.uint8)
    yield "oblong", np.pad(paper, ((0, 60), (0, 0)), constant_values=255)


@pytest.mark.parametrize(
    ("kind", "variant"),
    list(variants(draw_strokes(SEVEN, pen=18))),
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_same_picture_in_any_form_gives_the_same_image(kind, variant, picture):
    tolerance = 0.25 if "1 bit" in kind or "bool" in kind else 0.03
    np.testing.assert_allclose(from_picture(variant), from_picture(picture), atol=tolerance)


@pytest.mark.parametrize(
    "blank",
    [
        np.zeros((28, 28)),
        np.full((50, 40), 255, np.uint8),
        np.full((9, 9, 3), 128, np.uint8),
        np.zeros((30, 30, 4), np.uint8),
        Image.new("RGB", (10, 10), "white"),
        np.ones((1, 1)),
    ],
    ids=["zeros", "white", "grey", "transparent", "PIL white", "one pixel"],
)
def test_a_blank_picture_is_an_answer(blank):
    assert not from_picture(blank).any()


def test_grain_of_the_paper_is_not_ink(picture):
    rng = np.random.default_rng(0)
    noisy = np.clip(255.0 - picture + rng.uniform(-5, 5, picture.shape), 0, 255)
    assert (to_ink(noisy)[:30] == 0).mean() > 0.999
    np.testing.assert_allclose(from_picture(noisy), from_picture(picture), atol=0.15)


@pytest.mark.parametrize(
    ("bad", "error", "said"),
    [
        (np.zeros(5), ValueError, r"\(5,\)"),
        (np.zeros((5, 5, 2)), ValueError, r"\(5, 5, 2\)"),
        (np.zeros((0, 5)), ValueError, r"\(0, 5\)"),
        (np.zeros((2, 28, 28)), ValueError, "one by one"),
        (np.zeros((1, 784)), ValueError, r"reshape\(28, 28\)"),
        (np.full((5, 5), np.nan), ValueError, "NaN"),
        (np.full((28, 28), 200, np.uint8).view(np.int8), ValueError, r"view\(np.uint8\)"),
        (SEVEN, ValueError, "recognize_strokes reads them"),
        (None, TypeError, "None"),
        (np.array([["a"]]), TypeError, "numbers"),
        ("no such picture.png", FileNotFoundError, "no such picture"),
    ],
)
def test_bad_input_is_named(bad, error, said):
    with pytest.raises(error, match=said):
        from_picture(bad)


def test_strokes_become_what_their_picture_would():
    np.testing.assert_allclose(
        from_strokes(SEVEN), from_picture(draw_strokes(fit_strokes(SEVEN))), atol=1e-6
    )


def test_a_phone_s_turn_is_applied(tmp_path, picture):
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned to the right
    path = tmp_path / "turned.png"
    Image.fromarray(np.rot90(255 - picture)).save(path, exif=exif)
    np.testing.assert_allclose(from_picture(path), from_picture(picture), atol=0.03)


@pytest.mark.parametrize("most", [1.001, 1.2, 16, 255.1, 300, 1023, 65_535.5])
def test_numbers_a_hair_above_their_scale_are_no_blank(mnist, most):
    image = mnist.x_test[0, ..., 0]
    assert Recognizer.load().recognize(image * most).digit == 7


def test_standardised_and_turned_arrays_are_read(mnist):
    image = mnist.x_test[0, ..., 0]
    recognizer = Recognizer.load()
    assert recognizer.recognize((image - 0.1307) / 0.3081).digit == 7
    for turned in (
        np.rot90(np.rot90(image).copy(), -1),
        np.asfortranarray(image),
        image.T.copy().T,
    ):
        assert recognizer.recognize(turned).digit == 7
