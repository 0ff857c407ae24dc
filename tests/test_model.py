"""The learner's own network in a file: saved whole, loaded in words."""

import numpy as np
import pytest

from mnist_helpers import build_cnn, load_cnn, save_cnn
from mnist_helpers.model import KerasNetwork, keras


@pytest.fixture
def model():
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def test_a_saved_network_is_loaded_again(model, tmp_path, capsys):
    path = tmp_path / "new folder" / "my_cnn.keras"
    save_cnn(model, path)
    assert load_cnn(path).count_params() == 3
    assert "Your own network" in capsys.readouterr().out
    assert [each.name for each in path.parent.iterdir()] == ["my_cnn.keras"]


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


@pytest.mark.parametrize("content", [b"", b"PK no zip", None], ids=["empty", "foreign", "torn"])
def test_a_damaged_file_is_named_and_the_shipped_network_comes(model, content, tmp_path, capsys):
    path = tmp_path / "my_cnn.keras"
    save_cnn(model, path)
    path.write_bytes(path.read_bytes()[:-200] if content is None else content)
    assert load_cnn(path).count_params() == 34_826
    said = capsys.readouterr().out
    assert "my_cnn.keras is damaged" in said
    assert "the one that comes with the course" in said


def test_where_there_is_no_file_the_shipped_network_comes(tmp_path, capsys):
    assert load_cnn(tmp_path / "none.keras").count_params() == 34_826
    assert "No network in" in capsys.readouterr().out


def test_a_network_from_a_file_is_read_where_keras_has_built_none_before(tmp_path):
    path = tmp_path / "my_cnn.keras"
    keras.utils.clear_session()
    save_cnn(build_cnn(), path)
    keras.utils.clear_session()  # Keras now names new layers as it has named those of the file
    images = np.random.default_rng(0).random((2, 28, 28, 1), np.float32)
    model = keras.models.load_model(path)
    _, logits = KerasNetwork(model).run(images)
    assert (logits.argmax(axis=1) == model.predict(images, verbose=0).argmax(axis=1)).all()
