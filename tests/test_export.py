"""Files for other runtimes: whole, proved without TensorFlow, refused if damaged."""

import json
import subprocess
import sys
import zipfile

import numpy as np
import pytest
from helpers.small_disk import fill_up

from mnist_helpers import Recognizer, load_cnn, load_mnist
from mnist_helpers.export import export_html, export_model, prove
from mnist_helpers.files import whole_file, write_whole
from mnist_helpers.weight_history import KeepWeights, load_epochs, save_epochs


@pytest.fixture(scope="module")
def recognizer():
    return Recognizer.load()


@pytest.fixture(scope="module")
def folder(recognizer, tmp_path_factory):
    """The shipped network in every format that is a file."""
    folder = tmp_path_factory.mktemp("exported")
    for name in ("cnn.keras", "cnn.npz", "cnn.onnx", "cnn.tflite"):
        export_model(recognizer, folder / name)
    export_model(recognizer, folder / "small.tflite", int8=True)
    return folder


@pytest.mark.parametrize(
    ("name", "runtime"),
    [
        ("cnn.keras", "NumPy"),
        ("cnn.npz", "NumPy"),
        ("cnn.onnx", "onnxruntime"),
        ("cnn.onnx", "OpenCV"),
        ("cnn.tflite", "LiteRT"),
    ],
)
def test_a_file_answers_elsewhere_as_it_does_here(folder, recognizer, name, runtime):
    proof = prove(folder / name, recognizer, runtime)
    assert proof.same == 1
    assert proof.difference <= 2e-5
    assert proof.size == (folder / name).stat().st_size


def test_small_integers_cost_at_most_a_tenth_of_a_point(folder, recognizer):
    whole, small = (prove(folder / name, recognizer) for name in ("cnn.tflite", "small.tflite"))
    assert whole.accuracy - small.accuracy <= 0.001
    assert small.size < whole.size / 3


def test_a_proof_tells_another_network_apart(folder, recognizer):
    from mnist_helpers.network import NumpyCnn

    rng = np.random.default_rng(0)
    other = [each + rng.normal(0, 0.3, each.shape) for each in recognizer.network.weights]
    proof = prove(folder / "cnn.onnx", Recognizer(NumpyCnn(other)))
    assert proof.same < 0.999


def test_tensorflow_cannot_be_imported_where_files_are_proved(folder, tmp_path):
    np.save(tmp_path / "images.npy", load_mnist().x_test[:1])
    code = (
        "import sys\nfrom mnist_helpers.export import elsewhere\n"
        "elsewhere.RUNTIMES['NumPy'] = lambda path: __import__('tensorflow')\n"
        f"sys.argv = ['x', {str(folder / 'cnn.npz')!r}, 'NumPy', "
        f"{str(tmp_path / 'images.npy')!r}, {str(tmp_path / 'answers.npz')!r}]\n"
        "elsewhere.main()"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert finished.returncode
    assert "tensorflow" in finished.stderr


def test_the_saved_model_answers_in_tensorflow(recognizer, tmp_path):
    import tensorflow as tf

    loaded = tf.saved_model.load(export_model(recognizer, tmp_path / "saved"))
    images = load_mnist().x_test[:50]
    answers = loaded.serve(images).numpy()
    expected = np.array(load_cnn()(images))
    np.testing.assert_allclose(answers, expected, atol=1e-5)
    export_model(recognizer, tmp_path / "saved")  # once more, in the place of the old folder
    assert sorted(each.name for each in tmp_path.iterdir()) == ["digit_reader.json", "saved"]


def test_a_network_of_other_layers_is_exported_and_read_elsewhere(tmp_path):
    import keras

    from mnist_helpers.model import KerasNetwork

    keras.utils.set_random_seed(2)
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            keras.layers.Conv2D(4, 5, activation="relu"),
            keras.layers.BatchNormalization(),
            keras.layers.AveragePooling2D(2),
            keras.layers.Flatten(),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )
    recognizer = Recognizer(KerasNetwork(model))
    for name in ("other.onnx", "other.tflite"):
        proof = prove(export_model(recognizer, tmp_path / name), recognizer)
        assert (proof.same, proof.difference <= 2e-5) == (1, True)


def test_what_a_reader_must_know_lies_beside_the_file(folder, recognizer):
    known = json.loads((folder / "digit_reader.json").read_text(encoding="utf-8"))
    assert len(known["preprocessing"]) == 4
    assert known["temperature"] == recognizer.calibration.temperature
    assert known["accuracy"] == 0.9942
    read_out = np.array([*known["read_out"]["weights"], known["read_out"]["bias"]])
    np.testing.assert_allclose(read_out, recognizer.calibration.read_out, rtol=1e-5)


@pytest.mark.parametrize("name", ["cnn.keras", "cnn.npz", "cnn.onnx", "cnn.tflite"])
@pytest.mark.parametrize("harm", ["torn", "a renamed zip", "text"])
def test_a_damaged_or_foreign_file_is_named(folder, recognizer, tmp_path, name, harm):
    bad = tmp_path / name
    if harm == "torn":
        content = (folder / name).read_bytes()
        bad.write_bytes(content[: len(content) // 2])
    elif harm == "text":
        bad.write_text("no network")
    else:
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("hello.txt", "hello")
    with pytest.raises(ValueError, match=f"{name} is damaged, or not a file for"):
        prove(bad, recognizer)


@pytest.mark.parametrize("harm", ["torn", "a Lambda", "a renamed zip"])
def test_a_damaged_or_foreign_keras_file_makes_way_for_the_shipped_network(
    folder, tmp_path, capsys, harm
):
    import keras

    bad = tmp_path / "my_cnn.keras"
    if harm == "torn":
        bad.write_bytes((folder / "cnn.keras").read_bytes()[:9000])
    elif harm == "a Lambda":
        layers = [keras.Input((28, 28, 1)), keras.layers.Lambda(lambda x: x)]
        keras.Sequential([*layers, keras.layers.Flatten(), keras.layers.Dense(10)]).save(bad)
    else:
        with zipfile.ZipFile(bad, "w") as archive:
            archive.writestr("hello.txt", "hello")
    weights = load_cnn(bad).get_weights()
    assert "is damaged, or not a network" in capsys.readouterr().out
    np.testing.assert_array_equal(weights[0], load_cnn().get_weights()[0])


@pytest.mark.parametrize("name", ["cnn.pb", "cnn.h5", "cnn.txt"])
def test_another_end_of_the_name_is_refused_in_words(recognizer, tmp_path, name):
    with pytest.raises(ValueError, match=r"wanted one of '\.keras', '\.onnx'"):
        export_model(recognizer, tmp_path / name)
    with pytest.raises(ValueError, match="int8"):
        export_model(recognizer, tmp_path / "cnn.onnx", int8=True)


def test_a_missing_package_is_named_with_the_remedy(recognizer, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tf2onnx", None)
    monkeypatch.setitem(sys.modules, "onnx", None)
    for name in [each for each in sys.modules if each.startswith(("tf2onnx.", "onnx."))]:
        monkeypatch.delitem(sys.modules, name)
    with pytest.raises(ImportError, match="pip install onnx tf2onnx"):
        export_model(recognizer, tmp_path / "cnn.onnx")
    assert list(tmp_path.iterdir()) == []


def test_where_writing_fails_the_old_file_stays_whole(tmp_path):
    path = tmp_path / "deep" / "file.bin"
    write_whole(path, b"old")

    def fail():
        with whole_file(path) as unfinished:
            unfinished.write_bytes(b"ne")
            raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        fail()
    assert path.read_bytes() == b"old"
    assert [each.name for each in path.parent.iterdir()] == ["file.bin"]


@pytest.mark.parametrize("name", ["cnn.keras", "cnn.npz", "cnn.onnx", "cnn.tflite", "page.html"])
def test_on_a_full_disk_the_old_file_stays_whole(recognizer, small_disk, name):
    write = export_html if name.endswith("html") else export_model
    write(recognizer, small_disk / name)
    old = (small_disk / name).read_bytes()
    fill_up(small_disk)
    with pytest.raises(Exception):  # noqa: B017  each exporter has its own error
        write(recognizer, small_disk / name)
    assert (small_disk / name).read_bytes() == old
    assert not [each for each in small_disk.iterdir() if "unfinished" in each.name]


def test_the_weights_of_each_epoch_are_kept(tmp_path):
    import keras

    from mnist_helpers import build_cnn

    keras.utils.set_random_seed(1)
    model, mnist = build_cnn(), load_mnist()
    model.compile("adam", "sparse_categorical_crossentropy")
    start = model.get_weights()
    keep = KeepWeights(tmp_path / "epochs.npz")
    model.fit(mnist.x_val[:200], mnist.y_val[:200], epochs=2, verbose=0, callbacks=[keep])
    first, _, last = load_epochs(tmp_path / "epochs.npz")
    for kept, expected in ((first, start), (last, model.get_weights())):
        for one, other in zip(kept, expected, strict=True):
            np.testing.assert_array_equal(one, other)


def test_no_kept_epochs_are_none_and_damaged_ones_are_named(tmp_path):
    assert load_epochs(tmp_path / "epochs.npz") is None
    save_epochs([[np.zeros(3)], [np.ones(3)]], tmp_path / "epochs.npz")
    content = (tmp_path / "epochs.npz").read_bytes()
    (tmp_path / "epochs.npz").write_bytes(content[:100])
    with pytest.raises(ValueError, match=r"epochs\.npz is damaged"):
        load_epochs(tmp_path / "epochs.npz")
