"""Files for other runtimes: whole, proved without TensorFlow, refused if damaged."""

import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from helpers import families
from helpers.small_disk import fill_up

from mnist_helpers import Recognizer, build_cnn, load_cnn, load_mnist
from mnist_helpers.assets import load_results
from mnist_helpers.export import export_html, export_model, proof, prove
from mnist_helpers.export.proof import read_file
from mnist_helpers.learning.weight_history import KeepWeights, load_epochs
from mnist_helpers.model import keras
from mnist_helpers.network import NumpyCnn, softmax
from mnist_helpers.own_network.keras_network import KerasNetwork
from mnist_helpers.own_network.outputs import KINDS, as_logits


@pytest.fixture(scope="module")
def folder(recognizer, tmp_path_factory):
    """The shipped network in every format that is a file."""
    folder = tmp_path_factory.mktemp("exported")
    for name in ("cnn.keras", "cnn.npz", "cnn.onnx", "cnn.tflite"):
        export_model(recognizer, folder / name)
    export_model(recognizer, folder / "small.tflite", int8=True)
    return folder


@pytest.fixture
def few(monkeypatch):
    """Fewer test images to prove with."""
    mnist = load_mnist()
    small = replace(mnist, x_test=mnist.x_test[:300], y_test=mnist.y_test[:300])
    monkeypatch.setattr(proof, "load_part", lambda part: (small.x_test, small.y_test))
    return small


@pytest.fixture
def here(few, monkeypatch):
    """Prove in this process, which is quicker; the other program computes by the same function."""
    monkeypatch.setattr(proof, "_read_elsewhere", read_file)
    return few


def is_same(found):
    return (found.same, found.difference <= 2e-5) == (1, True)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("name", ["cnn.keras", "cnn.npz", "cnn.onnx", "cnn.tflite"])
def test_a_file_answers_elsewhere_as_it_does_here(folder, recognizer, name):
    for runtime in (None, "OpenCV") if name == "cnn.onnx" else (None,):
        found = prove(folder / name, recognizer, runtime)
        assert is_same(found), found
        assert found.size == (folder / name).stat().st_size


def test_small_integers_cost_at_most_a_tenth_of_a_point(folder, recognizer):
    small, accuracy = prove(folder / "small.tflite", recognizer), load_results()["test_accuracy"]
    assert accuracy - small.accuracy <= 0.001
    assert small.size < (folder / "cnn.tflite").stat().st_size / 3


def test_a_proof_tells_another_network_apart_by_its_largest_difference(folder, recognizer, here):
    kernel, *others = recognizer.network.weights
    other = Recognizer(NumpyCnn([kernel + 0.05, *others]))
    found = prove(folder / "cnn.onnx", other)
    by_both = [softmax(each.logits(here.x_test)) for each in (recognizer, other)]
    assert found.same < 1
    assert found.difference == pytest.approx(np.abs(np.subtract(*by_both)).max(), abs=1e-4)


@pytest.mark.parametrize("name", [*families.COMMON, "augmentation in front", "16 bits", "subclass"])
def test_any_family_leaves_as_what_it_is(name, tmp_path, here):
    """From the recogniser and from the model: each file answers as the recogniser does."""
    recognizer, model = families.recognizer(name, is_calibrated=True), families.build(name)
    output_is = name if name in KINDS else "probabilities"
    onnx = export_model(recognizer, tmp_path / "cnn.onnx")
    known = json.loads((tmp_path / "digit_reader.json").read_text("utf-8"))
    assert known["output_is"] == output_is
    assert known["accuracy"] == (load_results()["test_accuracy"] if name == "shipped" else None)
    assert known["temperature"] == recognizer.calibration.temperature
    assert len(known["preprocessing"]) == 4
    read_out = np.array([*known["read_out"]["weights"], known["read_out"]["bias"]])
    np.testing.assert_allclose(read_out, recognizer.calibration.read_out, rtol=1e-5)
    for path in (onnx, export_model(model, tmp_path / "cnn.tflite")):
        assert is_same(prove(path, recognizer))
    saved = load_cnn(export_model(model, tmp_path / "cnn.keras"))
    answers = softmax(as_logits(saved(here.x_test, training=False), output_is))
    np.testing.assert_allclose(answers, softmax(recognizer.logits(here.x_test)), atol=2e-5)


@pytest.mark.usefixtures("here")
def test_a_network_that_takes_rows_leaves_too(tmp_path):
    keras.utils.set_random_seed(2)
    stack = [keras.Input((784,)), keras.layers.Dense(16, "relu"), keras.layers.Dense(10)]
    recognizer = Recognizer(KerasNetwork(keras.Sequential(stack)))
    for name in ("rows.onnx", "rows.tflite"):
        assert is_same(prove(export_model(recognizer, tmp_path / name), recognizer))
    assert export_model(recognizer, tmp_path / "small.tflite", int8=True).stat().st_size
    known = json.loads((tmp_path / "digit_reader.json").read_text("utf-8"))
    assert known["input"].startswith("float32 (n, 784)")


def test_tensorflow_cannot_be_imported_where_files_are_proved(folder, tmp_path):
    np.save(tmp_path / "images.npy", load_mnist().x_test[:1])
    code = (
        "from mnist_helpers.export import proof\n"
        "proof.RUNTIMES['NumPy'] = lambda path: __import__('tensorflow')\n"
        f"proof.answer({str(folder / 'cnn.npz')!r}, 'NumPy', "
        f"{str(tmp_path / 'images.npy')!r}, {str(tmp_path / 'answers.npz')!r})"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert finished.returncode
    assert "tensorflow" in finished.stderr


@pytest.mark.parametrize("name", ["shipped", "augmentation in front"])
def test_the_saved_model_answers_in_tensorflow(name, tmp_path, here):
    import tensorflow as tf

    model = families.build(name)
    loaded = tf.saved_model.load(export_model(model, tmp_path / "saved"))
    expected = model(here.x_test, training=False)
    np.testing.assert_allclose(loaded.serve(here.x_test), expected, atol=1e-5)
    export_model(model, tmp_path / "saved")  # once more, in the place of the old folder
    assert sorted(each.name for each in tmp_path.iterdir()) == ["digit_reader.json", "saved"]


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("name", ["cnn.keras", "cnn.npz", "cnn.onnx", "cnn.tflite"])
def test_a_torn_or_foreign_file_is_named(folder, recognizer, tmp_path, name, monkeypatch):
    if name != "cnn.tflite":  # LiteRT can crash; the others raise here what they raise elsewhere
        monkeypatch.setattr(proof, "_read_elsewhere", read_file)
    content, foreign = (folder / name).read_bytes(), tmp_path / "foreign.zip"
    with zipfile.ZipFile(foreign, "w") as archive:
        archive.writestr("hello.txt", "hello")
    for bad in (content[: len(content) // 2], foreign.read_bytes()):
        (tmp_path / name).write_bytes(bad)
        with pytest.raises(ValueError, match=f"{name} is damaged, or not a file for"):
            prove(tmp_path / name, recognizer)


def test_another_end_of_the_name_is_refused_in_words(recognizer, tmp_path):
    with pytest.raises(ValueError, match=r"wanted one of '\.keras', '\.onnx'"):
        export_model(recognizer, tmp_path / "cnn.h5")
    with pytest.raises(ValueError, match="is 'TensorRT'; wanted one of onnxruntime, OpenCV"):
        prove(tmp_path, recognizer, "TensorRT")
    with pytest.raises(ValueError, match="int8"):
        export_model(recognizer, tmp_path / "cnn.onnx", int8=True)
    with pytest.raises(TypeError, match=r"got .*Recognizer.* Have arguments changed"):
        export_model("cnn.onnx", recognizer)


def test_a_network_that_a_runtime_cannot_read_is_not_written(tmp_path):
    model = families.sequential(keras.layers.Flatten(), keras.layers.Dense(10, "gelu"))
    rows = families.sequential(keras.layers.LSTM(4), keras.layers.Dense(10), shape=(28, 28))
    whole = families.sequential(keras.layers.Flatten(), keras.layers.Dense(10))
    whole.quantize("int8")
    for each, end, said in [
        (model, "onnx", r"onnxruntime cannot read .*: export it as '\.tflite'"),
        (rows, "tflite", r"LiteRT cannot read .*: export it as '\.onnx'"),
        (whole, "tflite", r"LiteRT cannot read .*: export it as '\.onnx'"),
    ]:
        with pytest.raises(ValueError, match=said):
            export_model(each, tmp_path / f"cnn.{end}")
    with pytest.raises(ValueError, match="NumPy reads only the course's network"):
        prove(export_model(model, tmp_path / "cnn.npz"), model)
    assert {each.name for each in tmp_path.iterdir()} == {"cnn.npz", "digit_reader.json"}


def test_a_file_that_is_not_there_is_not_called_damaged(recognizer):
    with pytest.raises(FileNotFoundError, match=f"no file {Path.home()}/none.npz"):
        prove("~/none.npz", recognizer)


def test_a_missing_package_is_named_with_the_remedy(recognizer, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    monkeypatch.setitem(sys.modules, "onnx", None)
    for name in [each for each in sys.modules if each.startswith(("tf2onnx.", "onnx."))]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match="pip install onnx tf2onnx"):
        export_model(recognizer, tmp_path / "cnn.onnx")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["cnn.keras", "cnn.npz", "cnn.tflite", "page.html"])
def test_on_a_full_disk_the_old_file_stays_whole(recognizer, small_disk, name):
    write = export_html if name.endswith("html") else export_model
    write(recognizer, small_disk / name)
    old = (small_disk / name).read_bytes()
    fill_up(small_disk)
    with pytest.raises(Exception):  # noqa: B017  each exporter has its own error
        write(recognizer, small_disk / name)
    assert (small_disk / name).read_bytes() == old
    assert not [each for each in small_disk.iterdir() if "unfinished" in each.name]


def test_the_weights_of_each_epoch_are_kept_and_kept_on_where_training_goes_on(tmp_path):
    keras.utils.set_random_seed(1)
    model, mnist = build_cnn(), load_mnist()
    model.compile("adam", "sparse_categorical_crossentropy")
    path, seen = tmp_path / "epochs.npz", [model.get_weights()]
    look = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: seen.append(model.get_weights())
    )

    def train(epochs, keep):
        x, y = mnist.x_val[:100], mnist.y_val[:100]
        model.fit(x, y, epochs=epochs, verbose=0, callbacks=[keep, look])

    def is_kept(expected):
        kept = load_epochs(path)
        assert len(kept) == len(expected)
        for one, other in zip(kept, expected, strict=True):
            assert all(map(np.array_equal, one, other))

    keep = KeepWeights(path)
    train(2, keep)
    is_kept(seen)
    train(1, keep)
    train(1, KeepWeights(path))  # in a later cell, or in another notebook
    is_kept(seen)
    model.set_weights(seen[2])  # as `restore_best_weights` does
    train(1, keep)
    is_kept([*seen[:3], seen[-1]])
    model.set_weights(seen[0])
    train(1, keep)
    is_kept([seen[0], seen[-1]])


def test_no_kept_epochs_are_none_and_damaged_ones_are_named(tmp_path):
    assert load_epochs(tmp_path / "epochs.npz") is None
    np.savez(tmp_path / "epochs.npz", **{"0/0": np.zeros(3), "1/0": np.ones(3)})
    content = (tmp_path / "epochs.npz").read_bytes()
    (tmp_path / "epochs.npz").write_bytes(content[:100])
    with pytest.raises(ValueError, match=r"epochs\.npz is damaged"):
        load_epochs(tmp_path / "epochs.npz")
