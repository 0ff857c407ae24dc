"""The notebooks: their form, their exercises, and the lines that stand in the package as well.

How an exercise is written, so that this test finds it and can prove it:

1. a markdown cell with the heading `### Exercise N.k · …`;
2. a code cell, the skeleton, with `...` where the answer goes;
3. a code cell that calls `checks.something(…)`;
4. a markdown cell with `<details><summary>Solution</summary>` and one block of ```python.

In the folder of the notebooks, the test first runs the cells that an exercise needs. These are the
cells above it with nothing but imports (also inside `with quiet_startup():`), and those with the
tag `exercise-setup`. `np` is NumPy, and `history` is that of a training of six epochs. Then
skeleton and check must say ⏳ and never ✅. In a new run,
solution and check must say ✅ and nothing else. The solution replaces the skeleton, so it repeats
what the skeleton gives.
"""

import ast
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from helpers.scripts import load

from mnist_helpers import augmentation, build_cnn, calibration, draw_strokes, from_picture
from mnist_helpers.course import checks
from mnist_helpers.course.checks import compare
from mnist_helpers.handwriting import write_digit
from mnist_helpers.network import conv_relu, load_weights, max_pool, softmax
from mnist_helpers.pictures.inputs import open_picture
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MACHINE_PATH = re.compile(r"(?:/home/|/Users/|/root/|/tmp/|\b[A-Z]:\\)\S*|" + re.escape(str(ROOT)))
FOLD = re.compile(r"<details>.*?</details>", re.S)
MINUTES = load("minutes.py")
FURTHER, parts_of, core_words = MINUTES.FURTHER, MINUTES.parts_of, MINUTES.core_words

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


@dataclass
class Exercise:
    """What is needed to run one exercise: sources of code."""

    name: str
    setup: list[str]
    skeleton: str
    check: str
    solution: str


def read(path: Path) -> list[nbformat.NotebookNode]:
    return nbformat.read(path, as_version=4).cells


def is_only_imports(source: str) -> bool:
    def imports(node: ast.stmt) -> bool:
        if isinstance(node, ast.With):
            return all(map(imports, node.body))
        return isinstance(node, ast.Import | ast.ImportFrom)

    try:
        body = ast.parse(source).body
    except SyntaxError:  # a line for IPython, as %matplotlib
        return False
    return bool(body) and all(map(imports, body))


def exercises(path: Path) -> Iterator[Exercise]:
    setup, name, code = [], "", []
    for cell in read(path):
        if cell.cell_type == "code":
            if is_only_imports(cell.source) or "exercise-setup" in cell.metadata.get("tags", []):
                setup.append(cell.source)
            elif name:
                code.append(cell.source)
        elif heading := re.search(r"^### Exercise (\S+)", cell.source, re.M):
            name, code = f"{path.stem} {heading[1]}", []
        elif name and "<summary>Solution" in cell.source:
            (solution,) = re.findall(r"^```python\n(.*?)^```", cell.source, re.M | re.S)
            skeleton, check = code
            yield Exercise(name, list(setup), skeleton, check, solution)
            name = ""
    assert not name, f"{name} has no solution"


def run(sources: list[str]) -> dict:
    curves = {"loss": 0.1, "accuracy": 0.9, "val_loss": 0.2, "val_accuracy": 0.8}
    history = {name: [first + 0.01 * epoch for epoch in range(6)] for name, first in curves.items()}
    namespace = {"np": np, "history": history}
    for source in sources:
        exec(source, namespace)
    return namespace


def verdict(exercise, answer: str, capsys) -> str:
    """Return what the exercise's check says to an answer, given as source."""
    namespace = run([*exercise.setup, answer])
    capsys.readouterr()
    exec(exercise.check, namespace)
    plt.close("all")  # an answer may draw
    return capsys.readouterr().out


EXERCISES = [exercise for path in NOTEBOOKS for exercise in exercises(path)]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)


@every_exercise
def test_the_solution_passes_and_every_hint_can_be_reached(exercise, capsys, monkeypatch):
    """With the lesson's own numbers, where two mistakes may give one result."""
    monkeypatch.chdir(FOLDER)
    calls = []
    for module in {sys.modules[getattr(checks, each).__module__] for each in dir(checks)} | {
        compare
    }:
        for name in ("check_number", "check_array"):
            if kept := getattr(module, name, None):
                monkeypatch.setattr(module, name, partial(note_and_call, calls, kept))
    said = verdict(exercise, exercise.solution, capsys)
    assert "✅" in said
    assert "❌" not in said and "⏳" not in said
    for check, right, hints, tolerance in calls:
        fraction = right if isinstance(right, float) and right % 1 else None
        rounded = [float(f"{fraction:.{digits}g}") for digits in range(1, 7) if fraction]
        for wrong, hint in hints:
            check(wrong, right, *hints, tolerance=tolerance)
            assert hint in (said := capsys.readouterr().out), said
            assert not np.isin(wrong, rounded).all(), f"{hint} is said to a rounded answer"


def note_and_call(calls: list, check, answer, right, *hints, tolerance=1e-6) -> None:
    """Note how a check compares, and compare."""
    calls.append((check, right, hints, tolerance))
    check(answer, right, *hints, tolerance=tolerance)


@every_exercise
def test_the_skeleton_does_not_pass(exercise, capsys, monkeypatch):
    monkeypatch.chdir(FOLDER)
    said = verdict(exercise, exercise.skeleton, capsys)
    assert "⏳" in said
    assert "✅" not in said


@every_notebook
def test_committed_as_it_ran_from_top_to_bottom(path):
    code = [cell for cell in read(path) if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


@every_notebook
def test_outputs_are_clean(path):
    for cell in read(path):
        for output in cell.get("outputs", []):
            assert output.output_type != "error", output.evalue
            assert output.get("name") != "stderr", output.text
            words = output.get("text", "") + "".join(
                str(content)
                for kind, content in output.get("data", {}).items()
                if not kind.startswith("image/")
            )
            assert not MACHINE_PATH.search(words)


@every_notebook
def test_every_picture_has_a_text_in_its_place(path):
    for cell in read(path):
        for output in cell.get("outputs", []):
            if "image/png" in output.get("data", {}):
                assert output.metadata.get("image/png", {}).get("alt"), cell.source
        if cell.cell_type == "markdown":
            assert "![](" not in cell.source
            for tag in re.findall(r"<img[^>]*>", cell.source):
                assert re.search(r"alt=\"[^\"]", tag), tag


@every_notebook
def test_has_the_parts_of_a_lesson(path):
    words = "\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")
    number = int(path.stem[:2])
    assert re.match(rf"# {number} · \S", words)
    assert len(re.findall(r"^# ", words, re.M)) == 1
    for part in (
        r"^\*Reading \d+ min · doing \d+ min · computing \d+ s\. You need: ",
        r"^\*\*Afterwards you can\*\*",
        rf"^## {number}\.1 ",
        rf"^### Exercise {number}\.1 · ",
        r"\*\*Predict\.\*\*",
        r"^## In (this lesson|part \d) you",
        r"^\*\*Quiz\.\*\*",
        r"<summary>Answer</summary>",
        r"^## Your own question$",
    ):
        assert re.search(part, words, re.M), part
    assert read(path)[-1].cell_type == "code"


@every_notebook
def test_cells_and_file_are_small(path):
    for cell in read(path):
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 25, cell.source
    assert path.stat().st_size < 1_500_000


def told_in_the_open(path: Path) -> Iterator[str]:
    """Yield what tells the result of a *Predict* openly: outputs and text up to the next heading.

    A pad to draw on tells nothing, and neither do the words that say what it shows.
    """
    asked = told = pad = False
    for cell in read(path):
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


@every_notebook
def test_a_question_stays_a_question_until_its_cell_has_run(path):
    assert list(told_in_the_open(path)) == []


@every_notebook
def test_a_folded_output_shows_nothing_of_itself(path):
    """JupyterLab and Notebook 7 fold an output, but still show the first line of its first part."""
    for cell in read(path):
        if cell.metadata.get("jupyter", {}).get("outputs_hidden"):
            assert list(cell.outputs[0].get("data", {})) == ["image/png"], cell.id


@every_notebook
def test_the_first_code_cell_is_folded(path):
    """Nine lines about Colab are no way to begin a lesson."""
    metadata = read(path)[1].metadata
    assert metadata.jupyter.source_hidden and metadata.cellView == "form"


@every_notebook
def test_each_part_has_minutes_goals_and_a_recap_of_its_own(path):
    words = "\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")
    core, *further = re.split(rf"^## {FURTHER}.*$", words, flags=re.M)
    parts = re.split(r"^## Part \d · ", core, flags=re.M)
    for number, part in enumerate(parts, 1):
        assert len(re.findall(r"^\*Reading .* min · computing \d+ s\. ", part, re.M)) == 1
        assert part.count("**Afterwards you can**") == 1
        recap = f"## In part {number} you" if len(parts) > 1 else "## In this lesson you"
        assert part.count(f"\n{recap}\n") == 1
        assert "*You may stop here.*" in part.rpartition(recap)[2]
    assert len(further) <= 1


def test_the_minutes_of_a_part_are_counted_from_what_it_holds(tmp_path):
    part = "one two <!--result a--> [three](http://a/b) ![four](c.png)\n" + "word " * 57
    exercise = "### Exercise 1.1 · Five words here\n*Core.* Six?"
    fold = "<details><summary>{}</summary>\n\nmore words\n</details>"
    text = [part, exercise, fold.format("Solution"), fold.format("After you have run it")]
    drawing = nbformat.v4.new_output("display_data", {"image/png": "A"})
    cover = nbformat.v4.new_output("display_data", {"image/png": "A"}, metadata={"cover": 1})
    cells = [
        nbformat.v4.new_code_cell("import colab", metadata={"tags": ["first-cell"]}),
        nbformat.v4.new_markdown_cell("\n\n".join(text)),
        nbformat.v4.new_code_cell("a = 1\n\na", outputs=[cover, drawing]),
        nbformat.v4.new_markdown_cell(f"**Predict.** What?\n\n## {FURTHER} · more\n\nEnd."),
    ]
    lesson = tmp_path / "lesson.ipynb"
    lesson.write_text(nbformat.writes(nbformat.v4.new_notebook(cells=cells)))
    core, further = parts_of(lesson)
    fold_after_a_run = 7  # with its summary
    assert core_words(lesson) == core.words - fold_after_a_run
    assert (core.lines, core.figures, core.predicts, core.exercises) == (2, 2, 1, 5)
    assert (core.words, core.reading, core.doing) == (3 + 57 + 7 + 7 + 2, 2, 6)
    assert (further.words, further.minutes) == (4, 1)


@every_notebook
def test_no_part_is_longer_than_a_school_lesson_and_each_states_its_minutes(path):
    parts = parts_of(path)
    assert all(part.minutes <= MINUTES.LONGEST for part in parts), [part.minutes for part in parts]
    words = "\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")
    assert re.findall(r"^\*(Reading \d+ min · doing \d+ min)", words, re.M) == [*map(str, parts)]


def test_the_core_of_all_lessons_is_short():
    assert sum(map(core_words, NOTEBOOKS)) <= MINUTES.MOST_WORDS


def test_lesson_0_knows_every_lesson_with_title_and_the_minutes_of_its_parts():
    words = "\n".join(cell.source for cell in read(FOLDER / "00_start_here.ipynb"))
    row = r"^\| \[(.*)\]\((\d\d_\w+\.ipynb)\) \|.*\| ([\d +]+) \| (\d*) ?\|$"
    lessons = []
    for path in NOTEBOOKS[1:]:
        title = re.search(r"^# (.*)", read(path)[0].source)[1]
        minutes = [[], []]
        for part in parts_of(path):
            minutes[part.heading.startswith(FURTHER)].append(str(part.minutes))
        lessons.append((title, path.name, *map(" + ".join, minutes)))
    assert re.findall(row, words, re.M) == lessons


def test_no_lesson_needs_more_memory_than_a_small_machine_has():
    """By the record of `python benchmarks/lesson_times.py`, in megabytes."""
    record = json.loads((ROOT / "benchmarks/lesson_memory.json").read_text("utf-8"))
    assert sorted(record) == [path.stem for path in NOTEBOOKS]
    assert {name: peaks for name, peaks in record.items() if max(peaks) > 1400} == {}


def test_lesson_3_builds_the_network_of_the_package():
    cells = [cell.source for cell in read(FOLDER / "03_build_the_cnn.ipynb")]
    (building,) = [source for source in cells if source.startswith("model = keras.Sequential(")]
    imports = [source for source in cells if is_only_imports(source)]
    lesson, package = run([*imports, building])["model"], build_cnn()
    assert lesson.input_shape == package.input_shape
    for ours, theirs in zip(lesson.layers, package.layers, strict=True):
        assert type(ours) is type(theirs)
        assert ours.get_config() | {"name": ""} == theirs.get_config() | {"name": ""}


def test_lesson_5_measures_calibration_as_the_package_does():
    cells = [cell.source for cell in read(FOLDER / "05_inspect_errors.ipynb")]
    (definition,) = [source for source in cells if "def calibration_error(" in source]
    rng = np.random.default_rng(5)
    sure, right = np.append(rng.random(200), 1), rng.random(201) < 0.7
    lesson = run([definition])["calibration_error"]
    assert lesson(sure, right) == pytest.approx(calibration.calibration_error(sure, right))


def test_lesson_7_prepares_as_the_package_does():
    setup = [
        cell.source
        for cell in read(FOLDER / "07_from_drawing_to_mnist.ipynb")
        if "exercise-setup" in cell.metadata.get("tags", [])
    ]
    lesson, rng = run(setup), np.random.default_rng(7)
    for number in range(50):
        picture = draw_strokes(write_digit(number % 10, rng), pen=8 + number % 30)
        for each in (picture, 255 - picture):
            image = each
            for step in (to_ink, crop_to_ink, fit_to_box, center_by_mass):
                wanted = step(open_picture(image) if step is to_ink else image)
                image = lesson[step.__name__](image)
                assert np.allclose(image, wanted, atol=1e-5), step.__name__
            assert np.allclose(image, from_picture(each), atol=1e-5)


def test_lesson_6_augments_and_plans_its_steps_as_the_package_does():
    cells = [cell.source for cell in read(FOLDER / "06_train_better.ipynb")]
    imports = [source for source in cells if is_only_imports(source)]
    names = ("move", "augment", "one_cycle")
    definitions = [s for s in cells if any(s.startswith(f"def {name}(") for name in names)]
    lesson = run([*imports, *definitions])
    images = np.random.default_rng(6).random((20, 28, 28, 1), np.float32)
    ours, theirs = (
        augment(images, np.random.default_rng(0))
        for augment in (lesson["augment"], augmentation.augment)
    )
    assert np.allclose(ours, theirs)
    ours, theirs = (plan(100) for plan in (lesson["one_cycle"], augmentation.one_cycle))
    assert [float(ours(step)) for step in range(100)] == [
        float(theirs(step)) for step in range(100)
    ]


def test_lesson_6_fits_a_read_out_that_decides_as_the_package_does():
    cells = [cell.source for cell in read(FOLDER / "06_train_better.ipynb")]
    names = ("sigmoid", "fit_read_out")
    lesson = run([s for s in cells if any(s.startswith(f"def {name}(") for name in names)])
    rng = np.random.default_rng(6)
    digits, others, fresh = (rng.normal(mean, 1, (1000, 20)) for mean in (0.8, 0.2, 0.5))
    weights, bias = lesson["fit_read_out"](digits, others)
    read_out = calibration.fit_read_out(digits, others)
    ours, theirs = fresh @ weights + bias > 0, fresh @ read_out[:-1] + read_out[-1] > 0
    assert (ours == theirs).mean() > 0.93


def test_lesson_8_computes_as_the_package_does():
    cells = [cell.source for cell in read(FOLDER / "08_export_the_model.ipynb")]
    sources = [source for source in cells if source.startswith(("import json", "def "))]
    shown = run(sources)
    weights = load_weights()
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
    for cell in read(FOLDER / "09_drawing_pad.ipynb"):
        if cell.cell_type == "markdown":
            section = (re.findall(r"^## (\S+)", cell.source, re.M) or [section])[-1]
        elif section == "9.3":
            sources.append(cell.source)
    namespace = {}
    for source in sources:
        exec(source, namespace)
    assert len(namespace["verdicts"]) == 200
