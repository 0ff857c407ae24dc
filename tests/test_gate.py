"""What the web app lets in, and with which words it refuses the rest."""

import base64
import io
import math
import time
import zlib

import numpy as np
import pytest
from PIL import Image
from starlette.datastructures import Headers

from mnist_helpers.app import received
from mnist_helpers.app.callers import is_foreign, is_known_name
from mnist_helpers.app.received import (
    MAX_BYTES,
    MAX_STROKES,
    check_strokes,
    check_times,
    open_picture,
)
from mnist_helpers.drawing import MAX_POINTS

LINE = [[140, 60], [140, 220]]
NO_STROKES = {
    "text": "7",
    "nothing": None,
    "an object": {"strokes": []},
    "points instead of strokes": LINE,
    "a number as a point": [[1, 2]],
    "three coordinates": [[[1, 2, 3]]],
    "a coordinate in quotes": [[[1, "2"]]],
    "true": [[[1, True]]],
    "not a number": [[[1, math.nan]]],
    "infinity": [[[math.inf, 1]]],
    "a number of 400 digits": [[[10**400, 1]]],
    "too many strokes": [[]] * (MAX_STROKES + 1),
    "too many points": [[[1, 2]] * (MAX_POINTS + 1)],
}
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def as_text(content):
    return base64.b64encode(content).decode()


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def grey(width=300, height=200):
    return Image.fromarray(np.arange(width * height).reshape(height, width).astype(np.uint8))


def bomb(side):
    """A small PNG file that decodes to side × side pixels, or says so."""
    head = b"IHDR" + side.to_bytes(4) + side.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    content = bytearray(saved(Image.new("1", (100, 100)), "PNG"))
    content[12:33] = head + zlib.crc32(head).to_bytes(4)
    return bytes(content)


NO_PICTURE = {
    "a number": (7, "wanted a picture"),
    "a list": ([1, 2], "wanted a picture"),
    "no base64": ("not base64!", "base64"),
    "letters beyond ASCII": ("4\u00e9\u00e9\u00e9", "base64"),
    "nothing": ("", "cannot be read as a picture"),
    "SVG": (as_text(SVG), "cannot be read as a picture"),
    "text": (as_text(b"7"), "cannot be read as a picture"),
    "GIF": (as_text(saved(grey(), "GIF")), "cannot be read as a picture"),
    "animated GIF": (
        as_text(saved(grey(), "GIF", save_all=True, append_images=[grey()])),
        "cannot be read as a picture",
    ),
    "animated PNG": (
        as_text(saved(grey(), "PNG", save_all=True, append_images=[Image.new("L", (300, 200))])),
        "animated",
    ),
    "animated WebP": (
        as_text(saved(grey(), "WEBP", save_all=True, append_images=[Image.new("L", (300, 200))])),
        "animated",
    ),
    "TIFF": (as_text(saved(grey(), "TIFF")), "cannot be read as a picture"),
    "half a PNG": (as_text(saved(grey(), "PNG")[:-900]), "damaged"),
    "half a JPEG": (as_text(saved(grey(), "JPEG")[:900]), "damaged"),
    "the start of a PNG": (
        as_text(saved(grey(), "PNG")[:20]),
        "damaged|cannot be read as a picture",
    ),
    "too many pixels": (as_text(bomb(5_001)), "at most 25,000,000"),
    "a bomb": (as_text(bomb(30_000)), "at most 25,000,000"),
    "too many bytes": ("A" * (MAX_BYTES * 4 // 3 + 2_000), "too large"),
}


@pytest.mark.parametrize("strokes", NO_STROKES.values(), ids=NO_STROKES.keys())
def test_what_is_no_list_of_strokes_is_refused(strokes):
    with pytest.raises(ValueError, match=r"wanted|came in|not \[x, y\]") as refused:
        check_strokes(strokes)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("strokes", [[], [[]], [LINE], [[[5, 5]]], [LINE] * MAX_STROKES])
def test_strokes_pass_as_they_are(strokes):
    assert check_strokes(strokes) is strokes


@pytest.mark.parametrize("times", [[[0, 0.5]], [[1e-3, 86_400]], [[3, 2]]])
def test_times_pass_as_they_are(times):
    assert check_times(times, [LINE]) is times


@pytest.mark.parametrize(
    "times", [None, 7, [], [0, 1], [[0]], [[0, 1], []], [[0, "1"]], [[0, math.nan]], [[0, 1e9]]]
)
def test_times_that_do_not_fit_are_refused(times):
    with pytest.raises(ValueError, match="one, in seconds, for each point"):
        check_times(times, [LINE])


@pytest.mark.parametrize(("text", "words"), NO_PICTURE.values(), ids=NO_PICTURE.keys())
def test_what_is_no_picture_is_refused(text, words):
    with pytest.raises(ValueError, match=words) as refused:
        open_picture(text)
    assert len(str(refused.value)) < 120


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_pictures_are_opened_whatever_their_kind(kind):
    opened = open_picture(as_text(saved(grey(), kind, quality=95)))
    assert opened.size == (300, 200)
    error = np.asarray(opened.convert("L")).astype(int) - np.asarray(grey())
    assert np.median(np.abs(error)) < 4


def test_a_picture_becomes_small_and_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = open_picture(as_text(saved(grey(4_000, 2_000), "JPEG", exif=exif)))
    assert opened.size == (800, 1_600)


@pytest.mark.parametrize("line", [76, 4])
def test_base64_may_be_wrapped_and_may_be_a_data_url(line):
    text = as_text(saved(grey(), "PNG"))
    wrapped = "\n".join(text[i : i + line] for i in range(0, len(text), line)) + "\n"
    for each in (wrapped, f"data:image/png;base64,{text}", f"data:image/png;base64,{wrapped}"):
        assert open_picture(each).size == (300, 200)


def scan_bomb(side, scans):
    """A progressive JPEG whose last scan is repeated."""
    file = io.BytesIO()
    Image.new("L", (side, side), 200).save(file, "JPEG", progressive=True)
    content = file.getvalue()
    last = content[content.rindex(b"\xff\xda") : content.rindex(b"\xff\xd9")]
    return content[:-2] + last * scans + b"\xff\xd9"


@pytest.mark.parametrize(("side", "scans"), [(5000, 100), (3000, 2000), (1000, 20_000)])
def test_a_jpeg_that_is_painted_over_and_over_is_refused_before_it_is_decoded(side, scans):
    start = time.process_time()
    with pytest.raises(ValueError, match="takes too long"):
        open_picture(as_text(scan_bomb(side, scans)))
    assert time.process_time() - start < 2  # decoding takes minutes


def test_the_clock_stops_a_decoder_that_has_too_much_to_do(monkeypatch):
    monkeypatch.setattr(received, "_MAX_WORK", 1e12)  # as if nobody had counted
    monkeypatch.setattr(received, "_LONGEST", 0.3)
    with pytest.raises(ValueError, match="takes too long"):
        open_picture(as_text(scan_bomb(5000, 1000)))


def test_an_ordinary_progressive_jpeg_is_read():
    file = io.BytesIO()
    Image.effect_noise((4000, 3000), 90).save(file, "JPEG", progressive=True, quality=30)
    assert max(open_picture(as_text(file.getvalue())).size) == 1600


@pytest.mark.parametrize(
    ("host", "is_known"),
    [
        ("localhost:7860", True),
        ("127.0.0.1:7860", True),
        ("[::1]:7860", True),
        ("192.168.1.5:7860", True),
        ("abc.gradio.live", True),
        ("digits.school.example", False),
        ("rebind.example:7860", False),
        ("127.0.0.1.evil.example", False),
        ("", False),
    ],
)
def test_a_name_that_somebody_else_lets_point_here_is_not_known(host, is_known):
    assert is_known_name(host) == is_known


def test_a_name_that_was_given_is_known():
    assert is_known_name("digits.school.example", ("digits.school.example",))


@pytest.mark.parametrize(
    ("origin", "is_evil"),
    [
        (None, False),
        ("http://192.168.1.5:7860", False),
        ("http://evil.example", True),
        ("http://192.168.1.5:8000", True),
        ("null", True),
    ],
)
def test_a_page_of_another_site_is_foreign(origin, is_evil):
    sent = {"host": "192.168.1.5:7860"} | ({} if origin is None else {"origin": origin})
    assert is_foreign(Headers(sent)) == is_evil
