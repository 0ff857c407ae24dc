"""From strokes, and from whatever holds a picture, to an image like those of MNIST."""

import base64
import io
import os
import re
from pathlib import Path
from urllib.parse import quote

import ml_dtypes
import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from PIL import Image

from mnist_helpers import draw_strokes, from_picture
from mnist_helpers.learning.collection import KeptDrawing
from mnist_helpers.pictures.inputs import open_picture
from mnist_helpers.preprocessing import to_ink

SEVEN = [[(40, 60), (120, 62), (75, 190)]]


def closed_image():
    file = io.BytesIO()
    Image.new("L", (9, 9)).save(file, "PNG")
    with Image.open(file) as image:
        return image


@pytest.fixture(scope="module")
def picture():
    return draw_strokes(SEVEN, pen=18)


def test_mnist_comes_back_when_enlarged_and_is_read_as_well(mnist, recognizer):
    images, labels = mnist.x_test[:1000], mnist.y_test[:1000]
    large = (np.kron(image[..., 0], np.ones((10, 10), np.float32)) for image in images)
    back = np.array([from_picture(each) for each in large])
    assert back.dtype == np.float32
    difference = np.abs(back - images[..., 0])
    assert np.median(difference) == 0
    assert (difference.max(axis=(1, 2)) < 0.02).mean() > 0.99
    right = [(recognizer.logits(each).argmax(axis=1) == labels).sum() for each in (images, back)]
    assert abs(right[0] - right[1]) <= 1


def variants(ink):
    paper = 255 - ink
    rgb = np.dstack([paper] * 3)
    black = np.dstack([np.zeros((*ink.shape, 3), np.uint8), ink])
    yield "dark on light", paper
    yield "one channel", ink[..., np.newaxis]
    yield "bool-like int", (ink > 127).astype(np.int64)
    yield "float 0 to 1", (ink / 255).astype(np.float64)
    yield "float 0 to 255", ink.astype(np.float32)
    yield "uint16", ink.astype(np.uint16) * 257
    yield "RGB", rgb
    yield "RGBA opaque", np.dstack([rgb, np.full_like(ink, 255)])
    yield "black ink on transparent", black.copy()
    black[200:260, 180:260] = 255  # a large white patch that an eraser has left
    yield "erased on transparent", black
    yield "white ink on transparent", np.dstack([np.full((*ink.shape, 3), 255, np.uint8), ink])
    for mode in ("L", "LA", "P", "RGB", "RGBA", "CMYK", "I", "F"):
        yield f"PIL {mode}", Image.fromarray(rgb).convert(mode)
    yield "PIL La", Image.fromarray(rgb).convert("LA").convert("La")
    yield "PIL 1 bit", Image.fromarray(ink).convert("1", dither=Image.Dither.NONE)
    yield "PIL 16 bit", Image.fromarray(ink.astype(np.uint16) * 257)
    yield "faint ink", (ink * 0.3).astype(np.uint8)
    yield "oblong", np.pad(paper, ((0, 60), (0, 0)), constant_values=255)


def test_the_same_picture_in_any_form_gives_the_same_image(picture):
    for kind, variant in variants(picture):
        atol = 0.25 if "1 bit" in kind or "bool" in kind else 0.03
        found, wanted = from_picture(variant), from_picture(picture)
        np.testing.assert_allclose(found, wanted, atol=atol, err_msg=kind)


def test_a_blank_picture_is_an_answer(recognizer):
    empty_sketch = {"background": None, "layers": [], "composite": None}
    colors = [Image.new("RGB", (40, 50), each) for each in ("white", "grey", "#005aff", "#ff5a00")]
    arrays = np.full((50, 40), 255, np.uint8), np.zeros((28, 28)), np.zeros((30, 30, 4), np.uint8)
    for blank in (empty_sketch, *colors, *arrays):
        assert not from_picture(blank).any()
        prediction = recognizer.recognize(blank)
        assert prediction.verdict == "blank"
        assert prediction.in_words == "I find no ink in this picture"


def test_grain_of_the_paper_is_not_ink(picture):
    rng = np.random.default_rng(0)
    noisy = np.clip(255.0 - picture + rng.uniform(-5, 5, picture.shape), 0, 255)
    assert (to_ink(open_picture(noisy))[:30] == 0).mean() > 0.999
    np.testing.assert_allclose(from_picture(noisy), from_picture(picture), atol=0.15)


ROW = np.arange(784, dtype=np.uint8)


class Connection:
    """What urlopen gives: nobody can go back in it."""

    def __init__(self, content):
        self.read = io.BytesIO(content).read

    def seek(self, place):
        raise io.UnsupportedOperation("seek")


NO_WINDOWS = pytest.mark.skipif(os.name == "nt", reason="there, a pipe has no path")


def piped(content):
    """The path of a pipe that gives some bytes."""
    reader, writer = os.pipe()
    os.write(writer, content)
    os.close(writer)
    return Path(f"/dev/fd/{reader}")


class OnGpu:
    """What a tensor on a graphics card, or one with a gradient, does."""

    def __array__(self, *types, **options):
        raise RuntimeError("Can't call numpy() on Tensor that requires grad. " * 9)


@pytest.mark.parametrize(
    ("bad", "error", "said"),
    [
        (np.zeros(5), ValueError, r"\(5,\)"),
        (np.zeros((1, 50)), ValueError, "one pixel"),
        (np.zeros((2, 28, 28)), ValueError, "one by one"),
        (np.zeros((1, 28, 28)), ValueError, r"reshape\(28, 28\)"),
        (np.append(7, ROW), ValueError, r"the first number is the label: give row\[1:\]"),
        (np.full((5, 5), np.nan), ValueError, "NaN"),
        (np.full((28, 28), 200, np.uint8).view(np.int8), ValueError, r"view\(np.uint8\)"),
        (SEVEN, ValueError, "recognize_strokes reads them"),
        ([*SEVEN, [(1, 2)]], TypeError, "recognize_strokes reads them"),
        (["a.png", "b.png"], TypeError, "several pictures, read them one by one"),
        (None, TypeError, "None"),
        (np.array([["a"]]), TypeError, "numbers"),
        ("no such picture.png", FileNotFoundError, "there is no file 'no such picture.png'"),
        ("https://example.org/7.png", ValueError, "is an address.*Download"),
        (Path("http://example.org/7.png"), ValueError, "is an address.*Download"),
        ("iVBORw0KGgo" * 900, ValueError, "the file of 7,425 bytes"),
        ("data:image/png;base64," + "%" * 9000, ValueError, "is damaged: copy all of it"),
        ("data:image/svg+xml,%3Csvg/%3E", ValueError, "SVG drawing.*screenshot"),
        (b"<?xml?><svg></svg>", ValueError, "SVG drawing.*screenshot"),
        (b"\0\0\0 ftypheic", ValueError, "HEIC photo.*as JPEG"),
        (b"%PDF-1.7", ValueError, "PDF document.*screenshot"),
        (b"<!DOCTYPE html>", ValueError, "a web page.*the picture itself"),
        (b"", ValueError, "is empty"),
        (b"x" * 9000, ValueError, "no picture file.*as PNG or JPEG"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 99, ValueError, "no picture file|cannot be opened"),
        (5, ValueError, "reads a path, an open file, a PIL image"),
        (np.frombuffer(b"\x89PNG\r\n\x1a\n", np.uint8), ValueError, r"picture.tobytes\(\)"),
        (Connection(b"<svg>"), ValueError, "SVG drawing.*screenshot"),
        pytest.param(piped(b"<svg>"), ValueError, "SVG drawing", marks=NO_WINDOWS),
        (Connection(b""), ValueError, "is empty, or was read before"),
        (OnGpu(), TypeError, r"\.cpu\(\)\.numpy\(\)"),
        (KeptDrawing([], [], 1, 1, 0.5, ""), TypeError, r"recognize_strokes\(drawing.strokes\)"),
        ({"layers": [ROW, ROW]}, TypeError, "Give the value that holds the picture"),
        (io.StringIO("x" * 9000), ValueError, "open a file with"),
        (closed_image(), ValueError, "its file is closed"),
        (Image.new("L", (0, 0)), ValueError, "at least 2 × 2 pixels"),
        (Image.fromarray(np.full((9, 9), np.nan, np.float32)), ValueError, "NaN or infinity"),
        (np.zeros((9, 9, 2), np.uint8), ValueError, r"opacity.*picture\[\.\.\., 0\]"),
        (np.zeros((1, 90, 90, 3)), ValueError, r"in a batch: picture\[0\]"),
        (np.zeros((1000, 784)), ValueError, r"rows of a table.*table\[:, -784:\].*one by one"),
        (pd.DataFrame(np.zeros((800, 785))), ValueError, "rows of a table"),
        (io.TextIOWrapper(io.BytesIO(b"<svg>" * 9)), ValueError, r"with open\(name, 'rb'\)"),
        ({"x" * 9000: 1}, TypeError, "got a dict"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str | bytes) else "",
)
def test_bad_input_is_named_in_few_words(bad, error, said):
    with pytest.raises(error, match=said) as caught:
        from_picture(bad)
    assert len(str(caught.value)) < 300


def containers(pixels, folder):
    """One image, (28, 28) uint8, in everything in which people hold it."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    content, row = file.getvalue(), pixels.ravel()
    (folder / "digit.png").write_bytes(content)
    yield from (content, bytearray(content), memoryview(content), file, io.BytesIO(content))
    yield from (folder / "digit.png", str(folder / "digit.png"), "~/digit.png")
    yield Connection(content)
    url = b"DATA:image/png;base64," + base64.encodebytes(content)
    yield from (url, url.decode(), url[22:], url[22:].decode())
    yield {"composite": {"path": "~/digit.png"}}
    yield {"background": None, "layers": [pixels], "composite": None}
    yield "data:image/png," + quote(content)
    yield from ({"background": None, "layers": [], "composite": pixels}, {"content": content})
    yield from (row, row[np.newaxis], row[:, np.newaxis], row.tolist(), [str(v) for v in row])
    yield from (pd.Series(row), pd.Series(row, dtype=object), pd.DataFrame([row]))
    yield from (pd.DataFrame(pixels, dtype="Int64"), pixels.astype(object))
    yield pixels.astype(ml_dtypes.bfloat16)
    yield from (pixels.tolist(), pixels[..., np.newaxis], np.dstack([pixels] * 3))


def test_one_image_is_the_same_in_whatever_holds_it(tmp_path, monkeypatch, mnist):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    pixels = np.uint8(np.round(255 * mnist.x_test[0, ..., 0]))
    wanted = from_picture(Image.fromarray(pixels))
    for held in containers(pixels, tmp_path):
        np.testing.assert_allclose(from_picture(held), wanted, atol=1e-5, err_msg=str(type(held)))
    with (tmp_path / "digit.png").open("rb") as file:
        np.testing.assert_array_equal(from_picture(file), wanted)


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 60), st.integers(1, 60), st.sampled_from([None, 1, 2, 3, 4, 5]))
@example(28, 28, 1)
@example(56, 14, 1)
@example(14, 56, 3)
@example(4, 28, 4)
@example(640, 2, 3)
def test_each_shape_of_a_picture_is_opened_and_no_other(height, width, channels):
    shape = (height, width) if channels is None else (height, width, channels)
    pixels = np.random.default_rng(0).integers(0, 256, shape, np.uint8)
    if min(height, width) > 1 and channels in (None, 1, 3, 4):
        assert open_picture(pixels).shape == (height, width)
    else:
        with pytest.raises(ValueError, match=re.escape(f"the picture has shape {shape}")):
            open_picture(pixels)


@pytest.mark.filterwarnings("error")
def test_a_phone_s_turn_is_applied_and_a_damaged_one_is_no_matter(tmp_path, picture):
    exif, path = Image.Exif(), tmp_path / "turned.png"
    exif[0x0112], exif[0x011A] = 6, 72.0  # the camera was turned to the right
    whole = exif.tobytes()
    odd = whole.replace(b"\x1a\1\5", b"\x1a\1\2")  # the resolution is a text
    many = b"II*\0\x08\0\0\0\1\0\x12\1\3\0\3\0\0\0\x1a\0\0\0\0\0\0\0\6\0\6\0\6\0"  # turns
    for turn, data in ((1, whole), (1, odd), (1, many), (0, b"garbage!")):
        Image.fromarray(np.rot90(255 - picture, turn)).save(path, exif=data)
        np.testing.assert_allclose(from_picture(path), from_picture(picture), atol=0.03)


def test_numbers_above_their_scale_and_standardised_and_turned_arrays_are_read(mnist, recognizer):
    image = mnist.x_test[0, ..., 0]
    scaled = [image * most for most in (1.001, 1.2, 16, 255.1, 300, 1023, 65_535.5)]
    turned = np.rot90(np.rot90(image).copy(), -1), np.asfortranarray(image), image.T.copy().T
    for array in (*scaled, (image - 0.1307) / 0.3081, *turned):
        assert recognizer.recognize(array).digit == 7
