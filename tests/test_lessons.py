"""The notebooks: their form, and the lines that stand in the package as well."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from helpers.course import (
    FOLDER,
    LESSONS,
    ROOT,
    cells,
    code_cells,
    every_lesson,
    is_only_imports,
    load,
    markdown,
    run,
)

from mnist_helpers import augmentation, build_cnn, calibration, draw_strokes, from_picture
from mnist_helpers.handwriting import write_digit
from mnist_helpers.network import conv_relu, load_weights, max_pool, softmax
from mnist_helpers.pictures.inputs import open_picture
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink

MACHINE_PATH = re.compile(r"(?:/home/|/Users/|/root/|/tmp/|\b[A-Z]:\\)\S*|" + re.escape(str(ROOT)))
MINUTES = load("minutes.py")
FURTHER, parts_of, core_words = MINUTES.FURTHER, MINUTES.parts_of, MINUTES.core_words
FOLD = re.compile(r"<details>.*?</details>", re.S)


@every_lesson
def test_committed_small_as_it_ran_and_clean_and_every_figure_has_a_text_in_its_place(path):
    assert path.stat().st_size < 1_500_000
    for number, cell in enumerate(code_cells(path), 1):
        assert cell.execution_count == number
        assert cell.source.count("\n") < 25, cell.source
        if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
            # JupyterLab and Notebook 7 fold an output, but show the first line of its first part.
            assert list(cell.outputs[0].get("data", {})) == ["image/png"], cell.id
        for output in cell.outputs:
            assert output.output_type != "error", output.evalue
            assert output.get("name") != "stderr", output.text
            words = output.get("text", "") + "".join(
                str(content)
                for kind, content in output.get("data", {}).items()
                if not kind.startswith("image/")
            )
            assert not MACHINE_PATH.search(words)
            if "image/png" in output.get("data", {}):
                assert output.metadata.get("image/png", {}).get("alt"), cell.source


def told_in_the_open(path: Path) -> Iterator[str]:
    """Yield what tells the result of a *Predict* openly: outputs and text up to the next heading.

    A pad to draw on tells nothing, and neither do the words that say what it shows.
    """
    asked = told = pad = False
    for cell in cells(path):
        if cell.cell_type == "code":
            told, pad = told or asked, "widget-view" in str(cell.outputs)
            folded = cell.metadata.get("jupyter") == {"outputs_hidden": True}
            if told and cell.outputs and not pad and not folded:
                yield cell.source
            continue
        for paragraph in re.split(r"\n\s*\n", FOLD.sub("\n\n<fold>\n\n", cell.source).strip()):
            if paragraph.startswith("#"):
                asked = told = False
            elif "**Predict" in paragraph:
                asked, told = True, False
            elif paragraph == "<fold>":
                told = told or asked  # such a question needs no cell
            elif told and not (pad and paragraph.startswith("*In words:")):
                yield paragraph
        pad = False


@every_lesson
def test_a_question_stays_a_question_until_its_cell_has_run(path):
    assert list(told_in_the_open(path)) == []


@every_lesson
def test_each_part_states_its_minutes_has_goals_and_a_recap_and_is_no_longer_than_a_lesson(path):
    words, parts = markdown(path), parts_of(path)
    assert all(part.minutes <= MINUTES.LONGEST for part in parts), [part.minutes for part in parts]
    assert re.findall(r"^\*(Reading \d+ min · doing \d+ min)", words, re.M) == [*map(str, parts)]
    core, *further = re.split(rf"^## {FURTHER}.*$", words, flags=re.M)
    parts = re.split(r"^## Part \d · ", core, flags=re.M)
    for number, part in enumerate(parts, 1):
        assert len(re.findall(r"^\*Reading .* min · computing \d+ s\. ", part, re.M)) == 1
        assert part.count("**Afterwards you can**") == 1
        recap = f"## In part {number} you" if len(parts) > 1 else "## In this lesson you"
        assert part.count(f"\n{recap}\n") == 1
        assert "*You may stop here.*" in part.rpartition(recap)[2]
    assert len(further) <= 1
    assert "\n## Your own question\n" in words
    assert cells(path)[-1].cell_type == "code"


def test_the_core_of_all_lessons_is_short():
    assert sum(map(core_words, LESSONS)) <= MINUTES.MOST_WORDS


def test_lesson_0_knows_every_lesson_with_title_and_the_minutes_of_its_parts():
    words = markdown(LESSONS[0])
    row = r"^\| \[(.*)\]\((\d\d_\w+\.ipynb)\) \|.*\| ([\d +]+) \| (\d*) ?\|$"
    lessons = []
    for path in LESSONS[1:]:
        title = re.search(r"^# (.*)", cells(path)[0].source)[1]
        minutes = [[], []]
        for part in parts_of(path):
            minutes[part.heading.startswith(FURTHER)].append(str(part.minutes))
        lessons.append((title, path.name, *map(" + ".join, minutes)))
    assert re.findall(row, words, re.M) == lessons


def test_no_lesson_needs_more_memory_than_a_small_machine_has():
    """By the record of `python benchmarks/lesson_times.py`, in megabytes."""
    record = json.loads((ROOT / "benchmarks/lesson_memory.json").read_text("utf-8"))
    assert sorted(record) == [path.stem for path in LESSONS]
    assert {name: peaks for name, peaks in record.items() if max(peaks) > 1400} == {}


def taught(number: int, *beginnings: str) -> dict:
    """Run the imports of a lesson, and its cells that begin so; return the names that they give."""
    sources = [cell.source for cell in code_cells(LESSONS[number])]
    return run([each for each in sources if is_only_imports(each) or each.startswith(beginnings)])


def test_lesson_3_builds_the_network_of_the_package():
    lesson, package = taught(3, "model = keras.Sequential(")["model"], build_cnn()
    assert lesson.input_shape == package.input_shape
    for ours, theirs in zip(lesson.layers, package.layers, strict=True):
        assert type(ours) is type(theirs)
        assert ours.get_config() | {"name": ""} == theirs.get_config() | {"name": ""}


def test_lesson_5_measures_calibration_as_the_package_does():
    rng = np.random.default_rng(5)
    sure, right = np.append(rng.random(200), 1), rng.random(201) < 0.7
    lesson = taught(5, "def calibration_error(")["calibration_error"]
    assert lesson(sure, right) == pytest.approx(calibration.calibration_error(sure, right))


def test_lesson_7_prepares_as_the_package_does():
    lesson, rng = taught(7, "def "), np.random.default_rng(7)
    for number in range(50):
        picture = draw_strokes(write_digit(number % 10, rng), pen=8 + number % 30)
        for each in (picture, 255 - picture):
            image = each
            for step in (to_ink, crop_to_ink, fit_to_box, center_by_mass):
                wanted = step(open_picture(image) if step is to_ink else image)
                image = lesson[step.__name__](image)
                assert np.allclose(image, wanted, atol=1e-5), step.__name__
            assert np.allclose(image, from_picture(each), atol=1e-5)


def test_lesson_6_augments_plans_its_steps_and_fits_a_read_out_as_the_package_does():
    lesson, rng = taught(6, "def "), np.random.default_rng(6)
    images = rng.random((20, 28, 28, 1), np.float32)
    ours, theirs = (
        augment(images, np.random.default_rng(0))
        for augment in (lesson["augment"], augmentation.augment)
    )
    assert np.allclose(ours, theirs)
    ours, theirs = (plan(100) for plan in (lesson["one_cycle"], augmentation.one_cycle))
    assert [float(ours(each)) for each in range(100)] == [float(theirs(n)) for n in range(100)]
    digits, others, fresh = (rng.normal(mean, 1, (1000, 20)) for mean in (0.8, 0.2, 0.5))
    weights, bias = lesson["fit_read_out"](digits, others)
    read_out = calibration.fit_read_out(digits, others)
    ours, theirs = fresh @ weights + bias > 0, fresh @ read_out[:-1] + read_out[-1] > 0
    assert (ours == theirs).mean() > 0.93


def test_lesson_8_computes_as_the_package_does():
    shown, weights = taught(8, "import json", "def "), load_weights()
    maps = np.random.default_rng(0).random((13, 13, 32), np.float32)
    expected = conv_relu(maps[np.newaxis], weights[2], weights[3])[0]
    np.testing.assert_allclose(shown["convolve"](maps, *weights[2:4]), expected, atol=1e-5)
    np.testing.assert_array_equal(shown["pool"](maps), max_pool(maps[np.newaxis])[0])
    scores = np.array([1.0, -2.0, 0.5])
    np.testing.assert_allclose(shown["softmax"](scores), softmax(scores))


def test_section_9_3_runs_alone(monkeypatch):
    """A teacher's plan begins a lesson there."""
    monkeypatch.chdir(FOLDER)
    section, sources = "", []
    for cell in cells(LESSONS[9]):
        if cell.cell_type == "markdown":
            section = (re.findall(r"^## (\S+)", cell.source, re.M) or [section])[-1]
        elif section == "9.3":
            sources.append(cell.source)
    assert len(run(sources)["verdicts"]) == 200
