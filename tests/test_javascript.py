"""The JavaScript of the pad and of the page holds the types that its comments promise."""

import subprocess
from pathlib import Path

import pytest

from mnist_helpers.export.page import SCRIPTS
from mnist_helpers.web import APP_SCRIPTS, files_of_web

TYPESCRIPT = "typescript@5.9.3"
OPTIONS = "--noEmit --allowJs --checkJs --strict --target es2022 --lib es2022,dom,dom.iterable"


HOMES = {
    "page": [files_of_web() / name for name in SCRIPTS],
    "app": [
        Path(__file__).parent / "helpers" / "gradio.d.ts",
        *(files_of_web() / name for name in APP_SCRIPTS),
    ],
}


@pytest.mark.parametrize("home", HOMES)
def test_typescript_finds_nothing(npm, home):
    compiler, scripts = npm(TYPESCRIPT) / "bin" / "tsc", HOMES[home]
    found = subprocess.run(
        ["node", compiler, *OPTIONS.split(), *scripts], capture_output=True, encoding="utf-8"
    )
    assert found.stdout == ""
    assert found.returncode == 0


def test_files_and_lines_are_small():
    for path in files_of_web().iterdir():
        if path.suffix in (".js", ".css", ".html"):
            lines = path.read_text(encoding="utf-8").splitlines()
            assert len(lines) <= 300, path.name
            assert max(map(len, lines)) <= 200 or path.suffix != ".js", path.name
