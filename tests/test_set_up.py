"""Lesson 0's check: complete where all is well, and otherwise it says what to do."""

import importlib.metadata
from types import SimpleNamespace

import pytest

from mnist_helpers import assets, set_up
from mnist_helpers.set_up import setup


def test_the_set_up_is_complete_here(capsys):
    setup()
    said = capsys.readouterr().out
    assert "❌" not in said
    assert "Everything is here" in said


@pytest.fixture
def only_the_versions(monkeypatch):
    """The set-up's check without the parts that take seconds."""
    for name in ("_mnist", "_network", "_recognizer"):
        monkeypatch.setattr(set_up, name, lambda: "")


@pytest.mark.usefixtures("only_the_versions")
def test_the_set_up_names_an_old_package_and_the_way_out(monkeypatch, capsys):
    versions = {"ipycanvas": "0.9.0"}
    monkeypatch.setattr(
        set_up, "version", lambda name: versions.get(name) or importlib.metadata.version(name)
    )
    setup()
    said = capsys.readouterr().out
    assert said.count("❌") == 1
    assert "❌ ipycanvas" in said and "0.9.0 is here, wanted >=" in said
    assert "%pip install -r" in said and "requirements.txt" in said and "Restart Kernel" in said


@pytest.mark.usefixtures("only_the_versions")
def test_the_set_up_names_a_missing_package(monkeypatch, capsys):
    def version(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(set_up, "version", version)
    setup()
    assert "❌ gradio" in capsys.readouterr().out


def test_the_set_up_notices_damaged_data(monkeypatch, tmp_path, capsys):
    (tmp_path / "mnist.npz").write_bytes(b"no")
    monkeypatch.setattr(assets, "FOLDER", tmp_path)
    monkeypatch.setattr(set_up, "_network", lambda: "")
    monkeypatch.setattr(set_up, "_recognizer", lambda: "")
    setup()
    assert "❌ MNIST" in capsys.readouterr().out


def test_the_set_up_notices_foreign_weights(monkeypatch, capsys):
    one = SimpleNamespace(recognize_strokes=lambda strokes: SimpleNamespace(digit=1))
    monkeypatch.setattr("mnist_helpers.recognizer.Recognizer.load", lambda: one)
    monkeypatch.setattr(set_up, "_network", lambda: "")
    monkeypatch.setattr(set_up, "_mnist", lambda: "")
    setup()
    assert "reads a drawn 7 as 1" in capsys.readouterr().out
