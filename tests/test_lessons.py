"""The notebooks: their form, their exercises, and the lines that stand in the package as well.

How an exercise is written, so that this test finds it and can prove it:

1. a markdown cell with the heading `### Exercise N.k · …`;
2. a code cell, the skeleton, with `...` where the answer goes;
3. a code cell that calls `checks.something(…)`;
4. a markdown cell with `<details><summary>Solution</summary>` and one block of ```python.

In the folder of the notebooks, the test first runs the cells that an exercise needs. These are the
cells above it with nothing but imports (also inside `with quiet_startup():`), and those with the
tag `exercise-setup`. `np` is NumPy. Then skeleton and check must say ⏳ and never ✅. In a new run,
solution and check must say ✅ and nothing else. The solution replaces the skeleton, so it repeats
what the skeleton gives.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np
import pytest

from mnist_helpers import augmentation, build_cnn, calibration, draw_strokes, from_picture
from mnist_helpers.handwriting import write_digit
from mnist_helpers.network import conv_relu, load_weights, max_pool, softmax
from mnist_helpers.preprocessing import center_by_mass, crop_to_ink, fit_to_box, to_ink

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
MACHINE_PATH = re.compile(r"(?:/home/|/Users/|/root/|/tmp/|\b[A-Z]:\\)\S*|" + re.escape(str(ROOT)))
PART_MINUTES = re.compile(r"^\*Reading (\d+) min · doing (\d+) min · computing \d+ s\. ", re.M)

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
    namespace = {"np": np}
    for source in sources:
        exec(source, namespace)
    return namespace


def verdict(exercise, answer: str, capsys) -> str:
    """Return what the exercise's check says to an answer, given as source."""
    namespace = run([*exercise.setup, answer])
    capsys.readouterr()
    exec(exercise.check, namespace)
    return capsys.readouterr().out


EXERCISES = [exercise for path in NOTEBOOKS for exercise in exercises(path)]
every_exercise = pytest.mark.parametrize("exercise", EXERCISES, ids=lambda each: each.name)


@every_exercise
def test_the_solution_passes(exercise, capsys, monkeypatch):
    monkeypatch.chdir(FOLDER)
    said = verdict(exercise, exercise.solution, capsys)
    assert "✅" in said
    assert "❌" not in said and "⏳" not in said


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
    ):
        assert re.search(part, words, re.M), part


@every_notebook
def test_cells_and_file_are_small(path):
    for cell in read(path):
        if cell.cell_type == "code":
            assert len(cell.source.splitlines()) <= 25, cell.source
    assert path.stat().st_size < 1_500_000


@every_notebook
def test_what_is_to_be_predicted_is_hidden_until_it_is_run(path):
    """JupyterLab and Notebook 7 fold an output, but still show the first line of its first part."""
    cells = read(path)
    for place, cell in enumerate(cells):
        _, predict, question = cell.source.partition("**Predict.**")
        if cell.cell_type != "markdown" or not predict or "<details>" in question:
            continue
        after = cells[place + 1 : place + 4]
        shown = [each for each in after if each.cell_type == "code" and each.outputs]
        if shown and "widget-view" not in str(shown[0].outputs):  # a pad to draw on is no answer
            assert shown[0].metadata.get("jupyter") == {"outputs_hidden": True}, cell.id
            assert list(shown[0].outputs[0].get("data", {})) == ["image/png"], cell.id


@every_notebook
def test_each_part_has_minutes_goals_and_a_recap_of_its_own(path):
    words = "\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")
    parts = re.split(r"^## Part \d · ", words, flags=re.M)
    for number, part in enumerate(parts, 1):
        assert len(PART_MINUTES.findall(part)) == 1
        assert part.count("**Afterwards you can**") == 1
        recap = f"## In part {number} you" if len(parts) > 1 else "## In this lesson you"
        assert part.count(f"\n{recap}\n") == 1
    for part in parts[:-1]:
        assert "*This is a good place to stop.*" in part.rpartition("## In part ")[2]


def test_lesson_0_knows_every_lesson_with_title_and_the_minutes_of_its_parts():
    words = "\n".join(cell.source for cell in read(FOLDER / "00_start_here.ipynb"))
    table = re.findall(r"^\| \[(.*)\]\((\d\d_\w+\.ipynb)\) \|.*\| ([\d +]+) \|$", words, re.M)
    lessons = []
    for path in NOTEBOOKS[1:]:
        words = "\n".join(cell.source for cell in read(path) if cell.cell_type == "markdown")
        (title,) = re.findall(r"^# (.*)", words, re.M)
        minutes = [str(int(reading) + int(doing)) for reading, doing in PART_MINUTES.findall(words)]
        lessons.append((title, path.name, " + ".join(minutes)))
    assert table == lessons


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
                wanted = step(image)
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
