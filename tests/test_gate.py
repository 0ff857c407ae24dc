"""What the web app lets in, and with which words it refuses the rest."""

import base64
import io
import math
import struct

import numpy as np
import pytest
from PIL import Image, ImageFile

from mnist_helpers.app.received import MAX_STROKES, check_strokes, check_times
from mnist_helpers.pictures import received
from mnist_helpers.pictures.inputs import open_picture
from mnist_helpers.pictures.received import MAX_BYTES, decode_picture

LINE = [[140, 60], [140, 220]]


def as_text(content):
    return base64.b64encode(content).decode()


def saved(image, kind, **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def grey(width=300, height=200):
    return Image.fromarray(np.arange(width * height).reshape(height, width).astype(np.uint8))


def test_strokes_and_times_pass_as_they_are_and_times_that_do_not_fit_are_refused():
    for strokes in ([], [[]], [LINE], [[[5, 5]]], [LINE] * MAX_STROKES):
        assert check_strokes(strokes) is strokes
    for times in ([[0, 0.5]], [[1e-3, 86_400]], [[3, 2]]):
        assert check_times(times, [LINE]) is times
    no_times = [None, 7, [], [0, 1], [[0]], [[0, 1], []], [[0, "1"]], [[0, math.nan]], [[0, 1e9]]]
    for times in no_times:
        with pytest.raises(ValueError, match="one, in seconds, for each point"):
            check_times(times, [LINE])


def test_pictures_are_opened_whatever_their_kind_and_become_small_and_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    for kind in ("PNG", "JPEG", "WEBP"):
        opened = decode_picture(as_text(saved(grey(), kind, quality=95)))
        assert opened.size == (300, 200)
        error = np.asarray(opened.convert("L")).astype(int) - np.asarray(grey())
        assert np.median(np.abs(error)) < 4
        for given, upright in (((300, 200), (300, 200)), ((4_000, 2_000), (800, 400))):
            opened = decode_picture(as_text(saved(grey(*given), kind, exif=exif)))
            assert max(opened.size) <= 1_600 and open_picture(opened).shape == upright


def test_a_picture_of_too_many_bytes_is_refused():
    for text in ("A" * (MAX_BYTES * 4 // 3 + 2_000), "data:," + "%" * 1_000_000):
        with pytest.raises(ValueError, match="too large"):
            decode_picture(text)


@pytest.mark.parametrize("line", [76, 4])
def test_base64_may_be_wrapped_and_may_be_a_data_url(line):
    text = as_text(saved(grey(), "PNG"))
    wrapped = "\n".join(text[i : i + line] for i in range(0, len(text), line)) + "\n"
    for each in (wrapped, f" DATA:image/png;base64,{text}", f"data:image/png;base64,{wrapped}"):
        assert decode_picture(each).size == (300, 200)


def scan_bomb(side, scans):
    """A progressive JPEG whose last scan is repeated."""
    file = io.BytesIO()
    Image.new("L", (side, side), 200).save(file, "JPEG", progressive=True)
    content = file.getvalue()
    last = content[content.rindex(b"\xff\xda") : content.rindex(b"\xff\xd9")]
    return content[:-2] + last * scans + b"\xff\xd9"


def as_two_pictures(jpeg):
    """A JPEG with the head that phones write before a second picture; Pillow calls it MPO."""
    numbers = [(0xB000, 7, 4, b"0100"), (0xB001, 4, 1, (2).to_bytes(4, "little"))]
    numbers.append((0xB002, 7, 32, (50).to_bytes(4, "little")))
    entries = b"".join(struct.pack("<HHI", *each[:3]) + each[3] for each in numbers)
    place = struct.pack("<IIIHH", 0x030000, len(jpeg), 0, 0, 0)
    head = b"MPF\0II*\0" + struct.pack("<IH", 8, 3) + entries + bytes(4) + 2 * place
    return jpeg[:2] + b"\xff\xe2" + (len(head) + 2).to_bytes(2) + head + jpeg[2:]


@pytest.mark.parametrize(("side", "scans"), [(5000, 100), (1000, 20_000)])
def test_a_jpeg_that_is_painted_over_and_over_is_not_decoded(side, scans, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda picture: pytest.fail("decoded"))
    for content in (scan_bomb(side, scans), as_two_pictures(scan_bomb(side, scans))):
        with pytest.raises(ValueError, match="takes too long"):
            decode_picture(as_text(content))


def test_the_clock_stops_a_decoder_that_has_too_much_to_do(monkeypatch):
    monkeypatch.setattr(received, "_MAX_WORK", 1e12)  # as if nobody had counted
    for longest, content in ((0.3, scan_bomb(5000, 1000)), (-1, saved(grey(), "PNG"))):
        monkeypatch.setattr(received, "_LONGEST", longest)
        with pytest.raises(ValueError, match="takes too long"):
            decode_picture(as_text(content))


def test_an_ordinary_progressive_jpeg_is_read_and_one_with_a_second_picture():
    photo = saved(Image.effect_noise((4000, 3000), 90), "JPEG", progressive=True, quality=30)
    assert Image.open(io.BytesIO(as_two_pictures(photo))).format == "MPO"
    for content in (photo, as_two_pictures(photo)):
        assert max(decode_picture(as_text(content)).size) == 1600
