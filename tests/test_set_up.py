"""Lesson 0's check: complete if all is well, and otherwise it says what to do."""

import importlib.metadata
import json
import shutil
import subprocess
import sys
from types import SimpleNamespace

import pytest

from mnist_helpers import assets
from mnist_helpers.course import set_up
from mnist_helpers.course.set_up import setup


def test_the_set_up_is_complete_here(capsys):
    setup()
    said = capsys.readouterr().out
    assert "❌" not in said
    assert "Everything is here" in said
    assert "%pip" not in said


@pytest.fixture
def no_network(monkeypatch):
    """The set-up's check without the parts that need TensorFlow."""
    monkeypatch.setattr(set_up, "_network", lambda: "")
    monkeypatch.setattr(set_up, "_keras_settings", lambda: "")


def test_an_old_and_a_missing_package_are_installed_by_one_line(monkeypatch, no_network, capsys):
    def version(name: str) -> str:
        if name == "tqdm":
            raise importlib.metadata.PackageNotFoundError(name)
        return "0.9.0" if name == "ipycanvas" else importlib.metadata.version(name)

    monkeypatch.setattr(set_up, "version", version)
    setup()
    said = capsys.readouterr().out
    assert said.count("❌") == 2
    assert "❌ ipycanvas" in said and "version 0.9.0 is here, wanted >=0.13.3" in said
    assert "❌ tqdm" in said and "not installed, wanted tqdm>=4.66.3" in said
    assert '    %pip install "ipycanvas>=0.13.3" "tqdm>=4.66.3"\n' in said
    assert "uninstall" not in said
    assert "Restart Kernel" in said


def test_an_old_python_is_not_mended_by_packages(monkeypatch, no_network, capsys):
    monkeypatch.setattr(set_up.platform, "python_version", lambda: "3.9.1")
    setup()
    said = capsys.readouterr().out
    assert "version 3.9.1 is here, wanted >=3.11" in said
    assert "install a Python" in said and "%pip" not in said


@pytest.fixture
def keras_config(monkeypatch, tmp_path):
    """Keras's settings, with an empty folder for its file; they are afterwards as before."""
    from keras import config

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    before = config.image_data_format(), config.dtype_policy(), config.floatx()
    yield config
    config.set_image_data_format(before[0])
    config.set_floatx(before[2])
    config.set_dtype_policy(before[1])


@pytest.mark.parametrize(
    ("setting", "wrong", "where"),
    [
        ("KERAS_BACKEND", "torch", "the variable KERAS_BACKEND: remove it where your system sets"),
        ("backend", "jax", 'keras.json: write "backend": "tensorflow" there'),
        ("image_data_format", "channels_first", 'write "image_data_format": "channels_last" there'),
        ("floatx", "float16", 'write "floatx": "float32" there'),
        ("dtype_policy", "mixed_float16", "keras.config.set_dtype_policy in this notebook: take"),
    ],
)
def test_a_setting_of_keras_is_named_with_its_place(
    monkeypatch, keras_config, tmp_path, capsys, setting, wrong, where
):
    if setting.isupper():
        monkeypatch.setenv(setting, wrong)
    elif setting != "dtype_policy":
        (tmp_path / "keras.json").write_text(json.dumps({setting: wrong}), "utf-8")
    if setting in ("image_data_format", "floatx", "dtype_policy"):
        getattr(keras_config, f"set_{setting}")(wrong)
    setup()
    said = capsys.readouterr().out
    (line,) = [line for line in said.splitlines() if line.startswith("❌")]
    assert f"is {wrong!r}, wanted '" in line and where in line
    assert "Restart Kernel" in said and "%pip" not in said


def test_a_package_that_does_not_load_is_named_and_only_that_is_replaced(tmp_path):
    (tmp_path / "numpy.py").write_text("raise ImportError('a library\\nis gone')", "utf-8")
    program = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
    program += "from mnist_helpers import checks; checks.setup()"
    said = subprocess.check_output([sys.executable, "-c", program], encoding="utf-8")
    (line,) = [line for line in said.splitlines() if line.startswith("❌ numpy ")]
    assert "is installed, but does not load: ImportError: a library is gone" in line
    wanted = importlib.metadata.requires("mnist-helpers")
    requirement = next(each for each in wanted if each.startswith("numpy")).split(";")[0]
    assert f'    %pip uninstall -y numpy\n    %pip install "{requirement}"\n' in said
    assert "✅ ipywidgets" in said


@pytest.mark.parametrize(
    ("file", "fault", "line"),
    [
        ("mnist.npz", "missing", "MNIST"),
        ("mnist.npz", "damaged", "MNIST"),
        ("weights.npz", "damaged", "recogniser"),
        ("read_out.npy", "damaged", "recogniser"),
    ],
)
@pytest.mark.usefixtures("no_network")
def test_a_file_that_is_not_as_published_is_restored(
    monkeypatch, tmp_path, capsys, file, fault, line
):
    shutil.copytree(assets.FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / file).unlink()
    if fault == "damaged":
        (tmp_path / file).write_bytes(b"no")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    setup()
    said = capsys.readouterr().out
    (wrong,) = [each for each in said.splitlines() if each.startswith("❌")]
    assert wrong.startswith(f"❌ {line} ")
    assert f"{file} is {fault}" in wrong and "git checkout -- " in wrong
    assert "each line with ❌ says it" in said
    assert "%pip" not in said


@pytest.mark.usefixtures("no_network")
def test_foreign_weights_are_noticed(monkeypatch, capsys):
    one = SimpleNamespace(recognize_strokes=lambda strokes: SimpleNamespace(digit=1))
    monkeypatch.setattr("mnist_helpers.recognizer.Recognizer.load", lambda: one)
    setup()
    assert "reads a drawn 7 as 1" in capsys.readouterr().out
