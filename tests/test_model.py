"""The learner's own network in a file: saved whole, loaded in words."""

import zipfile

import h5py
import numpy as np
import pytest
import tensorflow as tf
from helpers import families
from helpers.readers import NearestMean

from mnist_helpers import build_cnn, export_model, load_cnn, save_cnn
from mnist_helpers.model import keras
from mnist_helpers.network import load_weights
from mnist_helpers.own_network import saved
from mnist_helpers.own_network.keras_network import KerasNetwork

layers = keras.layers


@pytest.fixture(scope="module")
def model():
    return families.sequential(layers.Flatten(), layers.Dense(10, tf.nn.softmax))


def test_a_saved_network_is_loaded_again(model, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    save_cnn(model, "~/new folder/my_cnn.keras")
    assert load_cnn("~/new folder/my_cnn.keras").count_params() == 7850
    assert "Your own network" in capsys.readouterr().out
    assert [each.name for each in (tmp_path / "new folder").iterdir()] == ["my_cnn.keras"]
    load_cnn("~nobody of this name/" + "x" * 9_000)
    assert len(capsys.readouterr().out) < 200


def test_a_save_that_fails_leaves_the_old_network(model, tmp_path, monkeypatch):
    path = tmp_path / "my_cnn.keras"
    save_cnn(model, path)
    before = path.read_bytes()

    def fill_the_disk(self, target):
        target.write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(keras.Sequential, "save", fill_the_disk)
    with pytest.raises(OSError, match="No space"):
        save_cnn(model, path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["my_cnn.keras"]


@pytest.mark.parametrize("name", ["mine.h5", "mine", "mine.KERAS", "mine.model"])
def test_a_name_that_keras_does_not_load_is_refused(model, tmp_path, name):
    with pytest.raises(
        ValueError, match=f"{name!r} ends in .*; wanted '.keras', as in 'mine.keras'"
    ):
        save_cnn(model, tmp_path / name)
    assert not [*tmp_path.iterdir()]


def test_what_keras_could_not_load_again_is_refused(tmp_path):
    unnamed = families.sequential(layers.Flatten(), layers.Dense(10, lambda sums: sums, name="end"))
    for wrong, error, said in [
        (NearestMean(), TypeError, "wanted a Keras model"),
        (
            unnamed,
            ValueError,
            r"'end' has a lambda as its activation.*get_layer\('end'\).activation",
        ),
    ]:
        with pytest.raises(error, match=said):
            save_cnn(wrong, tmp_path / "mine.keras")
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize("kind", ["h5", "keras"])
@pytest.mark.parametrize("name", ["mine", "mine.h5", "mine.keras", "mine.onnx"])
def test_the_content_of_a_file_counts_and_not_its_name(model, tmp_path, capsys, kind, name):
    model.save(tmp_path / f"model.{kind}")
    (tmp_path / f"model.{kind}").rename(tmp_path / name)
    assert load_cnn(tmp_path / name).count_params() == 7850
    assert "Your own network" in capsys.readouterr().out


class Doubling(layers.Layer):
    def call(self, images):
        return images * 2


DAMAGED = "is damaged, or not a network"
LOAD_THEM = "build the model, call model.load_weights(path)"
UNNAMED = "has a lambda in a layer, which Keras cannot load: use a def"
LOOKUP = '{"module": "keras.layers", "class_name": "StringLookup", "registered_name": null, '
LOOKUP += '"config": {"vocabulary": "/etc/hosts"}}'
INVERTING = layers.Lambda(lambda images: 1 - images)


def saves(*body, end=10, shape=(28, 28, 1)):
    body += layers.Flatten(), layers.Dense(end)
    return lambda path: families.sequential(*body, shape=shape).save(path)


def save_weights(path):
    build_cnn().save_weights(path)


def export(path):
    export_model(families.build("dense"), path)


def save_nan(path):
    model = build_cnn()
    model.set_weights([weights * np.nan for weights in model.get_weights()])
    model.save(path)


def save_zip(**parts):
    def write(path):
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in parts.items():
                archive.writestr(name.replace("_", "."), content)

    return write


def save_packed(path):
    with h5py.File(path, "w") as file:
        file.create_dataset("zeros", data=np.zeros(10**6, "uint8"), compression="gzip")


def save_packed_in_zip(path):
    save_packed(path)
    with zipfile.ZipFile(path.with_suffix(".zip"), "w") as archive:
        archive.write(path, "model.weights.h5")
    path.with_suffix(".zip").replace(path)


def torn(path):
    saves()(path)
    path.write_bytes(path.read_bytes()[:-200])


@pytest.mark.filterwarnings("ignore:The object being serialized includes a `lambda`")
@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize(
    ("ending", "write", "said"),
    [
        ("", lambda path: None, "No network in"),
        ("", lambda path: path.write_bytes(b""), DAMAGED),
        ("", lambda path: path.write_text("PK no zip"), DAMAGED),
        (".keras", torn, f"{DAMAGED} (File is not a zip file): save it with save_cnn"),
        (".keras", saves(Doubling()), "uses 'Doubling', which Keras does not know here"),
        (".h5", saves(Doubling()), "custom_object_scope({'Doubling': Doubling})"),
        (".keras", saves(INVERTING), "has a Lambda layer or the like. It could run any code"),
        (".h5", saves(INVERTING), "load_model(path, safe_mode=False)"),
        ("", save_zip(config_json=LOOKUP), "load_model(path, safe_mode=False)"),
        (".keras", saves(layers.Dense(9, lambda x: x)), UNNAMED),
        (".h5", saves(layers.Dense(9, lambda x: x)), UNNAMED),
        (".keras", saves(end=3), "cannot be used: this model gives [(3,)]; wanted ten numbers"),
        (".keras", saves(shape=(32, 32, 1)), "cannot be used: this model takes [(32, 32, 1)]"),
        (".keras", save_nan, "cannot be used: its weights are NaN: the training went wrong"),
        (".weights.h5", save_weights, f"holds weights alone: {LOAD_THEM}"),
        ("", export, "is a SavedModel, which Keras cannot open"),
        (".onnx", export, "is an ONNX file, which Keras cannot open"),
        (".tflite", export, "is a LiteRT file, which Keras cannot open"),
        ("", lambda path: path.mkdir(), "is a folder, which Keras cannot open"),
        ("", save_zip(hello_txt="hello"), "is a zip file, which Keras cannot open"),
        ("", save_zip(data_pkl="pickled"), "is a PyTorch file, which Keras cannot open"),
        ("", save_zip(config_json="{}", model="0" * 10**6), "would have 1,000,002 bytes unpacked"),
        ("", save_zip(config_json=" " * 10**5), "would have 100,000 bytes unpacked"),
        ("", save_packed, "would have 1,000,000 bytes unpacked, too many for digits"),
        ("", save_packed_in_zip, "would have 1,000,000 bytes unpacked, too many for digits"),
    ],
)
def test_what_is_no_network_is_named_and_the_shipped_one_comes(
    ending, write, said, tmp_path, capsys, monkeypatch
):
    monkeypatch.setattr(saved, "_LARGEST", 900_000)
    monkeypatch.setattr(saved, "_MOST_TEXT", 90_000)
    written, path = tmp_path / f"network{ending}", tmp_path / "my_cnn.keras"
    write(written)
    if written.exists():
        written.rename(path)
    model = load_cnn(path)
    printed = capsys.readouterr().out
    assert said in printed and "the one that comes with the course" in printed
    np.testing.assert_array_equal(model.get_weights()[0], load_weights()[0])


def test_a_network_whose_loss_is_unknown_is_loaded_and_not_compiled(tmp_path, capsys):
    model = build_cnn()
    model.compile("adam", lambda wanted, given: keras.ops.mean(given))
    with pytest.warns(UserWarning, match="lambda"):
        save_cnn(model, tmp_path / "mine.keras")
    assert not load_cnn(tmp_path / "mine.keras").compiled
    assert "Your own network" in capsys.readouterr().out


def test_the_advice_for_an_own_layer_works(tmp_path, capsys):
    saves(Doubling())(tmp_path / "mine.keras")
    with keras.saving.custom_object_scope({"Doubling": Doubling}):
        load_cnn(tmp_path / "mine.keras")
    assert "Your own network" in capsys.readouterr().out


def test_a_network_from_a_file_is_read_where_keras_has_built_none_before(tmp_path):
    path = tmp_path / "my_cnn.keras"
    keras.utils.clear_session()
    save_cnn(build_cnn(), path)
    keras.utils.clear_session()  # Keras now names new layers as it has named those of the file
    images = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
    model = keras.models.load_model(path)
    _, logits = KerasNetwork(model).run(images)
    assert (logits.argmax(axis=1) == model.predict(images, verbose=0).argmax(axis=1)).all()
